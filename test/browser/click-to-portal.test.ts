import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';

import { describeInBrowser } from './describe.ts';
import { mailLink, linkIn, startMailingServer } from './mailed-links.ts';
import type { MailingServer } from './mailed-links.ts';
import { heading, inContext, launchBrowser, press } from './support.ts';
import type { UseBrowser } from './support.ts';
import { withoutCookies } from './without-cookies.ts';

describeInBrowser('from the e-mail into the portal', () => {
	let browser: Browser;
	let mailing: MailingServer;
	beforeAll(async () => {
		[browser, mailing] = await Promise.all([launchBrowser(), startMailingServer('outbox')]);
	}, 120_000);
	afterAll(async () => {
		await browser.close();
		await mailing.stop();
	});

	let contacts = 0;
	/** A new contact with a link in the mail. */
	async function newLink(
		firstName = 'Ada',
	): Promise<{ url: string; email: string; contactId: string }> {
		const email = `client-${String(++contacts)}@example.com`;
		const url = await mailLink(mailing, { email, firstName });
		const { body } = await mailing.server.call('GET', `/v1/contacts?search=${email}`);
		return { url, email, contactId: body.items[0].id };
	}

	const inBrowser = (use: UseBrowser, options?: BrowserContextOptions) =>
		inContext(browser, use, options);

	async function events(contactId: string, type: string): Promise<number> {
		const { body } = await mailing.server.call(
			'GET',
			`/v1/events?contactId=${contactId}&type=${type}`,
		);
		return body.items.length;
	}

	it.each(['outbox', 'sendgrid', 'smtp'] as const)(
		'an e-mail that left through %s carries, byte for byte, the link that signs in',
		async (transport) => {
			const other = await startMailingServer(transport);
			try {
				const url = await mailLink(other, { email: 'ada@example.com', firstName: 'Ada' });
				await inBrowser(async (page) => {
					await page.goto(url);
					await press(page, /^Sign in to/);
					await heading(page, 'Welcome, Ada');
				});
				const { body } = await other.server.call('GET', '/v1/stats');
				expect(body).toMatchObject({ joined: 1 });
			} finally {
				await other.stop();
			}
		},
	);

	it('R11 works with scripts off, from link to sign-out', async () => {
		const { url, email } = await newLink();
		await inBrowser(
			async (page) => {
				await page.goto(url);
				await press(page, /^Sign in to/);
				// Without scripts nothing vouches for a person.
				await heading(page, 'One more step');
				const { text } = await mailing.newestMail(email);
				await page.getByLabel('Code from the e-mail').fill(/code: \d{6}/.exec(text)?.[0] ?? '');
				await press(page, 'Sign in');
				await heading(page, 'Welcome, Ada');
				await press(page, 'Sign out');
				await heading(page, 'You are signed out');
			},
			{ javaScriptEnabled: false },
		);
	});

	it('works with the keyboard alone', async () => {
		const { url } = await newLink();
		await inBrowser(async (page) => {
			await page.goto(url);
			await page.keyboard.press('Tab');
			await page.keyboard.press('Enter');
			await heading(page, 'Welcome, Ada');
		});
	});

	it('R26 leaves no secret in the address bar or the history, and survives a reload', async () => {
		const { url } = await newLink();
		const { server } = mailing;
		await inBrowser(async (page) => {
			await page.goto(url);
			expect(page.url()).toBe(`${server.url}/l/open`);
			await page.reload();
			await heading(page, 'Hello, Ada');
			expect(page.url()).toBe(`${server.url}/l/open`);
			const asked: string[] = [];
			page.on('request', (request) =>
				asked.push(request.url(), request.headers()['referer'] ?? ''),
			);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
			expect(asked.join(' ')).not.toContain(new URL(url).pathname);
		});
	});

	it('a second press and a second tab of the same browser reach the same session', async () => {
		const { url, contactId } = await newLink();
		await inBrowser(async (page, context) => {
			const second = await context.newPage();
			await page.goto(url);
			await second.goto(url);
			await page.getByRole('button', { name: /^Sign in to/ }).dblclick();
			await heading(page, 'Welcome, Ada');
			await press(second, /^Sign in to/);
			await heading(second, 'Welcome, Ada');
			mailing.server.clock.advance(5 * 60_000);
			const third = await context.newPage();
			await third.goto(url);
			await heading(third, 'Welcome, Ada');
		});
		expect(await events(contactId, 'link.redeemed')).toBe(1);
	});

	it('the back button after signing in leads into the portal, not to a dead end', async () => {
		const { url } = await newLink();
		await inBrowser(async (page) => {
			await page.goto(url);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
			await page.goBack();
			await heading(page, 'Welcome, Ada');
		});
	});

	it('signing out ends the session, and the portal then says how to come back', async () => {
		const { url, contactId } = await newLink();
		await inBrowser(async (page, context) => {
			await page.goto(url);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
			const cookies = await context.cookies();
			await press(page, 'Sign out');
			await heading(page, 'You are signed out');
			// Somebody who kept the cookies has nothing.
			await context.addCookies(cookies);
			await page.goto(mailing.server.url);
			await heading(page, 'Sign in to');
			await page.getByLabel('Your e-mail address').waitFor();
		});
		expect(await events(contactId, 'session.ended')).toBe(1);
	});

	it('R15 a used link in another browser offers a new one by e-mail, which signs in', async () => {
		const { url, email } = await newLink();
		await inBrowser(async (page) => {
			await page.goto(url);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
			// Longer there than a scanner is.
			mailing.server.clock.advance(2 * 60_000);
			await page.reload();
			await press(page, 'Sign out');
			await heading(page, 'You are signed out');
		});
		mailing.server.clock.advance(60 * 60_000);
		await inBrowser(async (page) => {
			await page.goto(url);
			await heading(page, 'This sign-in link does not work any more');
			await press(page, 'E-mail me a new link');
			await heading(page, 'Check your e-mail');
			const again = await newerLink(email, url);
			mailing.server.clock.advance(60_000);
			await page.goto(again);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
		});
	});

	it('R3 a form whose cookie is gone is shown again, says so, and works at the second press', async () => {
		const { url } = await newLink();
		await inBrowser(async (page, context) => {
			await page.goto(url);
			await context.clearCookies();
			await press(page, /^Sign in to/);
			await page.getByRole('alert').filter({ hasText: 'your browser blocks cookies' }).waitFor();
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
		});
	});

	it('R3 where no cookie is kept the page says why, at every press, and the link stays good', async () => {
		const { url } = await newLink();
		await inBrowser(async (page, context) => {
			await withoutCookies(context);
			await page.goto(url);
			for (let attempt = 0; attempt < 2; attempt++) {
				await press(page, /^Sign in to/);
				await page.getByRole('alert').filter({ hasText: 'your browser blocks cookies' }).waitFor();
			}
		});
		await inBrowser(async (page) => {
			await page.goto(url);
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Ada');
		});
	});

	it('R32 the link leads on to its destination, in the portal or at an address of its allow-list', async () => {
		const { server } = mailing;
		const app = createServer((_request, response) => {
			response.end('<!doctype html><title>App</title><h1>The client area</h1>');
		});
		await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
		try {
			const appUrl = `http://127.0.0.1:${String((app.address() as AddressInfo).port)}/clients`;
			const { portal } = server;
			const allowed = await server.call('PATCH', `/v1/portals/${portal.id}`, {
				destinations: [appUrl],
			});
			expect(allowed.status).toBe(200);
			for (const [destination, title] of [
				[appUrl, 'The client area'],
				['/?section=bills', 'Welcome, Ada'],
			] as const) {
				const { contactId } = await newLink();
				const minted = await server.call('POST', '/v1/magic-links', {
					...{ contact: { id: contactId }, destination },
				});
				await inBrowser(async (page) => {
					await page.goto(minted.body.url);
					await press(page, /^Sign in to/);
					await heading(page, title);
					expect(page.url()).toBe(new URL(destination, server.url).href);
				});
			}
		} finally {
			app.closeAllConnections();
			app.close();
		}
	});

	it('R29 the sample page of previews shows what a client sees, and its button does nothing', async () => {
		await inBrowser(async (page) => {
			const asked: string[] = [];
			await page.goto(`${mailing.server.url}/l/sample`);
			page.on('request', (request) => asked.push(request.url()));
			await page.getByText('This is a sample.').waitFor();
			await page.getByRole('button').click({ force: true });
			await page.getByRole('button').click({ force: true });
			expect(asked).toEqual([]);
			expect(page.url()).toBe(`${mailing.server.url}/l/sample`);
		});
	});

	/** The e-mail asked for on the page is on its way in the background: looks until it is there. */
	async function newerLink(email: string, older: string): Promise<string> {
		let link = older;
		while (link === older) {
			await mailing.server.call('GET', '/v1/stats');
			link = linkIn(mailing.server, await mailing.newestMail(email));
		}
		return link;
	}
});
