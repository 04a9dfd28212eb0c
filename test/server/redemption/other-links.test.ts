import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

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
});
