import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import { markBounced } from '../../support/contact-times.ts';
import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo, settled } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const minute = 60_000;

const databases = await databasesFor('redemption: dead ends');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;

	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	async function expiredLink(email: string, destination = '/courses') {
		await server.call('POST', '/v1/contacts', { email, firstName: 'Ada' });
		const asked = { contact: { email }, expiresIn: 60, destination };
		const { body } = await server.call('POST', '/v1/magic-links', asked);
		server.clock.advance(minute);
		return body as { id: string; url: string; contact: { id: string } };
	}

	/** Waits until nothing is on its way any more, and answers what the outbox holds for an address. */
	async function outboxOf(email: string) {
		await settled(server);
		const rows = await server.services.store.outbox.list(server.portal.id, {
			limit: 100,
			after: null,
		});
		return rows.filter((row) => row.to === email);
	}

	describe('R15 a link that does not work', () => {
		it('is unknown 90 days after its end: no new link is offered any more', async () => {
			const { url } = await expiredLink('zero@example.com');
			server.clock.advance(90 * 24 * 60 * minute - 1);
			const offers = async () => (await openBrowser().get(url)).text.includes('/l/new');
			expect(await offers()).toBe(true);
			server.clock.advance(1);
			expect(await offers()).toBe(false);
			const nobody = await openBrowser().get(`${server.url}/l/${'a'.repeat(66)}`);
			expect((await openBrowser().get(url)).status).toBe(nobody.status);
		});

		it('has one page and one status, whatever is wrong with it', async () => {
			const expired = await expiredLink('one@example.com');
			const used = (
				await server.call('POST', '/v1/magic-links', { contact: { email: 'one@example.com' } })
			).body;
			await signIn(openBrowser(), used.url);
			const unknown = `${server.url}/l/${'a'.repeat(66)}`;
			const pages = await Promise.all(
				[expired.url, used.url, unknown, `${server.url}/l/x`].map((url) => openBrowser().get(url)),
			);
			expect(pages.map((page) => page.status)).toEqual([410, 410, 410, 410]);
			const headings = pages.map((page) => /<h1>(.*?)<\/h1>/.exec(page.text)?.[1]);
			expect(new Set(headings).size).toBe(1);
			expect(pages[0]?.text).not.toContain('one@example.com');
		});

		it('R7 R15 offers to e-mail a new link to that contact, which signs in to the same section', async () => {
			const { url } = await expiredLink('two@example.com');
			const browser = openBrowser();
			const page = await browser.get(url);
			expect(page.action).toBe('/l/new');
			const sent = await browser.post(`${server.url}/l/new`, page.fields);
			expect(sent.status).toBe(200);
			const [mail] = await outboxOf('two@example.com');
			const message = await readOutboxMessage(server.services, server.portal.id, mail?.id ?? '');
			const fresh = /https?:\/\/\S+\/l\/[\w-]{66}/.exec(message?.text ?? '')?.[0] ?? '';
			const answer = await signIn(browser, fresh);
			expect([answer.status, answer.headers.get('location')]).toEqual([303, '/courses']);
		});

		it('R15 R32 leads to the portal when its section is no longer allowed', async () => {
			const email = 'nine@example.com';
			const path = `/v1/portals/${server.portal.id}`;
			await server.call('PATCH', path, { destinations: ['https://shop.example/a'] });
			const { url } = await expiredLink(email, 'https://shop.example/a');
			await server.call('PATCH', path, { destinations: [] });
			const browser = openBrowser();
			const { fields } = await browser.get(url);
			await browser.post(`${server.url}/l/new`, fields);
			const [mail] = await mailsTo(server, email);
			const answer = await signIn(browser, mail?.link ?? '');
			expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
		});

		it('R15 needs the browser’s form token, and sends once in 10 minutes and three times in all', async () => {
			const email = 'three@example.com';
			const { url } = await expiredLink(email);
			const browser = openBrowser();
			const { fields } = await browser.get(url);
			const forged = await openBrowser().post(`${server.url}/l/new`, fields);
			expect(forged.status).toBe(403);
			expect(await outboxOf(email)).toHaveLength(0);
			const expected = [1, 1, 2, 3, 3];
			const texts = new Set<string>();
			for (const mails of expected) {
				texts.add((await browser.post(`${server.url}/l/new`, fields)).text);
				expect(await outboxOf(email)).toHaveLength(mails);
				server.clock.advance(mails === 1 && texts.size === 1 ? 5 * minute : 10 * minute);
			}
			expect(texts.size).toBe(1);
		});

		it('R15 sends nothing to a revoked contact, a bounced or a changed address, with the same page', async () => {
			const working = await expiredLink('four@example.com');
			const revoked = await expiredLink('five@example.com');
			const moved = await expiredLink('six@example.com');
			const bounced = await expiredLink('eight@example.com');
			await server.call('POST', `/v1/contacts/${revoked.contact.id}/revoke`);
			await markBounced(server, 'eight@example.com');
			await server.call('PATCH', `/v1/contacts/${moved.contact.id}`, {
				email: 'seven@example.com',
			});
			const texts = new Set<string>();
			const counted = jest.spyOn(server.services.limits, 'countMail');
			for (const { url } of [working, revoked, bounced, moved]) {
				const browser = openBrowser();
				const { fields } = await browser.get(url);
				const answer = await browser.post(`${server.url}/l/new`, fields);
				texts.add(`${String(answer.status)} ${answer.text}`);
			}
			expect(texts.size).toBe(1);
			// Only the e-mail that was sent counts, for link, contact, portal and server.
			expect(counted).toHaveBeenCalledTimes(1);
			counted.mockRestore();
			const { magicLinks } = server.services.store;
			const links = [working, revoked, bounced, moved].map(({ id }) => magicLinks.get(id));
			expect((await Promise.all(links)).map((link) => link?.renewals)).toEqual([1, 0, 0, 0]);
			expect(await outboxOf('four@example.com')).toHaveLength(1);
			for (const name of ['five', 'six', 'seven', 'eight']) {
				const email = `${name}@example.com`;
				const mails = await outboxOf(email);
				// The old address is told that it was changed, without a link.
				expect(mails.filter(({ subject }) => !subject.includes('was changed'))).toEqual([]);
			}
		});

		it('R29 the sample page is a page like the real one, and signs nobody in', async () => {
			const browser = openBrowser();
			const page = await browser.get(`${server.url}/l/sample`);
			expect(page.status).toBe(200);
			expect(page.action).toBeNull();
			expect(browser.cookies.size).toBe(0);
		});
	});

	describe('R7 when something throws', () => {
		it('while redeeming, the same browser may post again: never spent and stuck', async () => {
			await server.call('POST', '/v1/contacts', { email: 'torn@example.com' });
			const asked = { contact: { email: 'torn@example.com' } };
			const { body } = await server.call('POST', '/v1/magic-links', asked);
			const browser = openBrowser();
			const { fields } = await browser.get(body.url);
			const { magicLinks } = server.services.store;
			const redeem = magicLinks.redeem.bind(magicLinks);
			// The redemption is in the database, and then the answer is lost.
			magicLinks.redeem = async (...request) => {
				await redeem(...request);
				throw new Error('torn');
			};
			const torn = await browser.post(`${server.url}/l`, fields);
			magicLinks.redeem = redeem;
			expect(torn.status).toBe(500);
			expect(browser.cookies.has('session')).toBe(false);
			expect((await browser.post(`${server.url}/l`, fields)).status).toBe(303);
			expect(browser.cookies.has('session')).toBe(true);
			await browser.post(`${server.url}/l`, fields);
			for (const type of ['link.redeemed', 'contact.joined']) {
				const { items } = (await server.call('GET', `/v1/events?type=${type}&limit=1000`)).body;
				const mine = items.filter((event: { linkId: string }) => event.linkId === body.id);
				expect(mine).toHaveLength(1);
			}
		});
	});
});
