import { randomInt } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { openBrowser, signIn, type Browser, type Page } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const minute = 60_000;
const hour = 60 * minute;
const codes = 1_000_000;

const attack = { victims: 5, days: 4, roundsPerDay: 10 };
/** The caps admit as many of either; the second database gets to see that with fewer. */
const guessesOn: Record<string, number> = { SQLite: 10_000, MongoDB: 2_000 };
/** LIMIT_CODES_CONTACT_DAY and LIMIT_CODES_PORTAL_HOUR, as they are without settings. */
const caps = { contactDay: 20, portalHour: 100 };

const databases = await databasesFor('redemption: guessing codes');

describe.each(databases)('guessing codes on $name', (database) => {
	const guesses = guessesOn[database.name]!;
	let server: TestServer;
	let networks = 0;

	beforeEach(async () => {
		server = await startServer({
			database,
			env: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'error' },
		});
	}, 60_000);
	afterEach(() => server.stop(), 60_000);

	/** Every request of the strangers comes from another network. */
	function elsewhere(): Record<string, string> {
		networks += 1;
		const [a, b] = [networks >> 8, networks & 255].map(String);
		return { 'x-forwarded-for': `10.${String(Number(a) & 255)}.${b ?? ''}.7` };
	}

	async function invite(number: number): Promise<string[]> {
		const emails = Array.from({ length: number }, (_, n) => `person${String(n)}@example.com`);
		const items = emails.map((email) => ({ contact: { email } }));
		await server.call('POST', '/v1/invitations?wait=20', { items });
		server.clock.advance(minute);
		return emails;
	}

	async function ask(browser: Browser, email: string): Promise<Page> {
		const { fields } = await browser.get(`${server.url}/sign-in`);
		return browser.post(`${server.url}/sign-in`, { ...fields, email }, elsewhere());
	}

	async function newest(email: string) {
		return (await mailsTo(server, email))[0]!;
	}

	/** Any six digits, but never the right ones: a test that the guesser wins once in a while would be no test. */
	function guess(right: string): string {
		const code = String(randomInt(codes)).padStart(6, '0');
		return code === right ? guess(right) : code;
	}

	/** How often a code was compared with what somebody typed, since it was last asked; e-mails are not under way then. */
	function watchComparisons(): () => number {
		const mac = jest.spyOn(server.services.keys, 'mac');
		return () => {
			// Of the numbers that a code may be derived from, every comparison begins with the first.
			const looks = mac.mock.calls.filter(
				([, purpose, fields]) => purpose === 'login-code' && fields.at(-1) === '0',
			);
			mac.mockClear();
			return looks.length;
		};
	}

	/** A stranger asks for an e-mail to each, and guesses its code on both pages where one can be typed, all at once. */
	async function round(emails: string[], each: number): Promise<void> {
		const posts: (() => Promise<Page>)[] = [];
		for (const email of emails) {
			const asking = openBrowser();
			const page = await ask(asking, email);
			const { code, link } = await newest(email);
			const onPage = openBrowser({ scripts: false });
			const { fields } = await onPage.get(link);
			for (let n = 0; n < each; n += 1) {
				const form = { code: guess(code) };
				posts.push(
					n % 3 === 0
						? () => onPage.post(`${server.url}/l`, { ...fields, ...form }, elsewhere())
						: () => asking.post(`${server.url}/code`, { ...page.fields, ...form }, elsewhere()),
				);
			}
		}
		const answers = await Promise.all(posts.map((post) => post()));
		// 200: the page of the link has begun to ask for the address, and a code is no answer to that.
		expect(answers.filter(({ status }) => status !== 422 && status !== 200)).toEqual([]);
	}

	it('R5 100 wrong codes an hour in a portal, however many at once, then links only', async () => {
		const [owner = '', ...others] = await invite(caps.portalHour / 4 + 2);
		const comparisons = watchComparisons();
		const typed: (() => Promise<Page>)[] = [];
		for (const email of others) {
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			for (let n = 0; n < 4; n += 1) {
				const form = { ...page.fields, code: guess(code) };
				typed.push(() => browser.post(`${server.url}/code`, form, elsewhere()));
			}
		}
		expect(typed).toHaveLength(caps.portalHour + 4);
		comparisons();
		await Promise.all(typed.map((post) => post()));
		expect(comparisons()).toBe(caps.portalHour);

		const browser = openBrowser();
		const page = await ask(browser, owner);
		const { code, link } = await newest(owner);
		const refused = await browser.post(`${server.url}/code`, { ...page.fields, code });
		expect(refused.status).toBe(422);
		expect((await signIn(openBrowser(), link)).status).toBe(303);

		server.clock.advance(hour);
		for (const email of others) {
			const later = openBrowser();
			const form = { ...(await ask(later, email)).fields, code: (await newest(email)).code };
			expect((await later.post(`${server.url}/code`, form)).status).toBe(303);
		}
	}, 120_000);

	it(`R5 R24 R38 ${String(guesses)} guesses at ${String(attack.victims)} contacts: what the caps admit, and the owners get in`, async () => {
		const emails = await invite(attack.victims);
		const comparisons = watchComparisons();
		const rounds = attack.days * attack.roundsPerDay;
		let admitted = 0;
		for (let n = 0; n < rounds; n += 1) {
			await mailsTo(server, emails[0]!);
			comparisons();
			await round(emails, guesses / rounds / emails.length);
			// Every e-mail that was sent for it had its code made, too.
			admitted += comparisons() - emails.length;
			if (n % attack.roundsPerDay === attack.roundsPerDay - 1) {
				const owner = emails[n % emails.length]!;
				// A person takes a while to read.
				server.clock.advance(minute);
				expect((await signIn(openBrowser(), (await newest(owner)).link)).status).toBe(303);
			}
			server.clock.advance((24 * hour) / attack.roundsPerDay);
		}
		const chance = admitted / codes;
		process.stdout.write(
			`${database.name}: ${String(guesses)} guesses at ${String(attack.victims)} contacts in ${String(attack.days)} days: ` +
				`${String(admitted)} admitted, ${String(admitted)} / 10^6 = 1 in ${(1 / chance).toFixed(0)}\n`,
		);
		expect(admitted).toBe(caps.contactDay * attack.victims * attack.days);
		expect(chance).toBeLessThan(1 / 1000);
		for (const email of emails) {
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			const form = { ...page.fields, code };
			expect((await browser.post(`${server.url}/code`, form)).status).toBe(303);
		}
	}, 600_000);
});
