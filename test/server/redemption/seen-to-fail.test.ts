import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { databasesFor, sqlite } from '../../support/databases.ts';
import { brokenServer } from '../../support/guarantees.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { expiryIsExact } from './checks/expiry.ts';
import { formBelongsToBrowserAndLink } from './checks/form.ts';
import { hostIsThePortals } from './checks/hosts.ts';
import type { Check } from './checks/people.ts';
import {
	cookiesHaveOnePurpose,
	linksHaveOnePurpose,
	secretsHaveOnePurpose,
} from './checks/purposes.ts';
import { competitors, linkAndCodeGetOneIn, oneOfManyGetsIn } from './checks/race.ts';
import { signInTellsNothing } from './checks/sign-in.ts';
import { askingLocksNobodyOut, guessingLocksNobodyOut } from './checks/strangers.ts';
import * as variants from './checks/variants.ts';

interface Proof {
	title: string;
	check: Check;
	/** Servers that break the guarantee: what they do, how they are made, and what the check has to say about them. */
	variants: [does: string, make: variants.Break, says: readonly unknown[]][];
	/** Only what depends on the database needs breaking on each. */
	onEveryStore: boolean;
}

const redeems = 'a link redeems';
const decides = 'decides about the host of a link';
const decidesMailed = 'decides about the host of an e-mailed link';
const dies = 'an owner’s link dies because a stranger';
const differs = 'address gets another answer than an invited one';

const proofs: Proof[] = [
	{
		title: 'R3 only the form of this browser and this link redeems it',
		check: formBelongsToBrowserAndLink,
		onEveryStore: false,
		variants: [
			['takes any form token', variants.anyFormToken, [`${redeems} without a form token`]],
			[
				'makes form tokens for any browser',
				variants.formTokenOfAnyBrowser,
				[`${redeems} with the form of another browser`],
			],
			[
				'makes form tokens for any link',
				variants.formTokenOfAnyLink,
				[`${redeems} with the form of another link`],
			],
		],
	},
	{
		title: 'R4 of 64 browsers with one link exactly one gets in',
		check: oneOfManyGetsIn,
		onEveryStore: true,
		variants: [
			[
				'looks first and writes then',
				variants.looksThenWrites,
				[`${String(competitors)} browsers get in with one link`],
			],
		],
	},
	{
		title: 'R4 R6 of 64 with link and code of one e-mail exactly one gets in',
		check: linkAndCodeGetOneIn,
		onEveryStore: true,
		variants: [
			[
				'looks first and writes then',
				variants.looksThenWrites,
				[`${String(competitors)} browsers get in with link and code of one e-mail`],
			],
		],
	},
	{
		title: 'R8 expiry is exact to the millisecond, on the server’s clock',
		check: expiryIsExact,
		onEveryStore: true,
		variants: [
			[
				'does not look at expiry when it redeems',
				variants.expiryNotInTheWrite,
				[`${redeems} at its end`, `${redeems} a millisecond after its end`],
			],
			['ends links a millisecond late', variants.expiryOneLate, [`${redeems} at its end`]],
			[
				'ends links a millisecond early',
				variants.expiryOneEarly,
				['a link does not redeem a millisecond before its end'],
			],
		],
	},
	{
		title: 'R18 purpose and portal are in the secret of a link',
		check: secretsHaveOnePurpose,
		onEveryStore: true,
		variants: [
			[
				'leaves the purpose out of its secrets',
				variants.secretsWithoutPurpose,
				['login-code', 'session', 'form-token', 'limit'].map(
					(purpose) => `a secret made for ${purpose} opens a link`,
				),
			],
			[
				'leaves the portal out of its secrets',
				variants.secretsWithoutPortal,
				['a secret made for another portal opens a link'],
			],
		],
	},
	{
		title: 'R18 links of clients and of admins are worth nothing for the others',
		check: linksHaveOnePurpose,
		onEveryStore: true,
		variants: [
			[
				'redeems a link for any purpose',
				variants.anyPurposeRedeems,
				[
					'a link for the dashboard is redeemed as a client’s',
					'a client’s link is redeemed as an admin’s',
					'a client’s link was spent where it is worth nothing',
					'an admin’s link was spent where it is worth nothing',
				],
			],
		],
	},
	{
		title: 'R18 so are their cookies, and a link’s secret as a cookie or API key',
		check: cookiesHaveOnePurpose,
		onEveryStore: true,
		variants: [],
	},
	{
		title: 'R30 nothing in a request decides about the host of a link',
		check: hostIsThePortals,
		onEveryStore: false,
		variants: [
			[
				'takes the Host header',
				variants.hostOfTheRequest,
				[`Host ${decides}`, `the first of two Host headers ${decides}`],
			],
			[
				'takes X-Forwarded-Host',
				variants.forwardedHost,
				[
					...['Host', 'the first of two Host headers', 'X-Forwarded-Host'].map(
						(name) => `${name} ${decides}`,
					),
					`x-forwarded-host ${decidesMailed}`,
				],
			],
			[
				'takes the host of the request line',
				variants.hostOfTheRequestLine,
				['Host', 'the first of two Host headers', 'an absolute request line'].map(
					(name) => `${name} ${decides}`,
				),
			],
		],
	},
	{
		title: 'R38 a stranger who asks for links locks nobody out and ends no link',
		check: askingLocksNobodyOut,
		onEveryStore: true,
		variants: [
			['lets a new link end the older ones', variants.newestLinkOnly, [`${dies} asks for others`]],
			['keeps out who is asked for too often', variants.asksLockOut, [`${dies} asks for others`]],
		],
	},
	{
		title: 'R38 a stranger who guesses codes locks nobody out',
		check: guessingLocksNobodyOut,
		onEveryStore: true,
		variants: [
			['keeps out after wrong codes', variants.wrongCodesLockOut, [`${dies} guesses codes`]],
		],
	},
	{
		title:
			'R39 the sign-in page answers alike whoever’s address it is, and mails only who may have it',
		check: signInTellsNothing,
		onEveryStore: false,
		variants: [
			['says who is unknown', variants.saysWhoIsUnknown, [`an unknown ${differs}`]],
			['says who was mailed already', variants.saysWhoIsThrottled, [`a throttled ${differs}`]],
			['mails any contact', variants.mailsAnyContact, ['a never invited address is mailed']],
		],
	},
];

const databases = await databasesFor('redemption: checks that are seen to fail');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database, env: { TRUST_PROXY: 'loopback' } });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	describe.each(proofs)('$title', ({ check, variants: made, onEveryStore }) => {
		it('holds', async () => {
			server.clock.advance(24 * 3_600_000);
			expect(await check(server)).toEqual([]);
		});

		if (made.length === 0 || (!onEveryStore && database.name !== sqlite.name)) return;
		it.each(made)(`${brokenServer} %s`, async (_does, breakIt, says) => {
			server.clock.advance(24 * 3_600_000);
			const mend = breakIt(server);
			try {
				expect(await check(server)).toEqual(says);
			} finally {
				mend();
			}
		});
	});
});
