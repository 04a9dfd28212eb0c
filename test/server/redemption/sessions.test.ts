import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { isSignedIn, openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: sessions');
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36';

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** A browser in which the contact with this address has signed in. */
	async function signedIn(email: string): Promise<Browser> {
		await server.call('POST', '/v1/contacts', { email });
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		const browser = openBrowser();
		const { fields } = await browser.get(body.url);
		await browser.post(`${server.url}/l`, fields, { 'user-agent': windows });
		server.clock.advance(1000);
		return browser;
	}

	const isIn = (browser: Browser) => isSignedIn(browser, server);

	async function contactId(email: string): Promise<string> {
		return (await server.call('POST', '/v1/contacts', { email })).body.id;
	}

	describe('R44 a client on the portal page', () => {
		it('sees where they are signed in, ends one, and then all others, at once', async () => {
			const [mine, phone, old, older] = [
				await signedIn('own@example.com'),
				await signedIn('own@example.com'),
				await signedIn('own@example.com'),
				await signedIn('own@example.com'),
			];
			const page = await mine.get(`${server.url}/`);
			expect(page.text).toContain('This browser');
			expect(page.text.match(/Chrome on Windows/g)?.length).toBeGreaterThanOrEqual(4);
			const ids = [...page.text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id!);
			// Newest first, without one's own, and one button for all others.
			expect(ids).toHaveLength(4);
			const sessions = await server.call(
				'GET',
				`/v1/contacts/${await contactId('own@example.com')}/sessions`,
			);
			expect(sessions.body.items.slice(0, 3).map(({ id }: { id: string }) => id)).toEqual(
				ids.slice(0, 3),
			);
			const answer = await mine.post(`${server.url}/sessions/end`, { session: ids[2]! });
			expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
			expect(await Promise.all([mine, phone, old, older].map(isIn))).toEqual([
				true,
				false,
				true,
				true,
			]);
			await mine.post(`${server.url}/sessions/end`, { session: 'others' });
			expect(await Promise.all([mine, old, older].map(isIn))).toEqual([true, false, false]);
		});

		it('ends nobody else’s session, and nothing from another site or signed out', async () => {
			const mine = await signedIn('mine@example.com');
			const theirs = await signedIn('theirs@example.com');
			const id = await contactId('theirs@example.com');
			const { body } = await server.call('GET', `/v1/contacts/${id}/sessions`);
			const session = String(body.items[0].id);
			for (const [browser, headers] of [
				[mine, {}],
				[openBrowser(), {}],
				[theirs, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
			] as const) {
				await browser.post(`${server.url}/sessions/end`, { session }, headers);
				expect(await isIn(theirs)).toBe(true);
			}
		});
	});

	describe('R44 R46 sessions of a contact by API', () => {
		it('lists, ends one and all, audited, and knows only live ones of this contact', async () => {
			const email = 'api@example.com';
			const browsers = [await signedIn(email), await signedIn(email), await signedIn(email)];
			const path = `/v1/contacts/${await contactId(email)}/sessions`;
			const { body } = await server.call('GET', path);
			expect(body.items).toHaveLength(3);
			expect(body.items[0]).toMatchObject({ browser: 'Chrome', system: 'Windows' });
			expect(JSON.stringify(body)).not.toMatch(/secret|hash/i);

			expect((await server.call('DELETE', `${path}/${body.items[2].id}`)).status).toBe(204);
			expect(await Promise.all(browsers.map(isIn))).toEqual([false, true, true]);
			const again = await server.call('DELETE', `${path}/${body.items[2].id}`);
			expect(again.body).toMatchObject({ status: 404, code: 'session_not_found' });
			await signedIn('bystander@example.com');
			const other = `/v1/contacts/${await contactId('bystander@example.com')}/sessions`;
			const stranger = await server.call('DELETE', `${other}/${body.items[1].id}`);
			expect(stranger.body.code).toBe('session_not_found');

			expect((await server.call('DELETE', path)).body).toEqual({ ended: 2 });
			expect(await Promise.all(browsers.map(isIn))).toEqual([false, false, false]);
			expect((await server.call('GET', path)).body).toEqual({ items: [] });
			const events = await server.call('GET', '/v1/events?type=session.ended');
			const own = events.body.items.filter(({ contactId: about }: { contactId: string }) =>
				path.includes(about),
			);
			expect(own).toHaveLength(3);
			for (const { actor } of own) expect(actor).toMatch(/^api_key:/);
		});

		it('404 for a contact of another portal', async () => {
			const nobody = '/v1/contacts/01900000-0000-7000-8000-000000000000/sessions';
			for (const method of ['GET', 'DELETE']) {
				expect((await server.call(method, nobody)).body.code).toBe('contact_not_found');
			}
		});
	});

	it('R44 a used link does not bring an ended session back', async () => {
		const email = 'ended@example.com';
		await server.call('POST', '/v1/contacts', { email });
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		const browser = openBrowser();
		const { fields } = await browser.get(body.url);
		await signIn(browser, body.url);
		await server.call('DELETE', `/v1/contacts/${body.contact.id}/sessions`);
		expect((await browser.post(`${server.url}/l`, fields)).status).toBe(410);
		expect(await isIn(browser)).toBe(false);
	});
});
