import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: somebody else signed in');

describe.each(databases)('R16 on $name', (database) => {
	let server: TestServer;
	let people = 0;

	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	async function makeLink(firstName: string) {
		people += 1;
		const email = `${firstName.toLowerCase()}${String(people)}@example.com`;
		await server.call('POST', '/v1/contacts', { email, firstName });
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		return body as { id: string; url: string; contact: { id: string; email: string } };
	}

	/** A browser in which Ada is signed in. */
	async function adasBrowser() {
		const ada = await makeLink('Ada');
		const browser = openBrowser();
		expect((await signIn(browser, ada.url)).status).toBe(303);
		return { ada, browser };
	}

	it('asks before switching, naming both and showing neither address', async () => {
		const { ada, browser } = await adasBrowser();
		const bea = await makeLink('Bea');
		const asked = await signIn(browser, bea.url);
		expect([asked.status, asked.action]).toEqual([200, '/l']);
		expect(asked.text).toMatch(/Ada[^]*Bea/);
		expect(asked.text).not.toContain(ada.contact.email);
		expect(asked.text).not.toContain(bea.contact.email);
		expect(asked.headers.get('set-cookie')).toBeNull();
	});

	it('cancelling consumes nothing and leaves the first one signed in', async () => {
		const { browser } = await adasBrowser();
		const bea = await makeLink('Bea');
		await signIn(browser, bea.url);
		expect((await browser.get(`${server.url}/`)).text).toContain('Ada');
		const link = await server.services.store.magicLinks.get(bea.id);
		expect(link?.redeemedAt).toBeNull();
		expect((await signIn(openBrowser(), bea.url)).status).toBe(303);
	});

	it('switches at a press, and ends the session that was there', async () => {
		const { ada, browser } = await adasBrowser();
		const session = browser.cookies.get('session')!;
		const bea = await makeLink('Bea');
		const asked = await signIn(browser, bea.url);
		const answer = await browser.post(`${server.url}/l`, asked.fields);
		expect(answer.status).toBe(303);
		expect((await browser.get(`${server.url}/`)).text).toContain('Bea');
		const { sessions } = server.services;
		expect(await sessions.read(server.portal, 'contact', session)).toBeNull();
		const path = `/v1/events?type=session.ended&contactId=${ada.contact.id}`;
		expect((await server.call('GET', path)).body.items).toHaveLength(1);
	});

	it('asks for a code too, and not for a link that does not work', async () => {
		const { browser } = await adasBrowser();
		const bea = await makeLink('Bea');
		const { email } = bea.contact;
		await server.call('POST', '/v1/invitations?wait=5', { items: [{ contact: { email } }] });
		server.clock.advance(1000);
		const tab = openBrowser();
		const page = await tab.get(`${server.url}/sign-in`);
		const inbox = await tab.post(`${server.url}/sign-in`, { ...page.fields, email });
		const [mail] = await mailsTo(server, email);
		// Ada signs in in another tab of the browser, before Bea has typed the code.
		tab.cookies.set('session', browser.cookies.get('session')!);
		const form = { ...inbox.fields, code: mail!.code };
		// The right code is the last try that there is, and is needed twice: to be asked, and to switch.
		const wrong = String((Number(mail!.code) + 1) % 1_000_000).padStart(6, '0');
		for (let guess = 0; guess < 4; guess += 1) {
			const refused = await tab.post(`${server.url}/code`, { ...form, code: wrong });
			expect(refused.status).toBe(422);
		}
		const asked = await tab.post(`${server.url}/code`, form);
		expect([asked.status, asked.action]).toEqual([200, '/code']);
		expect((await tab.post(`${server.url}/code`, asked.fields)).status).toBe(303);
		expect((await tab.get(`${server.url}/`)).text).toContain('Bea');

		const { fields } = await browser.get(bea.url);
		await signIn(openBrowser(), bea.url);
		const dead = await browser.post(`${server.url}/l`, fields);
		expect([dead.status, dead.action]).toEqual([410, '/l/new']);
	});

	it('does not ask the one who is signed in already', async () => {
		const { ada, browser } = await adasBrowser();
		const asked = { contact: { email: ada.contact.email } };
		const { body } = await server.call('POST', '/v1/magic-links', asked);
		expect((await signIn(browser, body.url)).status).toBe(303);
	});
});
