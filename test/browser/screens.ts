import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { realisticTexts, samplePages } from '../server/pages/sample-pages.ts';
import type { SampleTexts } from '../server/pages/sample-pages.ts';
import { launchBrowser } from './support.ts';

/**
 * Takes a picture of every page, light and dark, on a phone and on a desk, to look at:
 * `node test/browser/screens.ts [FOLDER] [NAME…]`.
 */
const [folder = path.join(tmpdir(), 'client-portal-screens'), ...names] = process.argv.slice(2);

const awkwardTexts: SampleTexts = {
	...realisticTexts,
	portalName: 'عيادة الزيتون لطب الأسنان والعناية بالفم والوجه والفكين في الشارع الكبير',
	firstName: 'محمد',
	name: 'محمد بن عبد الله',
	color: '#ffe14d',
};

const sizes = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };

const browser = await launchBrowser();
try {
	await mkdir(folder, { recursive: true });
	const pages = [
		...samplePages(realisticTexts),
		...samplePages(awkwardTexts).map((page) => ({ ...page, name: `awkward-${page.name}` })),
	].filter(({ name }) => names.length === 0 || names.includes(name));
	for (const colorScheme of ['light', 'dark'] as const) {
		for (const [size, viewport] of Object.entries(sizes)) {
			const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor: 2 });
			for (const sample of pages) {
				// A tab of its own: the page of a link keeps its secret in the tab, and /l/open follows it.
				const page = await context.newPage();
				await page.route('http://portal.example/**', (route) =>
					route.fulfill({
						body: sample.html,
						headers: {
							'content-type': 'text/html; charset=utf-8',
							'content-security-policy': sample.csp,
						},
					}),
				);
				await page.goto('http://portal.example/page');
				await writeFile(
					path.join(folder, `${sample.name}-${size}-${colorScheme}.png`),
					await page.screenshot({ fullPage: true }),
				);
				await page.close();
			}
			await context.close();
		}
	}
	console.log(`${String(pages.length * 4)} pictures in ${folder}`);
} finally {
	await browser.close();
}
