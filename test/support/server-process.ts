import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const betweenLooksMs = 20;

/** The server in a process of its own. */
export interface ServerProcess {
	port: number;
	/** Everything it has printed. */
	output(): string;
	/** Sends this signal and goes on. */
	signal(name: NodeJS.Signals): void;
	/** Sends SIGTERM, or another signal that ends it; resolves with the exit code. */
	stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server as `npm start` does, with these settings and no others; resolves when it is ready. */
export async function startProcess(
	port: number,
	env: Record<string, string>,
): Promise<ServerProcess> {
	const child = spawn(
		process.execPath,
		['--disallow-code-generation-from-strings', main, 'serve'],
		{
			env: { PATH: process.env['PATH'] ?? '', ENV_FILE: '', PORT: String(port), ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	}
	const exited = once(child, 'exit').then(([code]) => code as number | null);
	// The log says it last; where the log is quiet, the server itself has to be asked.
	const isReady = async () =>
		env['LOG_LEVEL'] === undefined ? output.includes('"msg":"ready"') : await answers(port);
	while (!(await isReady())) {
		if (child.exitCode !== null)
			throw new Error(`The server ended before it was ready:\n${output}`);
		// Rejects when the process could not be started at all.
		await Promise.race([pause(betweenLooksMs), exited]);
	}
	return {
		port,
		output: () => output,
		signal: (name) => child.kill(name),
		async stop(signal = 'SIGTERM') {
			child.kill(signal);
			return await exited;
		},
	};
}

async function answers(port: number): Promise<boolean> {
	try {
		return (await fetch(`http://127.0.0.1:${String(port)}/readyz`)).ok;
	} catch {
		return false;
	}
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
