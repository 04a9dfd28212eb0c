import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createKeys } from '../../../server/services/keys.ts';
import { makeToken, readToken } from '../../../server/services/link-token.ts';
import { load, type LoadRequest } from '../../bench/contest.ts';
import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { watchStatements, type Statements } from '../../support/statements.ts';

/** No guess reaches a database, so the second one is told fewer. */
const guessesOn: Record<string, number> = { SQLite: 100_000, MongoDB: 10_000 };
const networks = 1_000;
const connections = 50;

const databases = await databasesFor('redemption: guessing links');

describe.each(databases)('guessing links on $name', (database) => {
	const guesses = guessesOn[database.name]!;
	let statements: Statements;
	let server: TestServer;
	let folder: string;
	/** A link of a contact, unused. */
	let url: string;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'guessing-'));
		statements = watchStatements();
		const secret = randomBytes(32).toString('base64url');
		server = await startServer({
			database,
			env: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'error', SECRET_KEYS: `2:${secret}` },
		});
		await server.call('POST', '/v1/contacts', { email: 'ada@example.com' });
		const asked = { contact: { email: 'ada@example.com' } };
		url = (await server.call('POST', '/v1/magic-links', asked)).body.url;
		// What comes by the clock would be counted among what guesses cause.
		await server.services.jobs.stop(10_000);
	}, 60_000);
	afterAll(async () => {
		statements.stop();
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	}, 60_000);

	/** Five ways to make up a link. */
	function makers(): (() => string)[] {
		const { keys } = server.services;
		const genuine = Buffer.from(url.slice(-66), 'base64url');
		const id = genuine.subarray(1, 17);
		const linkId = readToken(keys, server.portal.id, url.slice(-66))!;
		const signed = (ofId: Buffer, mac: Buffer) =>
			Buffer.concat([Buffer.of(2), ofId, mac]).toString('base64url');
		const others = (['login-code', 'session-hash', 'form-token', 'api-key-hash'] as const).map(
			(purpose) => keys.macNewest(purpose, [server.portal.id, linkId]),
		);
		const oldKeys = createKeys([{ version: 1, secret: randomBytes(32) }]);
		const someOf = (number: number) => randomBytes(1)[0]! % number;
		return [
			() => randomBytes(30 + someOf(40)).toString('base64url'),
			() => signed(randomBytes(16), randomBytes(32)),
			() => signed(id, randomBytes(32)),
			() => signed(id, others[someOf(others.length)]!),
			() => makeToken(oldKeys, 1, server.portal.id, linkId)!,
		];
	}

	/** The same number of each kind, opened and posted by turns, from all the networks. */
	function junk(number: number): LoadRequest[] {
		const { host } = new URL(server.url);
		const kinds = makers();
		const forms = ['/l', '/l/new', '/admin/sign-in'];
		return Array.from({ length: number }, (_, n) => {
			const token = kinds[n % kinds.length]!();
			const network = `10.${String(n % 4)}.${String(Math.floor(n / 4) % 250)}.1`;
			const headers = { host, 'x-forwarded-for': network };
			const turn = Math.floor(n / kinds.length);
			if (turn % 2 === 0) return { method: 'GET', path: `/l/${token}`, headers };
			return {
				method: 'POST',
				path: forms[turn % forms.length]!,
				headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
				body: new URLSearchParams({ token, formToken: token, pressed: '1' }).toString(),
			};
		});
	}

	async function send(requests: LoadRequest[]) {
		const file = join(folder, 'requests.json');
		await writeFile(file, JSON.stringify(requests));
		return load(Number(new URL(server.url).port), connections, file);
	}

	it(`R18 R23 R37 ${String(guesses)} junk links from ${String(networks)} networks cause no read of the database`, async () => {
		const requests = junk(guesses);
		expect(new Set(requests.map(({ headers }) => headers['x-forwarded-for'])).size).toBe(networks);
		// The portal of the host is read once a second, whoever asks how often for whatever page.
		await openBrowser().get(`${server.url}/l/sample`);
		statements.look();
		const { statuses, cookies, errors, perSecond } = await send(requests);
		const caused = statements.look();
		expect([statuses, errors, cookies]).toEqual([{ 410: guesses }, 0, guesses]);
		expect(caused).toEqual({});
		process.stdout.write(
			`${database.name}: ${String(guesses)} junk links from ${String(networks)} networks, ` +
				`${perSecond.toFixed(0)} a second: ${String(Object.keys(caused).length)} database statements\n`,
		);
	}, 300_000);

	it('R37 the portal is read at most once a second, and a genuine link is seen by the same counter', async () => {
		statements.look();
		server.clock.advance(1000);
		const few = connections * 2;
		await send(junk(few));
		const { portals = 0, ...others } = byTable(statements.look());
		expect([portals > 0 && portals <= connections, others]).toEqual([true, {}]);
		await openBrowser().get(url);
		expect(byTable(statements.look())['magicLinks']).toBeGreaterThan(0);
		expect((await signIn(openBrowser(), url)).status).toBe(303);
	}, 60_000);
});

function byTable(seen: Record<string, number>): Record<string, number> {
	const tables: Record<string, number> = {};
	for (const [what, times] of Object.entries(seen)) {
		const table = what.split(' ').at(-1) ?? '';
		tables[table] = (tables[table] ?? 0) + times;
	}
	return tables;
}
