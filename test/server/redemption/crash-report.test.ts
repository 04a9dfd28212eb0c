import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { makePlace, runCli, type Place } from '../../support/cli.ts';
import { databasesFor } from '../../support/databases.ts';
import { freePort, startProcess } from '../../support/server-process.ts';

/** A defect, brought by a module that Node loads before the server: an error whose text holds what the file says. */
const defect = (path: string) => `import { readFileSync } from 'node:fs';
process.on('SIGHUP', () => {
	throw new Error('defect at ' + readFileSync(${JSON.stringify(path)}, 'utf8'));
});`;

const databases = await databasesFor('redemption: crash reports');

describe.each(databases)('on $name', (kind) => {
	let place: Place;
	beforeEach(async () => {
		place = await makePlace();
	});
	afterEach(() => place.remove());

	async function reports(): Promise<string[]> {
		const names = (await readdir(place.folder)).filter((name) => name.startsWith('report.'));
		return Promise.all(names.map((name) => readFile(join(place.folder, name), 'utf8')));
	}

	it('R27 a crash, and a report of Node’s that an operator asks for, hold nothing that was issued and no setting', async () => {
		const database = await kind.open(place.folder);
		const port = await freePort();
		const url = `http://localhost:${String(port)}`;
		const secretKeys = `1:${randomBytes(32).toString('base64url')}`;
		const env = { DATABASE_URL: database.url, SECRET_KEYS: secretKeys };
		const said = join(place.folder, 'said.txt');
		const preloaded = join(place.folder, 'defect.mjs');
		await writeFile(preloaded, defect(said));
		const asked = `--report-on-signal --report-uncaught-exception --report-directory=${place.folder}`;
		const server = await startProcess(port, {
			...env,
			NODE_OPTIONS: `--import=${preloaded} ${asked}`,
		});
		const { key } = JSON.parse((await runCli(['create-api-key', '--json'], env)).stdout) as {
			key: string;
		};
		const call = async (path: string, body: object) => {
			const answer = await fetch(url + path, {
				method: 'POST',
				headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			return (await answer.json()) as { url: string };
		};
		const contact = { email: 'ada@example.com' };
		await call('/v1/contacts', contact);
		const used = await call('/v1/magic-links', { contact });
		const unused = await call('/v1/magic-links', { contact });
		const browser = openBrowser();
		await signIn(browser, used.url);
		const cookie = browser.cookies.get('session') ?? '';
		expect(cookie).not.toBe('');

		server.signal('SIGUSR2');
		while ((await reports()).length === 0) await pause(20);
		await writeFile(said, `${unused.url} for ${key}`);
		expect(await server.stop('SIGHUP')).toBe(1);
		await database.close();

		expect(server.output()).toContain('the server stops because of a defect');
		expect(server.output()).toContain('defect at ');
		const written = [server.output(), ...(await reports())];
		const issued = { used: used.url, unused: unused.url, key, cookie, secretKeys };
		for (const [name, secret] of Object.entries(issued)) {
			const end = secret.slice(-40);
			expect([name, written.filter((text) => text.includes(end)).length]).toEqual([name, 0]);
		}
	}, 60_000);
});
