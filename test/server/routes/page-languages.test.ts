import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const languageOf = (page: { text: string }): string | undefined =>
	/<html lang="([^"]*)" dir="ltr">/.exec(page.text)?.[1];

describe('the language of a page', () => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer();
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	async function linkFor(email: string, locale: string | null): Promise<string> {
		await server.call('POST', '/v1/contacts', { email, locale });
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		return String(body.url);
	}

	const french = { 'accept-language': 'fr-CH, fr;q=0.9' };

	it('is the contact’s own on the page of their link, and while they are signed in', async () => {
		const browser = openBrowser();
		const url = await linkFor('own@example.com', 'de-AT');
		const page = await browser.get(url, french);
		expect([languageOf(page), page.text.includes('Guten Tag')]).toEqual(['de', true]);
		await signIn(browser, url);
		expect(languageOf(await browser.get(`${server.url}/`, french))).toBe('de');
	});

	it('is the browser’s where the contact has none, and where nobody is known', async () => {
		const browser = openBrowser();
		expect(languageOf(await browser.get(await linkFor('none@example.com', null), french))).toBe(
			'fr',
		);
		for (const path of ['/', '/sign-in', '/l/sample', '/l/open', '/l/nothing', '/no-such-page']) {
			expect([path, languageOf(await browser.get(server.url + path, french))]).toEqual([
				path,
				'fr',
			]);
		}
	});

	it('is the portal’s where the browser says nothing', async () => {
		const change = (locale: string) =>
			server.call('PATCH', `/v1/portals/${server.portal.id}`, { locale });
		expect(languageOf(await openBrowser().get(`${server.url}/`))).toBe('en');
		expect((await change('es-MX')).status).toBe(200);
		expect(languageOf(await openBrowser().get(`${server.url}/`))).toBe('es');
		await change('en');
	});

	it('R15 is the browser’s on the page of a link that does not work, whosever it was', async () => {
		const browser = openBrowser();
		const used = await linkFor('used@example.com', 'de');
		await signIn(openBrowser(), used);
		const page = await browser.get(used, french);
		expect([page.status, languageOf(page)]).toEqual([410, 'fr']);
		const sent = await browser.post(`${server.url}/l/new`, page.fields, french);
		expect([sent.status, languageOf(sent)]).toEqual([200, 'fr']);
	});
});
