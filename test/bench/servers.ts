import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const manifest = fileURLToPath(new URL('../../package.json', import.meta.url));

/** Starts a file of this folder with `FILE PORT`; resolves when it says that it is ready. */
export async function startRival(name: string, file: string, port: number): Promise<ChildProcess> {
	const script = fileURLToPath(new URL(name, import.meta.url));
	const child = spawn(process.execPath, [script, file, String(port)], {
		env: { ...process.env, NODE_ENV: 'production' },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	endWithUs(child);
	await once(child.stdout, 'data');
	return child;
}

/** The server's own process, as `npm start` runs it; its log goes to a file, as in operation. */
export async function startServer(
	folder: string,
	env: Record<string, string>,
): Promise<{ child: ChildProcess; readyAfterMs: number }> {
	const startedAt = performance.now();
	const child = spawn(process.execPath, [...startFlags(), main, 'serve'], {
		env: { ...env, PATH: process.env['PATH'] ?? '' },
		stdio: ['ignore', openSync(join(folder, 'server.log'), 'a'), 'inherit'],
	});
	endWithUs(child);
	const exited = once(child, 'exit').then(() => {
		throw new Error(`the server ended: ${readFileSync(join(folder, 'server.log'), 'utf8')}`);
	});
	await Promise.race([answering(Number(env['PORT'])), exited]);
	return { child, readyAfterMs: performance.now() - startedAt };
}

/** The flags of Node that `npm start` uses. */
function startFlags(): string[] {
	const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts: { start: string } };
	return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

async function answering(port: number): Promise<void> {
	for (;;) {
		try {
			await fetch(`http://127.0.0.1:${String(port)}/healthz`);
			return;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}
}

/** Whatever happens, no server outlives the benchmark. */
function endWithUs(child: ChildProcess): void {
	process.on('exit', () => child.kill('SIGKILL'));
}

export async function end(child: ChildProcess): Promise<void> {
	child.removeAllListeners('exit');
	const exited = once(child, 'exit');
	child.kill('SIGTERM');
	await exited;
}

export function residentMb(child: ChildProcess): number {
	const status = readFileSync(`/proc/${String(child.pid ?? 0)}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
