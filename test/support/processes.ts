import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { readConfig } from '../../server/config.ts';
import { createServices, type Services } from '../../server/services.ts';
import type { Database } from './databases.ts';
import { freePort, startProcess } from './server-process.ts';

/** Server processes on one database. */
export interface Processes {
	/** Of each; the portal's host is `localhost` at the first. */
	ports: number[];
	/** The same database in this process, to prepare and look at what they work on. */
	services: Services;
	stop(): Promise<void>;
}

/** Starts `count` processes on an empty database, with these settings besides what they share. */
export async function startProcesses(
	database: Database,
	count: number,
	settings: Record<string, string>,
): Promise<Processes> {
	const folder = await mkdtemp(join(tmpdir(), 'processes-'));
	const { url, close } = await database.open(folder);
	const ports = await Promise.all(Array.from({ length: count }, freePort));
	const env = {
		DATABASE_URL: url,
		PUBLIC_URL: `http://localhost:${String(ports[0])}`,
		SECRET_KEYS: `1:${randomBytes(32).toString('base64url')}`,
		LOG_LEVEL: 'warn',
		...settings,
	};
	const started = await Promise.all(ports.map((port) => startProcess(port, env)));
	const services = await createServices(readConfig(env), pino({ level: 'silent' }));
	return {
		ports,
		services,
		async stop() {
			await services.stop();
			await Promise.all(started.map((server) => server.stop()));
			await close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
