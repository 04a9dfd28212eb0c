import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { locales } from '../../server/locale.ts';
import { clientMails } from '../server/mail/sample-mails.ts';
import { axeFindings } from './axe.ts';
import { describeInBrowser } from './describe.ts';
import { launchBrowser } from './support.ts';

/** Rules about whole pages: where an e-mail is shown, its mail program has the landmarks. */
const ofPages = /^(region|landmark-one-main):/;

describeInBrowser('built-in e-mails in a browser', () => {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchBrowser();
	}, 120_000);
	afterAll(async () => {
		await browser.close();
	});

	it.each(locales)(
		'in %s fit a phone of 360 px and have nothing that axe objects to, light or dark',
		async (locale) => {
			for (const colorScheme of ['light', 'dark'] as const) {
				const context = await browser.newContext({
					colorScheme,
					viewport: { width: 360, height: 740 },
				});
				for (const { name, html } of clientMails(locale)) {
					const page = await context.newPage();
					await page.setContent(html);
					const width = await page.evaluate(() => document.documentElement.scrollWidth);
					const findings = (await axeFindings(page)).filter((finding) => !ofPages.test(finding));
					expect([name, width, findings]).toEqual([name, 360, []]);
				}
				await context.close();
			}
		},
		60_000,
	);
});
