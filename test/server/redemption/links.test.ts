import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { askForMail } from './checks/people.ts';

const minute = 60_000;

const databases = await databasesFor('redemption: links');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let count = 0;

	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);
	beforeEach(() => {
		count++;
	});

	/** A fresh contact and a link of theirs. */
	async function newLink(options: Record<string, unknown> = {}) {
		const email = `ada${String(count)}.${String(Math.random()).slice(2)}@example.com`;
		const contact = await server.call('POST', '/v1/contacts', { email, firstName: 'Ada' });
		const link = await server.call('POST', '/v1/magic-links', { contact: { email }, ...options });
		expect(link.status).toBe(201);
		const { id, url } = link.body as { id: string; url: string };
		return {
			id,
			url,
			email,
			contactId: contact.body.id as string,
			token: url.split('/l/')[1] ?? '',
		};
	}

	function headerText(headers: Headers): string {
		const lines: string[] = [];
		headers.forEach((value, name) => lines.push(`${name}: ${value}`));
		return lines.join('\n');
	}

	const rowOf = (id: string) => server.services.store.magicLinks.get(id);

	describe('opening a link', () => {
		it('R1 GET, HEAD and OPTIONS write nothing to it and set no session, any number of times', async () => {
			const { id, url } = await newLink();
			const before = await rowOf(id);
			for (let n = 0; n < 25; n++) {
				const browser = openBrowser();
				expect((await browser.get(url)).status).toBe(200);
				expect([...browser.cookies.keys()]).toEqual(['browser']);
			}
			expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
			await fetch(url, { method: 'OPTIONS' });
			expect(await rowOf(id)).toEqual(before);
			const { body } = await server.call('GET', '/v1/events?type=link.visited&limit=1000');
			const visits = body.items.filter((event: { linkId: string }) => event.linkId === id);
			expect(visits).toHaveLength(20);
		});

		it('R26 keeps the secret out of caches, referrers, frames and search engines', async () => {
			const { url } = await newLink();
			const { headers, text } = await openBrowser().get(url);
			expect(headers.get('referrer-policy')).toBe('no-referrer');
			expect(headers.get('cache-control')).toBe('no-store');
			expect(headers.get('x-robots-tag')).toBe('noindex');
			expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
			const policy = headers.get('content-security-policy') ?? '';
			expect(policy).toContain("default-src 'none'");
			expect(policy).toContain("frame-ancestors 'none'");
			expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
			expect(text).not.toMatch(/(?:src|href)="https?:/);
		});

		it('R26 loads nothing from anywhere, a logo neither', async () => {
			const brand = { logoUrl: 'https://cdn.example.com/logo.png', color: '#4f46e5' };
			await server.call('PATCH', `/v1/portals/${server.portal.id}`, { brand });
			const { url } = await newLink({ expiresIn: 60 });
			const open = await openBrowser().get(url);
			server.clock.advance(minute);
			const dead = await openBrowser().get(url);
			await server.call('PATCH', `/v1/portals/${server.portal.id}`, {
				brand: { ...brand, logoUrl: null },
			});
			expect([open.status, dead.status]).toEqual([200, 410]);
			for (const { text, headers } of [open, dead]) {
				expect(text + (headers.get('content-security-policy') ?? '')).not.toContain('cdn.example');
			}
		});

		it('R36 shows names as text', async () => {
			const email = 'markup@example.com';
			await server.call('POST', '/v1/contacts', { email, firstName: '<script>alert(1)</script>"' });
			const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
			const { text } = await openBrowser().get(body.url);
			expect(text).not.toContain('<script>alert(1)');
			expect(text).toContain('&#60;script&#62;');
		});
	});

	describe('redeeming a link', () => {
		it('R2 the redeeming route answers GET and HEAD with 405', async () => {
			for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
				for (const path of ['/l', '/l/new']) {
					const { status, headers } = await fetch(`${server.url}${path}`, { method });
					expect([method, path, status]).toEqual([method, path, 405]);
					expect(headers.get('allow')).toBe('POST');
				}
			}
		});

		it('signs the person in, once, and leads to the section without the secret in the address', async () => {
			const { id, url, contactId, token } = await newLink({ destination: '/courses?x=1' });
			const browser = openBrowser();
			const answer = await signIn(browser, url);
			expect(answer.status).toBe(303);
			expect(answer.headers.get('location')).toBe('/courses?x=1');
			expect(headerText(answer.headers)).not.toContain(token);
			expect((await browser.get(server.url)).text).toContain('Ada');
			const contact = await server.call('GET', `/v1/contacts/${contactId}`);
			expect(contact.body).toMatchObject({ state: 'joined', joinedAt: expect.any(String) });
			expect(await rowOf(id)).toMatchObject({ redeemedAt: server.clock.time });

			const second = openBrowser();
			expect((await signIn(second, url)).status).toBe(410);
			expect(second.cookies.has('session')).toBe(false);
		});

		it('R3 without cookies the page says so, and the link stays good', async () => {
			const { id, url, token } = await newLink();
			const fields = (await openBrowser().get(url)).fields;
			const refused = await openBrowser().post(`${server.url}/l`, { ...fields, token });
			expect(refused.status).toBe(403);
			expect(refused.text).toContain('cookies');
			expect((await rowOf(id))?.redeemedAt).toBeNull();
		});

		it('R3 the tabs of a browser share its nonce', async () => {
			const { url } = await newLink();
			const browser = openBrowser();
			const first = await browser.get(url);
			await browser.get((await newLink()).url);
			expect((await browser.post(`${server.url}/l`, first.fields)).status).toBe(303);
		});

		it('R40 refuses forms from other sites', async () => {
			const { id, url } = await newLink();
			const browser = openBrowser();
			const { fields } = await browser.get(url);
			for (const headers of [
				{ origin: 'https://evil.example' },
				{ 'sec-fetch-site': 'cross-site' },
				{ 'sec-fetch-site': 'same-site' },
			]) {
				expect((await browser.post(`${server.url}/l`, fields, headers)).status).toBe(403);
			}
			expect((await rowOf(id))?.redeemedAt).toBeNull();
			const plain = { origin: 'null', 'sec-fetch-site': 'same-origin' };
			expect((await browser.post(`${server.url}/l`, fields, plain)).status).toBe(303);
		});

		it('R9 for 60 seconds the same browser posts again and gets the same session; nothing new', async () => {
			const { id, url } = await newLink();
			const browser = openBrowser();
			const { fields } = await browser.get(url);
			await browser.post(`${server.url}/l`, fields);
			const cookie = browser.cookies.get('session');
			server.clock.advance(minute);
			browser.cookies.delete('session');
			expect((await browser.post(`${server.url}/l`, fields)).status).toBe(303);
			expect(browser.cookies.get('session')).toBe(cookie);
			const events = await server.call('GET', '/v1/events?type=link.redeemed&limit=1000');
			const mine = events.body.items.filter((event: { linkId: string }) => event.linkId === id);
			expect(mine).toHaveLength(1);
			server.clock.advance(1);
			browser.cookies.delete('session');
			expect((await browser.post(`${server.url}/l`, fields)).status).toBe(410);
		});

		it('R9 later, a browser with a live session of that contact goes on, whatever the link’s state', async () => {
			const { url } = await newLink({ destination: '/courses' });
			const browser = openBrowser();
			const page = await browser.get(url);
			await browser.post(`${server.url}/l`, page.fields);
			server.clock.advance(3 * 24 * 60 * minute);
			const again = await browser.get(url);
			expect([again.status, again.headers.get('location')]).toEqual([303, '/courses']);
			const posted = await browser.post(`${server.url}/l`, page.fields);
			expect([posted.status, posted.headers.get('location')]).toEqual([303, '/courses']);
		});

		it('R41 the session cookie is new at each sign-in, HttpOnly and Lax, and ends after 14 idle days', async () => {
			const first = await newLink();
			const browser = openBrowser();
			const answer = await signIn(browser, first.url);
			const [line = ''] = answer.headers.getSetCookie().filter((c) => c.startsWith('session='));
			expect(line).toMatch(/; HttpOnly/i);
			expect(line).toMatch(/; SameSite=Lax/i);
			expect(line).toMatch(/; Path=\//i);
			const cookie = browser.cookies.get('session');
			server.clock.advance(13 * 24 * 60 * minute);
			expect((await browser.get(server.url)).text).toContain('Ada');
			server.clock.advance(13 * 24 * 60 * minute);
			expect((await browser.get(server.url)).text).toContain('Ada');
			server.clock.advance(14 * 24 * 60 * minute);
			expect((await browser.get(server.url)).text).not.toContain('Ada');
			const { body } = await server.call('POST', '/v1/magic-links', {
				contact: { id: first.contactId },
			});
			await signIn(browser, body.url);
			expect(browser.cookies.get('session')).not.toBe(cookie);
		});

		it('R41 a session that is used every day ends after 90 days, an admin’s after 12 hours', async () => {
			const day = 24 * 60 * minute;
			const { url } = await newLink();
			const [client, admin] = [openBrowser(), openBrowser()];
			await signIn(client, url);
			await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
			const isIn = async () => (await client.get(server.url)).text.includes('Ada');
			const isAdmin = async () => (await admin.get(`${server.url}/admin`)).status === 200;
			server.clock.advance(day / 2 - 1);
			expect(await isAdmin()).toBe(true);
			server.clock.advance(1);
			expect(await isAdmin()).toBe(false);
			for (let half = 0; half < 178; half += 1) {
				server.clock.advance(day / 2);
				if (half % 10 === 0) expect([half, await isIn()]).toEqual([half, true]);
			}
			server.clock.advance(day / 2 - 1);
			expect(await isIn()).toBe(true);
			server.clock.advance(1);
			expect(await isIn()).toBe(false);
		});

		it('R41 whatever session cookie a browser brings, signing in makes another', async () => {
			const { url } = await newLink();
			const browser = openBrowser();
			const planted = `01900000-0000-7000-8000-000000000000.${'A'.repeat(43)}`;
			browser.cookies.set('session', planted);
			await signIn(browser, url);
			expect(browser.cookies.get('session')).toMatch(/^[\w-]{36}\.[\w-]{43}$/);
			expect(browser.cookies.get('session')).not.toBe(planted);
		});

		it('R41 R44 signing in again in a browser ends the session that it had', async () => {
			const { url, email, contactId } = await newLink();
			await server.services.store.contacts.markInvited(server.portal.id, [contactId], 1);
			const browser = openBrowser();
			const inAnotherTab = await askForMail(server, browser, email);
			await signIn(browser, url);
			const [{ code = '' } = {}] = await mailsTo(server, email);
			const copy = openBrowser();
			copy.cookies.set('session', browser.cookies.get('session') ?? '');
			expect((await copy.get(server.url)).text).toContain('Ada');
			const typed = { ...inAnotherTab.fields, code };
			expect((await browser.post(`${server.url}/code`, typed)).status).toBe(303);
			expect((await browser.get(server.url)).text).toContain('Ada');
			expect((await copy.get(server.url)).text).not.toContain('Ada');
		});

		it('R41 an admin’s earlier session in a browser ends when they sign in there again', async () => {
			const link = async () => (await server.services.admins.createLink('admin@example.com')).url;
			const browser = openBrowser();
			const inAnotherTab = await browser.get(await link());
			await signIn(browser, await link());
			const copy = openBrowser();
			copy.cookies.set('admin', browser.cookies.get('admin') ?? '');
			expect((await copy.get(`${server.url}/admin`)).status).toBe(200);
			const again = await browser.post(`${server.url}/admin/sign-in`, inAnotherTab.fields);
			expect(again.status).toBe(303);
			expect((await browser.get(`${server.url}/admin`)).status).toBe(200);
			expect((await copy.get(`${server.url}/admin`)).status).toBe(401);
		});

		it('R21 a link made for one address never signs in after the address changed', async () => {
			const { url, contactId } = await newLink();
			const browser = openBrowser();
			const { fields } = await browser.get(url);
			const email = `moved.${contactId}@example.com`;
			expect((await server.call('PATCH', `/v1/contacts/${contactId}`, { email })).status).toBe(200);
			expect((await browser.post(`${server.url}/l`, fields)).status).toBe(410);
			expect(browser.cookies.has('session')).toBe(false);
		});

		it('R20 revoking ends links and sessions at once', async () => {
			const { url, contactId } = await newLink();
			const other = (await server.call('POST', '/v1/magic-links', { contact: { id: contactId } }))
				.body;
			const browser = openBrowser();
			await signIn(browser, url);
			await server.call('POST', `/v1/contacts/${contactId}/revoke`);
			expect((await browser.get(server.url)).text).not.toContain('Ada');
			expect((await signIn(openBrowser(), other.url)).status).toBe(410);
		});

		it('R44 signing out ends the session, also for a stolen copy of its cookie', async () => {
			const { url } = await newLink();
			const browser = openBrowser();
			await signIn(browser, url);
			const copy = openBrowser();
			copy.cookies.set('session', browser.cookies.get('session') ?? '');
			expect((await copy.get(server.url)).text).toContain('Ada');
			await browser.post(`${server.url}/sign-out`, {});
			expect(browser.cookies.has('session')).toBe(false);
			expect((await copy.get(server.url)).text).not.toContain('Ada');
		});
	});

	describe('purpose and portal', () => {
		it('R19 a portal’s link opened on another portal’s host is unknown there and stays good', async () => {
			const { id, url, token } = await newLink();
			const second = await server.services.portals.create({ slug: 'second', name: 'Second' });
			const elsewhere = server.services.urls.origin(second);
			const browser = openBrowser();
			const page = await browser.get(`${elsewhere}/l/${token}`);
			expect(page.status).toBe(410);
			expect(page.text).toContain('Second');
			expect((await browser.post(`${elsewhere}/l`, { token, formToken: 'x' })).status).toBe(410);
			expect((await rowOf(id))?.redeemedAt).toBeNull();
			expect((await signIn(openBrowser(), url)).status).toBe(303);
		});
	});
});
