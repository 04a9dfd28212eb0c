import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { makePlace, runCli, type Place } from '../../support/cli.ts';
import { freePort, startProcess } from '../../support/server-process.ts';

const main = fileURLToPath(new URL('../../../server/main.ts', import.meta.url));
const linkPattern = /http:\/\/localhost:\d+\/l\/[\w-]{66}/;
const keyPattern = /cp_[0-9a-f]{32}_[\w-]{43}/;

let place: Place;
let env: Record<string, string>;
let port: number;

beforeEach(async () => {
	place = await makePlace();
	env = { DATABASE_URL: place.databaseUrl };
	port = await freePort();
});

afterEach(() => place.remove());

describe('serve without a terminal', () => {
	it('R27 leaves the first secrets in a file for its owner, which goes when the admin link is used', async () => {
		const server = await startProcess(port, env);
		const path = join(place.folder, 'first-run.txt');
		const text = await readFile(path, 'utf8');
		const [link = ''] = linkPattern.exec(text) ?? [];
		const [key = ''] = keyPattern.exec(text) ?? [];

		expect((await stat(path)).mode & 0o777).toBe(0o600);
		expect(server.output()).toContain(path);
		const me = await fetch(`http://localhost:${String(port)}/v1/me`, {
			headers: { authorization: `Bearer ${key}` },
		});
		expect(me.status).toBe(200);
		const page = await signIn(openBrowser(), link);
		expect(page.status).toBe(303);
		expect(existsSync(path)).toBe(false);

		await server.stop();
		expect(server.output()).not.toMatch(linkPattern);
		expect(server.output()).not.toMatch(keyPattern);
	});

	it('of processes that start at once, one makes the first API key', async () => {
		const ports = [port, await freePort(), await freePort()];
		const servers = await Promise.all(ports.map((one) => startProcess(one, env)));
		const told = servers.filter((server) => server.output().includes('"msg":"first start'));
		expect(told).toHaveLength(1);
		const text = await readFile(join(place.folder, 'first-run.txt'), 'utf8');
		const me = await fetch(`http://localhost:${String(port)}/v1/me`, {
			headers: { authorization: `Bearer ${keyPattern.exec(text)?.[0] ?? ''}` },
		});
		expect(me.status).toBe(200);
		await Promise.all(servers.map((server) => server.stop()));
		const db = new DatabaseSync(join(place.folder, 'portal.sqlite'));
		expect(db.prepare('SELECT count(*) AS n FROM apiKeys').get()).toEqual({ n: 1 });
		db.close();
	});

	it('a later start leaves no file', async () => {
		const path = join(place.folder, 'first-run.txt');
		await (await startProcess(port, env)).stop();
		await writeFile(path, 'of the first start');
		await (await startProcess(port, env)).stop();
		expect(await readFile(path, 'utf8')).toBe('of the first start');
	});
});

// util-linux' script gives a command a terminal of its own.
const hasScript = process.platform === 'linux';
if (!hasScript) {
	process.stderr.write(
		"Skipped: serve on a terminal. To run it, use Linux, where util-linux' script makes one.\n",
	);
}

(hasScript ? describe : describe.skip)('serve on a terminal', () => {
	function startOnTerminal(): { child: ChildProcess; shown: Promise<string> } {
		const command = `'${process.execPath}' --disallow-code-generation-from-strings '${main}' serve`;
		const child = spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
			env: { PATH: process.env['PATH'] ?? '', ENV_FILE: '', PORT: String(port), ...env },
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		let output = '';
		const shown = new Promise<string>((resolve, reject) => {
			child.on('error', reject).on('exit', () => {
				reject(new Error(`The server ended before it was ready:\n${output}`));
			});
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				output += text;
				if (output.includes('Ctrl-C stops it.')) resolve(output);
			});
		});
		return { child, shown };
	}

	async function pressCtrlC(child: ChildProcess): Promise<void> {
		child.stdin?.write('\u0003');
		await once(child, 'exit');
	}

	it('prints portal, admin link and, the first time only, an API key; no file is left', async () => {
		const first = startOnTerminal();
		const text = await first.shown;
		await pressCtrlC(first.child);
		expect(text).toMatch(/Client Portal is ready \(\d+\.\d\d s\)/);
		expect(text).toContain(`http://localhost:${String(port)}`);
		expect(text).toMatch(linkPattern);
		expect(text).toMatch(keyPattern);
		expect(existsSync(join(place.folder, 'first-run.txt'))).toBe(false);

		const second = startOnTerminal();
		const again = await second.shown;
		await pressCtrlC(second.child);
		expect(again).not.toMatch(keyPattern);
		expect(again).toContain('npm run cli -- create-api-key makes another');
		expect(linkPattern.exec(again)?.[0]).not.toBe(linkPattern.exec(text)?.[0]);
	});
});

describe('serve', () => {
	it('refuses to run where strings can become code', async () => {
		const child = spawn(process.execPath, [main, 'serve'], {
			env: { ENV_FILE: '', ...env },
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
		const [code] = (await once(child, 'exit')) as [number];
		expect(code).toBe(1);
		expect(stderr).toContain('npm start');
	});

	it('finishes on SIGTERM what is in flight, then exits with 0', async () => {
		const server = await startProcess(port, env);
		const { key } = JSON.parse((await runCli(['create-api-key', '--json'], env)).stdout);
		const csv = 'email,first name\nada@example.com,Ada\n';
		const socket = connect(port, '127.0.0.1').setEncoding('utf8');
		let answer = '';
		socket.on('data', (text: string) => (answer += text));
		await once(socket, 'connect');
		const head = [
			'POST /v1/contacts/import HTTP/1.1',
			`Host: localhost:${String(port)}`,
			`Authorization: Bearer ${key}`,
			'Content-Type: text/csv',
			`Content-Length: ${String(csv.length)}`,
			'Expect: 100-continue',
			'',
			'',
		].join('\r\n');
		socket.write(head);
		// The server has the head of the request: it is in flight.
		await once(socket, 'data');

		const exited = server.stop();
		await untilRefused(port);
		socket.write(csv);
		await once(socket, 'close');
		expect(answer).toContain('HTTP/1.1 200 OK');
		expect(answer).toContain('"created":1');
		expect(await exited).toBe(0);
	});

	it('cuts on SIGTERM what lasts longer than STOP_TIMEOUT', async () => {
		const server = await startProcess(port, { ...env, STOP_TIMEOUT: '0' });
		const socket = connect(port, '127.0.0.1');
		await once(socket, 'connect');
		socket.write('POST /l HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
		expect(await server.stop()).toBe(0);
	});
});

/** Resolves when the server takes no more connections. */
async function untilRefused(at: number): Promise<void> {
	for (;;) {
		const probe = connect(at, '127.0.0.1');
		const event = await Promise.race([
			once(probe, 'connect').then(() => 'open'),
			once(probe, 'error').then(() => 'refused'),
		]).catch(() => 'refused');
		probe.destroy();
		if (event === 'refused') return;
	}
}
