import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { isSignedIn, openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: visits of admins');
const hour = 60 * 60_000;

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let admin: Browser;
	let people = 0;
	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** Somebody who was invited, and a browser in which an admin is signed in. */
	async function invited() {
		people += 1;
		server.clock.advance(hour);
		admin = openBrowser();
		await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
		const email = `looked-at${String(people)}@example.com`;
		const answer = await server.call('POST', '/v1/invitations?wait=5', {
			items: [{ contact: { email, firstName: 'Ada' } }],
		});
		const [mail] = await mailsTo(server, email);
		return { email, id: String(answer.body.items[0].contact.id), ...mail! };
	}

	const pageOf = async (browser: Browser): Promise<string> =>
		(await browser.get(`${server.url}/`)).text;
	const isIn = (browser: Browser) => isSignedIn(browser, server);
	const contactOf = async (id: string) =>
		(await server.services.store.contacts.get(server.portal.id, id))!;
	const eventsOf = async (id: string, type: string) =>
		(await server.call('GET', `/v1/events?type=${type}&contactId=${id}`)).body.items;
	const stats = async () => (await server.call('GET', '/v1/stats')).body;

	it('R12 a link opened where an admin is signed in is an audited visit, and nobody has joined', async () => {
		const person = await invited();
		const before = await stats();
		const page = await admin.get(person.link);
		expect(page.text).toContain('You are signed in as an admin. Going on shows');
		expect((await signIn(admin, person.link)).status).toBe(303);
		expect(await pageOf(admin)).toContain('see the portal as this person does');
		expect(await contactOf(person.id)).toMatchObject({ joinedAt: null, lastLoginAt: null });
		expect(await stats()).toEqual(before);
		for (const type of ['link.redeemed', 'contact.joined']) {
			expect(await eventsOf(person.id, type)).toEqual([]);
		}
		const byAdmin = { actor: expect.stringMatching(/^admin:[\w-]{36}$/) };
		expect(await eventsOf(person.id, 'admin.visited')).toMatchObject([byAdmin]);
		expect(await eventsOf(person.id, 'link.visited')).toMatchObject([byAdmin, byAdmin]);
		const { text } = await admin.get(`${server.url}/admin/contacts/${person.id}`);
		expect(text).toContain('admin@example.com looked at the portal as this contact');
		expect(text).toContain('An admin’s visit');
		const listed = await server.call('GET', `/v1/contacts/${person.id}/sessions`);
		expect(listed.body.items).toMatchObject([{ visitingAdminId: expect.any(String) }]);
	});

	it('R12 an admin reads in the browser’s language that it is a visit, and the page in the contact’s', async () => {
		const person = await invited();
		await server.call('PATCH', `/v1/contacts/${person.id}`, { locale: 'de' });
		const headers = { 'accept-language': 'fr' };
		const link = await admin.get(person.link, headers);
		expect(link.text).toContain('<html lang="de"');
		expect(link.text).toContain('<p class="notice" lang="fr">Vous êtes connecté');
		await signIn(admin, person.link);
		const portal = await admin.get(`${server.url}/`, headers);
		expect(portal.text).toContain('<html lang="de"');
		expect(portal.text).toContain('<p class="notice" lang="fr">Vous êtes connecté');
	});

	it('a look at a link reads the session of the admin once', async () => {
		const person = await invited();
		const own = (await server.services.admins.createLink('admin@example.com')).url;
		const read = jest.spyOn(server.services.sessions, 'read');
		for (const [link, status] of [[person.link, 200] as const, [own, 303] as const]) {
			read.mockClear();
			expect((await admin.get(link)).status).toBe(status);
			expect(read.mock.calls.filter(([, subject]) => subject === 'admin')).toHaveLength(1);
		}
		read.mockRestore();
	});

	it('R12 a press in an admin’s browser is never asked whether it is a scanner’s', async () => {
		const person = await invited();
		const { fields } = await admin.get(person.link);
		expect((await admin.post(`${server.url}/l`, { ...fields, pressed: '' })).status).toBe(303);
		expect(await isIn(admin)).toBe(true);
	});

	it('R12 a code typed where an admin is signed in is a visit, too', async () => {
		const person = await invited();
		await signIn(openBrowser(), person.link);
		const { joinedAt, lastLoginAt } = await contactOf(person.id);
		server.clock.advance(hour);
		const form = await admin.get(`${server.url}/sign-in`);
		const asked = await admin.post(`${server.url}/sign-in`, {
			...form.fields,
			email: person.email,
		});
		const [mail] = await mailsTo(server, person.email);
		const typed = await admin.post(`${server.url}/code`, { ...asked.fields, code: mail!.code });
		expect(typed.status).toBe(303);
		expect(await isIn(admin)).toBe(true);
		expect(await contactOf(person.id)).toMatchObject({ joinedAt, lastLoginAt });
		expect(await eventsOf(person.id, 'admin.visited')).toHaveLength(1);
	});

	it('R12 a visit ends after an hour', async () => {
		const person = await invited();
		await signIn(admin, person.link);
		server.clock.advance(hour - 1);
		expect(await isIn(admin)).toBe(true);
		server.clock.advance(1);
		expect(await isIn(admin)).toBe(false);
	});

	it('R12 R13 the person comes in by a new link, joins, reads of the visit and can end it', async () => {
		const person = await invited();
		await signIn(admin, person.link);
		server.clock.advance(10 * 60_000);
		const browser = openBrowser();
		const used = await browser.get(person.link);
		expect([used.status, used.action]).toEqual([410, '/l/new']);
		await browser.post(`${server.url}/l/new`, used.fields);
		const [mail] = await mailsTo(server, person.email);
		server.clock.advance(60_000);
		const entered = await signIn(browser, mail!.link);
		expect([entered.status, entered.headers.get('location')]).toEqual([303, '/earlier-link']);
		expect((await contactOf(person.id)).joinedAt).toBe(server.clock.now());
		expect(await eventsOf(person.id, 'link.scanned')).toEqual([]);
		const told = await browser.get(`${server.url}/earlier-link`);
		expect(told.text).toContain('The portal’s team used it on');
		expect(await pageOf(browser)).toContain('A visit by the portal’s team');
		expect(await isIn(admin)).toBe(true);
		await browser.post(`${server.url}/earlier-link`, {});
		expect(await isIn(admin)).toBe(false);
		expect(await isIn(browser)).toBe(true);
	});
});
