import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { createApp } from '../../server/app.ts';
import type { Clock, Later } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { scopes, type Scope } from '../../server/services/api-keys.ts';
import { createServices, type Services } from '../../server/services.ts';
import type { Portal } from '../../server/store/store.ts';
import { sqlite, type Database } from './databases.ts';

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
	time: number;

	constructor(time = Date.UTC(2026, 0, 15, 9, 30)) {
		this.time = time;
	}

	now(): number {
		return this.time;
	}

	advance(ms: number): void {
		this.time += ms;
	}
}

/** What an endpoint answered; its shape is what the test looks at. */
export type Json = any;

export interface TestServer {
	/** Without a trailing slash; the default portal's URL too. */
	url: string;
	services: Services;
	clock: TestClock;
	portal: Portal;
	/** A key of the default portal with every scope. */
	apiKey: string;
	/** Everything that was logged, one JSON document per line. */
	logged: string[];
	/** Calls the API as this key; `body` is sent as JSON. */
	call(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<{ status: number; body: Json; headers: Headers }>;
	makeKey(scopes: readonly Scope[], portalId?: string | null): Promise<string>;
	stop(): Promise<void>;
}

export interface TestServerOptions {
	/** Environment settings. */
	env?: Record<string, string>;
	clock?: TestClock;
	/** What waits for a moment does so here; without it nothing does. */
	later?: Later;
	/** Which kind of database it runs on; a fresh SQLite file without it. */
	database?: Database;
}

/** The real server on a free port of this machine, with a clock that tests move. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
	const clock = options.clock ?? new TestClock();
	const folder = await mkdtemp(join(tmpdir(), 'client-portal-'));
	const http = createServer();
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const url = `http://localhost:${String((http.address() as AddressInfo).port)}`;
	const database = await (options.database ?? sqlite).open(folder);
	const config = readConfig({
		PUBLIC_URL: url,
		DATABASE_URL: database.url,
		SECRET_KEYS: `1:${randomBytes(32).toString('base64url')}`,
		LOG_LEVEL: 'trace',
		// All browsers of a test are on one network.
		SCANNER_VISITS: '100',
		...options.env,
	});
	const logged: string[] = [];
	const log = pino({ level: config.logLevel }, { write: (line: string) => logged.push(line) });
	const later: Later = options.later ?? ((_ms, run) => setImmediate(run));
	const services = await createServices(config, log, clock, later);
	const { portal } = await services.portals.ensureDefault();
	await services.start();
	http.on('request', createApp(services));

	const makeKey: TestServer['makeKey'] = async (granted, portalId = portal.id) =>
		(await services.apiKeys.create({ portalId, name: 'test', scopes: granted })).key;
	const apiKey = await makeKey(scopes);

	return {
		...{ url, services, clock, portal, apiKey, logged, makeKey },
		async call(method, path, body, headers = {}) {
			const response = await fetch(`${url}${path}`, {
				method,
				headers: {
					authorization: `Bearer ${apiKey}`,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
					...headers,
				},
				...(body === undefined
					? {}
					: { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			});
			const text = await response.text();
			return {
				status: response.status,
				body: text === '' ? undefined : JSON.parse(text),
				headers: response.headers,
			};
		},
		async stop() {
			await close(http);
			await services.stop();
			await database.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

function close(http: Server): Promise<void> {
	return new Promise((resolve) => {
		http.close(() => {
			resolve();
		});
		http.closeAllConnections();
	});
}
