import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { askForMail, invite, newEmail } from './checks/people.ts';

const databases = await databasesFor('redemption: what waits on the sign-in page');

describe.each(databases)('R39 on $name', (database) => {
	let server: TestServer;
	/** What waits, until a test runs it. */
	const held: { ms: number; run: () => void }[] = [];

	beforeAll(async () => {
		server = await startServer({
			database,
			env: { TRUST_PROXY: 'loopback' },
			later: (ms, run) => held.push({ ms, run }),
		});
	}, 60_000);
	afterAll(() => server.stop(), 60_000);
	beforeEach(() => {
		held.length = 0;
	});

	const countedMails = async (email: string) => (await mailsTo(server, email)).length;

	it('nothing is done for an e-mail before it is its time, and that is at random', async () => {
		const { email } = await invite(server);
		const before = await countedMails(email);
		const { contacts } = server.services.store;
		const getManyByEmail = contacts.getManyByEmail;
		let lookUps = 0;
		contacts.getManyByEmail = (...given) => {
			lookUps += 1;
			return getManyByEmail.apply(contacts, given);
		};
		const asked = [email, ...Array.from({ length: 19 }, newEmail)];
		for (const one of asked) {
			await askForMail(server, openBrowser(), one);
			await openBrowser().get(`${server.url}/sign-in`);
		}
		expect(lookUps).toBe(0);
		const times = held.map(({ ms }) => ms);
		expect(times).toHaveLength(asked.length);
		expect(Math.min(...times)).toBeGreaterThanOrEqual(250);
		expect(Math.max(...times)).toBeLessThanOrEqual(2_000);
		expect(new Set(times).size).toBeGreaterThan(5);
		held[0]!.run();
		expect(lookUps).toBe(1);
		contacts.getManyByEmail = getManyByEmail;
		expect(await countedMails(email)).toBe(before + 1);
		// Its time comes once only.
		for (const { run } of held) run();
		expect(await countedMails(email)).toBe(before + 1);
	});

	it('a server that stops mails first whoever waits', async () => {
		const { email } = await invite(server);
		const before = await countedMails(email);
		await askForMail(server, openBrowser(), email);
		await server.services.signIns.settled();
		expect(await countedMails(email)).toBe(before + 1);
	});

	it('a wrong code is answered 250 ms after it came, whatever was done meanwhile', async () => {
		const { email } = await invite(server);
		const { sends } = server.services.store;
		for (const [address, tookMs, leftMs] of [
			[email, 0, 250],
			[email, 90, 160],
			[newEmail(), 0, 250],
			[newEmail(), 90, 160],
		] as const) {
			const browser = openBrowser();
			const page = await askForMail(server, browser, address);
			await server.services.signIns.settled();
			held.length = 0;
			const get = sends.get;
			sends.get = (...given) => {
				server.clock.advance(tookMs);
				return get.apply(sends, given);
			};
			const answered = browser.post(`${server.url}/code`, { ...page.fields, code: '000000' });
			while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
			sends.get = get;
			expect(held.map(({ ms }) => ms)).toEqual([leftMs]);
			held[0]!.run();
			expect((await answered).status).toBe(422);
		}
	});
});
