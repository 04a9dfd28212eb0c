import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn, type Page } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { askForMail, invite, newLink } from './checks/people.ts';

const databases = await databasesFor('redemption: pages that see a secret');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
		const brand = { logoUrl: 'https://cdn.example.com/logo.png', color: '#4f46e5' };
		await server.call('PATCH', `/v1/portals/${server.portal.id}`, { brand });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** The question before a browser changes from one person to another by a code. */
	async function switchByCode(): Promise<Page> {
		const { email } = await invite(server);
		const browser = openBrowser();
		const asked = await askForMail(server, browser, email);
		await signIn(browser, (await newLink(server)).url);
		const [{ code = '' } = {}] = await mailsTo(server, email);
		return browser.post(`${server.url}/code`, { ...asked.fields, code });
	}

	/** Every page in whose address or form a link's secret is, and those that an admin reads one on. */
	async function pages(): Promise<Record<string, Page>> {
		const byCode = await switchByCode();
		const { email } = await invite(server);
		const [first, used, stranger] = [await newLink(server), await newLink(server), openBrowser()];
		const robot = openBrowser({ scripts: false });
		const ada = openBrowser();
		await signIn(ada, used.url);
		const asker = openBrowser();
		const inbox = await askForMail(server, asker, email);
		const admin = openBrowser();
		await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
		await mailsTo(server, email);
		const [mail] = await server.services.store.outbox.list(server.portal.id, {
			limit: 1,
			after: null,
		});
		const at = (path: string) => server.url + path;
		const { fields } = await stranger.get(first.url);
		const dead = openBrowser();
		const deadPage = await dead.get(used.url);
		return {
			'the link': await openBrowser().get(first.url),
			'its page without the address': await openBrowser().get(at('/l/open')),
			'a used link': deadPage,
			'its new link': await dead.post(at('/l/new'), deadPage.fields),
			'an unknown link': await openBrowser().get(at(`/l/${'a'.repeat(66)}`)),
			'a refused form': await openBrowser().post(at('/l'), fields),
			'the question for scanners': await signIn(robot, first.url),
			'the question before changing': await signIn(ada, first.url),
			'the question before changing by code': byCode,
			'the inbox page': inbox,
			'a wrong code': await asker.post(at('/code'), { ...inbox.fields, code: '000000' }),
			'the link for a contact': await admin.post(
				at(`/admin/contacts/${first.contactId}/links`),
				{},
			),
			'a stored e-mail': await admin.get(at(`/admin/outbox/${mail!.id}`)),
			'a form from elsewhere': await openBrowser().post(at('/l'), fields, {
				origin: 'https://evil.example',
			}),
		};
	}

	it('R26 every page that sees a secret keeps it out of caches, referrers, frames, search engines and third hands', async () => {
		const seen = await pages();
		const statuses = Object.values(seen).map(({ status }) => status);
		expect(statuses).toEqual([
			200, 200, 410, 200, 410, 403, 200, 200, 200, 200, 422, 200, 200, 403,
		]);
		for (const [name, { headers, text }] of Object.entries(seen)) {
			const header = (of: string) => headers.get(of);
			expect([name, header('referrer-policy')]).toEqual([name, 'no-referrer']);
			expect([name, header('cache-control')]).toEqual([name, 'no-store']);
			expect([name, header('x-robots-tag')]).toEqual([name, 'noindex']);
			expect([name, header('cross-origin-opener-policy')]).toEqual([name, 'same-origin']);
			const policy = header('content-security-policy') ?? '';
			expect([name, policy]).toEqual([name, expect.stringContaining("default-src 'none'")]);
			expect([name, policy]).toEqual([name, expect.stringContaining("frame-ancestors 'none'")]);
			expect([name, policy]).not.toEqual([
				name,
				expect.stringMatching(/script-src[^;]*(unsafe|\*|https?:)/),
			]);
			// The page where a code is typed holds nothing yet that signs in, and may show the portal's logo.
			if (name === 'the inbox page' || name === 'a wrong code') continue;
			// What a page loads by itself; an e-mail stands in its frame as text.
			const loads = /<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?\/\/[^"]*"/;
			expect([name, loads.exec(text)?.[0]]).toEqual([name, undefined]);
		}
		expect(seen['a stored e-mail']!.text).toContain(
			'sandbox="allow-popups allow-popups-to-escape-sandbox"',
		);
		const events = await server.call('GET', '/v1/events?type=outbox.opened');
		expect(events.body.items).toMatchObject([{ actor: expect.stringMatching(/^admin:/) }]);
	});

	it('R26 after the press, 303 to an address without secrets, whatever the link leads to', async () => {
		server.clock.advance(1);
		for (const destination of [undefined, '/courses?x=1']) {
			const { url, token } = await newLink(
				server,
				destination === undefined ? {} : { destination },
			);
			const answer = await signIn(openBrowser(), url);
			expect([answer.status, answer.headers.get('location')]).toEqual([303, destination ?? '/']);
			const told: string[] = [answer.text];
			answer.headers.forEach((value) => told.push(value));
			expect(told.join('\n')).not.toContain(token);
		}
	});
});
