import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { askForMail, invite } from './checks/people.ts';

const databases = await databasesFor('redemption: other links of a contact');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
		await server.call('POST', '/v1/contacts', { email: 'ada@example.com' });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	async function newLink(): Promise<string> {
		server.clock.advance(1000);
		const asked = { contact: { email: 'ada@example.com' } };
		return (await server.call('POST', '/v1/magic-links', asked)).body.url;
	}

	async function signsIn(url: string): Promise<boolean> {
		const browser = openBrowser();
		server.clock.advance(1000);
		await signIn(browser, url);
		return browser.cookies.has('session');
	}

	it('R22 of two links the older works, and ends the newer one, whose page offers another', async () => {
		const [older, newer] = [await newLink(), await newLink()];
		expect(await signsIn(older)).toBe(true);
		const page = await openBrowser().get(newer);
		expect([page.status, page.action]).toEqual([410, '/l/new']);
		expect(await signsIn(newer)).toBe(false);
		expect(await signsIn(await newLink())).toBe(true);
	});

	it('R22 the portal may leave other links alone', async () => {
		const { id } = server.portal;
		const set = await server.call('PATCH', `/v1/portals/${id}`, { endOtherLinks: false });
		expect(set.body.endOtherLinks).toBe(false);
		const [older, newer] = [await newLink(), await newLink()];
		expect([await signsIn(older), await signsIn(newer)]).toEqual([true, true]);
		await server.call('PATCH', `/v1/portals/${id}`, { endOtherLinks: true });
		const [first, second] = [await newLink(), await newLink()];
		expect([await signsIn(first), await signsIn(second)]).toEqual([true, false]);
	});

	it('R22 a code ends the other links of its kind, and is ended with its own by them', async () => {
		const { email } = await invite(server);
		const mailOf = async (browser: Browser) => {
			server.clock.advance(60_000);
			const page = await askForMail(server, browser, email);
			const [mail] = await mailsTo(server, email);
			const type = () => browser.post(`${server.url}/code`, { ...page.fields, code: mail!.code });
			return { ...mail!, type };
		};
		const browsers = [openBrowser(), openBrowser()];
		const [older, newer] = [await mailOf(browsers[0]!), await mailOf(browsers[1]!)];
		server.clock.advance(1);
		expect((await older.type()).status).toBe(303);
		expect((await newer.type()).status).toBe(422);
		expect(await signsIn(newer.link)).toBe(false);
		const [invitation] = (await mailsTo(server, email)).slice(-1);
		expect(await signsIn(invitation!.link)).toBe(true);
	});
});
