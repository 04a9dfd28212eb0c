import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Browser, BrowserContext } from 'playwright-core';

import { locales } from '../../server/locale.ts';
import { clientMails } from '../server/mail/sample-mails.ts';
import { clientPages, realisticTexts, samplePages } from '../server/pages/sample-pages.ts';
import type { SampleTexts } from '../server/pages/sample-pages.ts';
import { launchBrowser } from './support.ts';

/**
 * Takes a picture of every page, light and dark, on a phone and on a desk:
 * `node test/browser/screens.ts [FOLDER] [NAME…]` to look at, awkward texts included;
 * `node test/browser/screens.ts --docs [FOLDER] [NAME…]` the clients' pages in English and German and the playground, small, for docs/screens/pages.
 * With `--mails` the same of the built-in e-mails, in all languages or, for docs/screens/mails, in English and German.
 */
const { values, positionals } = parseArgs({
	options: {
		docs: { type: 'boolean', default: false },
		mails: { type: 'boolean', default: false },
	},
	allowPositionals: true,
});
const subject = values.mails ? 'mails' : 'pages';
const docsFolder = path.join(import.meta.dirname, '../../docs/screens', subject);
const tryOutFolder = path.join(tmpdir(), 'client-portal-screens');
const [folder = values.docs ? docsFolder : tryOutFolder, ...names] = positionals;

const awkwardTexts: SampleTexts = {
	...realisticTexts,
	portalName: 'عيادة الزيتون لطب الأسنان والعناية بالفم والوجه والفكين في الشارع الكبير',
	firstName: 'محمد',
	name: 'محمد بن عبد الله',
	color: '#ffe14d',
};

const phone = { width: 360, height: 640 };
/** A mail program gives an e-mail a part of its window only. */
const sizes = values.mails
	? { phone, pane: { width: 640, height: 800 } }
	: { phone, desk: { width: 1280, height: 800 } };

/** What a picture is taken of. */
interface Sample {
	name: string;
	html: string;
	/** Absent for an e-mail: its policy is the mail program's. */
	csp?: string;
}

const docsLocales = ['en', 'de'] as const;

/** Variants that differ by a sentence only; in the repository they would be weight. */
const sameLooks = /^(error-|link-renewed|link-admin|open|sign-in-again|portal$)/;

function chosenSamples(): Sample[] {
	if (values.mails) return (values.docs ? docsLocales : locales).flatMap(clientMails);
	if (values.docs) {
		const clients = docsLocales.flatMap((locale) =>
			clientPages(realisticTexts, locale)
				.filter(({ name }) => !sameLooks.test(name))
				.map((page) => ({ ...page, name: `${page.name}-${locale}` })),
		);
		const admins = samplePages(realisticTexts).filter(({ name }) => /^playground/.test(name));
		return [...clients, ...admins];
	}
	return [
		...samplePages(realisticTexts),
		...samplePages(awkwardTexts).map((page) => ({ ...page, name: `awkward-${page.name}` })),
	];
}

async function photograph(context: BrowserContext, sample: Sample): Promise<Buffer> {
	// A tab of its own: the page of a link keeps its secret in the tab, and /l/open follows it.
	const page = await context.newPage();
	await page.route('http://portal.example/**', (route) =>
		route.fulfill({
			body: sample.html,
			headers: {
				'content-type': 'text/html; charset=utf-8',
				...(sample.csp === undefined ? {} : { 'content-security-policy': sample.csp }),
			},
		}),
	);
	await page.goto('http://portal.example/page');
	const picture = await page.screenshot({ fullPage: true });
	await page.close();
	return picture;
}

async function photographAll(browser: Browser, samples: readonly Sample[]): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		for (const [size, viewport] of Object.entries(sizes)) {
			const deviceScaleFactor = values.docs ? 1 : 2;
			const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor });
			for (const sample of samples) {
				const file = path.join(folder, `${sample.name}-${size}-${colorScheme}.png`);
				await writeFile(file, await photograph(context, sample));
			}
			await context.close();
		}
	}
}

const browser = await launchBrowser();
try {
	await mkdir(folder, { recursive: true });
	const samples = chosenSamples().filter(({ name }) => names.length === 0 || names.includes(name));
	await photographAll(browser, samples);
	console.log(`${String(samples.length * 4)} pictures in ${folder}`);
} finally {
	await browser.close();
}
