import { pbkdf2Sync } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { systemLater } from '../../../server/clock.ts';
import type { Services } from '../../../server/services.ts';
import type { Portal } from '../../../server/store/store.ts';
import { markBounced } from '../../support/contact-times.ts';
import { databasesFor } from '../../support/databases.ts';
import { startProcesses, type Processes } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { printedTimes, slowerKinds, timeSignIns } from './checks/times.ts';

const samples = 200;
const databases = await databasesFor('R39 how long the sign-in page takes');

const repeated = (email: string) => Array.from({ length: samples }, () => email);

/** Contacts who were invited, so that they may have sign-in e-mails. */
async function invited(services: Services, portal: Portal, emails: readonly string[]) {
	const writes = emails.map((email) => ({ email, set: {}, fields: {} }));
	const made = await services.contacts.upsertMany(portal, writes, 'system');
	const ids = made.map(({ contact }) => contact.id);
	await services.store.contacts.markInvited(portal.id, ids, services.clock.now());
	return ids;
}

/** Waits until so many sign-in e-mails have links in them. */
async function untilMailed({ services }: Processes, mails: number): Promise<void> {
	const { keys, store, clock } = services;
	while ((await store.magicLinks.countLive(keys.newest, clock.now())) < mails) {
		await new Promise((resolve) => setImmediate(resolve));
	}
}

describe.each(databases)('on $name', (database) => {
	let started: Processes;

	beforeAll(async () => {
		// A process of its own: what it does after an answer must not hold up the clock that is read here.
		started = await startProcesses(database, 1, {
			TRUST_PROXY: 'loopback',
			// Every wrong code is looked at.
			LIMIT_CODES_PORTAL_HOUR: '1000',
		});
	}, 120_000);

	afterAll(() => started.stop(), 60_000);

	it(`R39 takes as long for known, unknown, revoked, bounced and throttled addresses, over ${String(samples)} samples each`, async () => {
		const { services } = started;
		const url = services.urls.publicUrl;
		const { portal } = await services.portals.ensureDefault();
		const known = Array.from({ length: samples }, (_, n) => `known${String(n)}@example.com`);
		const unknown = known.map((email) => `no-${email}`);
		const [revoked, bounced, throttled] = ['revoked', 'bounced', 'throttled'].map(
			(kind) => `${kind}@example.com`,
		) as [string, string, string];
		await invited(services, portal, [...known, bounced, throttled]);
		const [revokedId] = await invited(services, portal, [revoked]);
		await services.store.contacts.revoke(portal.id, revokedId!, services.clock.now());
		await markBounced({ services }, bounced);

		const kinds = {
			...{ known, unknown, revoked: repeated(revoked), bounced: repeated(bounced) },
			throttled: repeated(throttled),
		};
		const times = await timeSignIns(url, kinds, () => untilMailed(started, samples + 1));
		process.stdout.write(`sign-in page on ${database.name}, ${printedTimes(times)}\n`);
		expect(slowerKinds(times)).toEqual([]);
	}, 120_000);
});

/** What takes longer for contacts on this server, over 20 samples. */
async function slowerOn(server: TestServer): Promise<string[]> {
	const emails = (kind: string) =>
		Array.from({ length: 20 }, (_, n) => `${kind}${String(n)}@example.com`);
	const addresses = { known: emails('known'), unknown: emails('unknown') };
	await invited(server.services, server.portal, addresses.known);
	const untilMailed = () => server.services.signIns.settled();
	return slowerKinds(await timeSignIns(server.url, addresses, untilMailed));
}

it('R39 a server that works longer for contacts before it answers is found out', async () => {
	const server = await startServer({ env: { TRUST_PROXY: 'loopback' }, later: systemLater });
	try {
		const { signIns } = server.services;
		const begin = signIns.begin;
		signIns.begin = (portal, email) => {
			if (email.startsWith('known')) pbkdf2Sync(email, 'salt', 50_000, 32, 'sha256');
			return begin(portal, email);
		};
		expect(await slowerOn(server)).toEqual(['answers for known addresses take longer']);
	} finally {
		await server.stop();
	}
}, 60_000);

it.each([
	['answer', 'answers'],
	['next', 'the pages after answers'],
	['wrongCode', 'answers to wrong codes'],
])('R39 of a server the times of each %s are judged', (part, words) => {
	const spread = (median: number) => ({ median, p10: median, p90: median });
	const quick = { answer: spread(2), next: spread(1), wrongCode: spread(250) };
	const slow = { ...quick, [part]: spread(2 * quick[part as keyof typeof quick].median) };
	const times = [
		{ kind: 'unknown', ...quick },
		{ kind: 'known', ...slow },
	];
	expect(slowerKinds(times)).toEqual([`${words} for known addresses take longer`]);
});

it('R39 a server that answers wrong codes at once is found out', async () => {
	const server = await startServer({ env: { TRUST_PROXY: 'loopback' } });
	try {
		expect(await slowerOn(server)).toContain(
			'answers to wrong codes for known addresses take longer',
		);
	} finally {
		await server.stop();
	}
}, 60_000);
