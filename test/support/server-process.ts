import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { runCli } from './cli.ts';
import { root } from './pack.ts';

export interface ServerProcess {
	/** Without a trailing slash. */
	url: string;
	apiKey: string;
	/** Signs an admin in, once. */
	adminLink: string;
	stop(): Promise<void>;
}

/**
 * The server as `npm start` runs it, in a process of its own, on a fresh SQLite file and a free port. E-mails go to the outbox:
 * nothing of the shell's settings reaches it.
 */
export async function startServerProcess(): Promise<ServerProcess> {
	const folder = await mkdtemp(join(tmpdir(), 'client-portal-'));
	const port = String(await freePort());
	const env = {
		PATH: process.env['PATH'] ?? '',
		ENV_FILE: '',
		PORT: port,
		DATABASE_URL: `sqlite:${join(folder, 'portal.sqlite')}`,
		MAIL_TRANSPORT: 'outbox',
	};
	const server = spawn(
		process.execPath,
		['--disallow-code-generation-from-strings', 'server/main.ts', 'serve'],
		{ cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const ended = once(server, 'exit');
	const stop = async () => {
		server.kill('SIGTERM');
		await ended;
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await logged(createInterface(server.stdout), ended, '"msg":"ready"');
		const { key } = (await cli(['create-api-key', '--json'], env)) as { key: string };
		const admin = (await cli(['create-admin', 'admin@example.com', '--json'], env)) as {
			url: string;
		};
		return { url: `http://localhost:${port}`, apiKey: key, adminLink: admin.url, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function cli(args: string[], env: Record<string, string>): Promise<unknown> {
	const { code, stdout, stderr } = await runCli(args, env);
	if (code !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
	return JSON.parse(stdout);
}

/** Resolves when a line holds the text; the log of a healthy server is then read and dropped. */
function logged(
	lines: ReturnType<typeof createInterface>,
	ended: Promise<unknown>,
	text: string,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const before: string[] = [];
		lines.on('line', (line) => {
			before.push(line);
			if (line.includes(text)) resolve();
		});
		void ended.then(() => {
			reject(new Error(`The server ended before it was ready:\n${before.join('\n')}`));
		});
	});
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
