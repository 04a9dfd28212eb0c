import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { isSignedIn, openBrowser, signIn, type Browser, type Page } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const minute = 60_000;
/** The second database sees a part of it. */
const hoursOn: Record<string, number> = { SQLite: 24, MongoDB: 4 };
const email = 'ada@example.com';

const databases = await databasesFor('redemption: strangers who know an address');

describe.each(databases)('on $name', (database) => {
	const hours = hoursOn[database.name]!;
	let server: TestServer;
	let asked: number;
	/** Of the stranger's browser. */
	let form: Record<string, string> | null;

	beforeEach(async () => {
		server = await startServer({
			database,
			env: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'error' },
		});
		await server.call('POST', '/v1/invitations?wait=5', { items: [{ contact: { email } }] });
		server.clock.advance(minute);
		asked = 0;
		form = null;
	}, 60_000);
	afterEach(() => server.stop(), 60_000);

	/** A stranger asks for an e-mail to the owner, from a network that has not asked before; it is sent before time goes on. */
	async function strangerAsks(stranger: Browser): Promise<Page> {
		form ??= (await stranger.get(`${server.url}/sign-in`)).fields;
		asked += 1;
		const network = `10.${String(asked >> 8)}.${String(asked & 255)}.7`;
		const headers = { 'x-forwarded-for': network };
		const page = await stranger.post(`${server.url}/sign-in`, { ...form, email }, headers);
		const { store, signIns } = server.services;
		await signIns.settled();
		while ((await store.sends.listUnfinished(1)).length > 0) {
			await new Promise((resolve) => setImmediate(resolve));
		}
		return page;
	}

	async function mails() {
		return mailsTo(server, email);
	}

	/** The owner asks in a new browser and uses the newest e-mail there is, whoever asked for it. */
	async function ownerSignsIn({ scripts }: { scripts: boolean }): Promise<Browser> {
		const browser = openBrowser({ scripts });
		const { fields } = await browser.get(`${server.url}/sign-in`);
		await browser.post(`${server.url}/sign-in`, { ...fields, email });
		const { link, code } = (await mails())[0]!;
		const page = await signIn(browser, link);
		// What a press without a script is asked for.
		if (page.text.includes('name="code"')) {
			await browser.post(`${server.url}/l`, { ...page.fields, code });
		} else if (page.status === 200) {
			await browser.post(`${server.url}/l`, { ...page.fields, email });
		}
		return browser;
	}

	const isIn = (browser: Browser) => isSignedIn(browser, server);

	it('R38 the newest e-mail always holds a link that works, however early in the hour a stranger used the others up', async () => {
		const stranger = openBrowser();
		const before = (await mails()).length;
		for (let n = 0; n < 59; n += 1) {
			await strangerAsks(stranger);
			server.clock.advance(minute);
		}
		expect((await mails()).length - before).toBe(5);
		server.clock.advance(minute - 1);
		expect(await isIn(await ownerSignsIn({ scripts: true }))).toBe(true);
	}, 60_000);

	it('R38 a link that was used makes room for the next e-mail, and for one only', async () => {
		const stranger = openBrowser();
		const before = (await mails()).length;
		for (let n = 0; n < 5; n += 1) {
			await strangerAsks(stranger);
			server.clock.advance(minute);
		}
		const { link } = (await mails())[0]!;
		const owner = openBrowser();
		expect((await signIn(owner, link)).status).toBe(303);
		for (let n = 0; n < 3; n += 1) {
			server.clock.advance(minute);
			await strangerAsks(stranger);
		}
		expect((await mails()).length - before).toBe(6);
		expect(await isIn(await ownerSignsIn({ scripts: true }))).toBe(true);
	}, 60_000);

	it(`R11 R38 a stranger who asks and guesses for ${String(hours)} hours keeps the owner out at no time, with scripts or without`, async () => {
		const stranger = openBrowser();
		let tried = 0;
		let came = 0;
		for (let now = 0; now < hours * 60; now += 1) {
			const page = await strangerAsks(stranger);
			if (now % 12 === 0) {
				await stranger.post(`${server.url}/code`, { ...page.fields, code: '000000' });
			}
			if (now % 37 === 36 || now % 37 === 0) {
				tried += 1;
				const owner = await ownerSignsIn({ scripts: tried % 4 < 2 });
				if (await isIn(owner)) came += 1;
				await owner.post(`${server.url}/sign-out`, {});
				expect(await isIn(owner)).toBe(false);
			}
			server.clock.advance(minute);
		}
		process.stdout.write(
			`${database.name}: a stranger asked ${String(asked)} times in ${String(hours)} hours; the owner came in ${String(came)} of ${String(tried)} times\n`,
		);
		expect(tried).toBeGreaterThan(3 * hours - 1);
		expect(came).toBe(tried);
	}, 300_000);
});
