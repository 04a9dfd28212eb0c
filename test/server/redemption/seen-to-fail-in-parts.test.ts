import express, { type Request } from 'express';
import { describe, expect, it, jest } from '@jest/globals';

import type * as sameOriginModule from '../../../server/middleware/same-origin.ts';
import type * as destinationsModule from '../../../server/services/destinations.ts';
import { databasesFor, sqlite, type Database } from '../../support/databases.ts';
import { brokenServer } from '../../support/guarantees.ts';
import type { TestServer } from '../../support/server.ts';
import {
	allowedDestinations,
	badDestinations,
	destinationsAreCheckedAtMint,
	destinationsAreCheckedAtRedeem,
} from './checks/destinations.ts';
import type { Check } from './checks/people.ts';
import { signInWaitsForNothing } from './checks/sign-in.ts';

const destinationsFile = '../../../server/services/destinations.ts';
const sameOriginFile = '../../../server/middleware/same-origin.ts';

type Destinations = typeof destinationsModule;
type SameOrigin = typeof sameOriginModule;

/** Tries a check on a server of which one file was replaced. */
async function tryOn(
	database: Database,
	check: Check,
	breakIt: (running: () => TestServer) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
	jest.resetModules();
	const running: TestServer[] = [];
	await breakIt(() => running[0]!);
	const { startServer } = await import('../../support/server.ts');
	const server = await startServer({ database, env: { TRUST_PROXY: 'loopback' } });
	running.push(server);
	try {
		return await check(server);
	} finally {
		await server.stop();
		jest.unstable_unmockModule(destinationsFile);
		jest.unstable_unmockModule(sameOriginFile);
	}
}

/** Puts another rule for destinations in the place of ours. */
async function withDestinations(
	change: (real: Destinations) => Destinations['destinationProblem'],
): Promise<void> {
	const real = (await import(destinationsFile)) as Destinations;
	jest.resetModules();
	const destinationProblem = change(real);
	jest.unstable_mockModule(destinationsFile, () => ({
		destinationProblem,
		checkDestination: ((portal, destination) => {
			const problem = destinationProblem(portal, destination);
			if (problem !== null) throw problem;
			return destination;
		}) satisfies Destinations['checkDestination'],
	}));
}

/** Takes whatever starts as a path or as an entry of the list does. */
const looksAtThePrefix = () =>
	withDestinations(({ destinationProblem }) => (portal, destination) => {
		const isFine = ['/', ...portal.destinations].some((entry) => destination.startsWith(entry));
		return isFine ? null : destinationProblem(portal, destination);
	});

/** What was good when the link was made is good for ever. */
const looksOnlyOnce = () =>
	withDestinations(({ destinationProblem }) => {
		const taken = new Set<string>();
		return (portal, destination) => {
			if (taken.has(destination)) return null;
			const problem = destinationProblem(portal, destination);
			if (problem === null) taken.add(destination);
			return problem;
		};
	});

const readForm = express.urlencoded({ extended: false });

/** Before a form is answered, whose address is in it is looked up. */
async function looksUpFirst(running: () => TestServer): Promise<void> {
	const { sameOrigin } = (await import(sameOriginFile)) as SameOrigin;
	jest.resetModules();
	jest.unstable_mockModule(sameOriginFile, () => ({
		sameOrigin: ((publicUrl) => {
			const check = sameOrigin(publicUrl);
			return async (request: Request, response, next) => {
				await new Promise<void>((resolve) => {
					readForm(request, response, () => {
						resolve();
					});
				});
				const { services, portal } = running();
				const { email } = (request.body ?? {}) as { email?: string };
				if (email !== undefined) await services.store.contacts.getManyByEmail(portal.id, [email]);
				await check(request, response, next);
			};
		}) satisfies SameOrigin['sameOrigin'],
	}));
}

const databases = await databasesFor('redemption: checks that are seen to fail, in parts');

describe.each(databases)('on $name', (database) => {
	it('R32 only destinations of the portal are taken, wherever a link is ordered', async () => {
		expect(await tryOn(database, destinationsAreCheckedAtMint)).toEqual([]);
	});

	it('R32 a destination is checked again when the link is redeemed', async () => {
		expect(await tryOn(database, destinationsAreCheckedAtRedeem)).toEqual([]);
	});

	it('R39 the sign-in page answers before the address is looked up', async () => {
		expect(await tryOn(database, signInWaitsForNothing)).toEqual([]);
	});
});

describe(`on ${sqlite.name}`, () => {
	it(`R32 ${brokenServer} looks at the start of a destination`, async () => {
		const found = await tryOn(sqlite, destinationsAreCheckedAtMint, looksAtThePrefix);
		const [entry] = allowedDestinations;
		const startsWell = badDestinations.filter(
			(one) => one.startsWith('/') || one.startsWith(entry!),
		);
		const said = startsWell
			.filter((one) => one.length < 2048)
			.map((one) => `${one} is taken by /v1/magic-links`);
		expect(said).toContain('//evil.example is taken by /v1/magic-links');
		expect(found).toEqual(expect.arrayContaining(said));
		expect(found.filter((sentence) => sentence.startsWith('javascript:'))).toEqual([]);
	});

	it(`R32 ${brokenServer} does not look at a destination again`, async () => {
		const found = await tryOn(sqlite, destinationsAreCheckedAtRedeem, looksOnlyOnce);
		expect(found).toEqual(['a link leads to what the portal does not allow any more']);
	});

	it(`R39 ${brokenServer} looks the address up before it answers`, async () => {
		const found = await tryOn(sqlite, signInWaitsForNothing, looksUpFirst);
		expect(found).toEqual(['the answer waits until the address was looked up']);
	});
});
