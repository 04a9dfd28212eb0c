import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { mailLink, startMailingServer } from './mailed-links.ts';
import type { MailingServer } from './mailed-links.ts';
import { browserMissing, heading, inContext, launchBrowser, press } from './support.ts';
import type { UseBrowser } from './support.ts';

if (browserMissing !== null) console.warn(browserMissing);

(browserMissing === null ? describe : describe.skip)('an admin in a browser', () => {
	let browser: Browser;
	let mailing: MailingServer;
	beforeAll(async () => {
		[browser, mailing] = await Promise.all([launchBrowser(), startMailingServer('outbox')]);
	}, 120_000);
	afterAll(async () => {
		await browser.close();
		await mailing.stop();
	});

	const inBrowser = (use: UseBrowser) => inContext(browser, use);

	it('opens the admin link, reads an e-mail in the outbox; its client clicks its link and sees their name', async () => {
		const { server } = mailing;
		const url = await mailLink(mailing, { email: 'zoe@example.com', firstName: 'Zoë' });
		await inBrowser(async (page, context) => {
			const admin = await server.services.admins.createLink('admin@example.com');
			await page.goto(admin.url);
			await press(page, /^Sign in to the dashboard/);
			await heading(page, 'Overview');
			expect(page.url()).toBe(`${server.url}/admin`);
			expect(await page.getByLabel('Portal URL', { exact: true }).inputValue()).toBe(server.url);
			await page.getByText('Nothing leaves this machine').waitFor();
			await page.getByRole('link', { name: 'Open the outbox' }).click();
			await page.getByRole('link', { name: 'zoe@example.com' }).click();
			const link = page
				.frameLocator('iframe.mail')
				.getByRole('link', { name: 'Sign in', exact: true });
			expect(await link.getAttribute('href')).toBe(url);
			const popup = context.waitForEvent('page');
			await link.click();
			await heading(await popup, 'Hello, Zoë');
			await page.getByRole('link', { name: 'Text' }).click();
			await page.locator('pre').filter({ hasText: url }).waitFor();
			await page.getByRole('link', { name: 'Source' }).click();
			await page.locator('pre').filter({ hasText: 'Subject: ' }).waitFor();
		});
		const before = await server.call('GET', '/v1/stats');
		expect(before.body).toMatchObject({ joined: 0 });

		await inBrowser(async (page) => {
			await page.goto(url);
			await heading(page, 'Hello, Zoë');
			expect(await page.getByText('•••').textContent()).toBe('z•••@e•••.com');
			await press(page, /^Sign in to/);
			await heading(page, 'Welcome, Zoë');
			expect(page.url()).toBe(`${server.url}/`);
		});
		const { body } = await server.call('GET', '/v1/stats');
		expect(body).toMatchObject({ joined: 1 });
	});

	it('generates an API key on the first page, which works, and signs out', async () => {
		const { server } = mailing;
		const { url } = await server.services.admins.createLink('admin@example.com');
		await inBrowser(async (page) => {
			await page.goto(url);
			await press(page, /^Sign in to the dashboard/);
			await press(page, 'Generate an API key');
			const key = await page.getByLabel('API Key', { exact: true }).inputValue();
			const headers = { authorization: `Bearer ${key}` };
			const me = await server.call('GET', '/v1/me', undefined, headers);
			expect(me.body).toMatchObject({ portal: { url: server.url } });
			expect(page.url()).toBe(`${server.url}/admin`);
			await page.reload();
			expect(await page.content()).not.toContain(key);
			await press(page, 'Sign out');
			await heading(page, 'Sign in to the dashboard');
			await page.goto(`${server.url}/admin/outbox`);
			await heading(page, 'Sign in to the dashboard');
		});
	});
});
