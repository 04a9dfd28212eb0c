import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { outboxMessagePage } from '../../server/pages/admin/outbox-message.ts';
import { pageCsp } from '../../server/pages/csp.ts';
import { locales } from '../../server/locale.ts';
import { clientPages, realisticTexts, samplePages } from '../server/pages/sample-pages.ts';
import { axeFindings } from './axe.ts';
import { describeInBrowser } from './describe.ts';
import { launchBrowser } from './support.ts';

const origin = 'http://localhost:1';
const samples = samplePages(realisticTexts);
/** Long words of another direction, and a colour that black has to be written on. */
const rightToLeftTexts = {
	...realisticTexts,
	portalName: 'عيادة الزيتون لطب الأسنان والعناية بالفم والوجه والفكين في الشارع الكبير',
	firstName: 'محمد',
	name: 'محمد بن عبد الله',
	color: '#ffe14d',
};
const framed = samples.map(({ name }) => name).filter((name) => name !== 'open');

describeInBrowser('pages in a browser', () => {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchBrowser();
	}, 120_000);
	afterAll(async () => {
		await browser.close();
	});

	/** Runs in a context of its own that can reach no network; answers what it asked for and complained about. */
	async function inTab<T>(
		pages: Record<string, { html: string; csp: string }>,
		use: (page: Page, seen: { requests: string[]; complaints: string[] }) => Promise<T>,
		options: BrowserContextOptions = {},
	): Promise<T> {
		const context = await browser.newContext(options);
		try {
			const seen = { requests: [] as string[], complaints: [] as string[] };
			await serve(context, pages, seen.requests);
			const page = await context.newPage();
			page.on('console', (message) => {
				if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
			});
			page.on('pageerror', (error) => seen.complaints.push(String(error)));
			return await use(page, seen);
		} finally {
			await context.close();
		}
	}

	const sample = (name: string) => samples.find((one) => one.name === name)!;

	it.each(framed)(
		'R26 %s runs under its policy without a complaint and asks for nothing',
		async (name) => {
			await inTab({ '/page': sample(name) }, async (page, seen) => {
				await page.goto(`${origin}/page`);
				expect(seen.requests).toEqual(['GET /page']);
				expect(seen.complaints).toEqual([]);
			});
		},
	);

	it.each(samples.map(({ name }) => name))(
		'%s fits a phone of 360 px and has nothing that axe objects to, light or dark',
		async (name) => {
			for (const colorScheme of ['light', 'dark'] as const) {
				const options = { colorScheme, viewport: { width: 360, height: 740 } };
				await inTab(
					{ '/page': sample(name) },
					async (page) => {
						await page.goto(`${origin}/page`);
						const width = await page.evaluate(() => document.documentElement.scrollWidth);
						expect(width).toBe(360);
						expect(await axeFindings(page)).toEqual([]);
					},
					options,
				);
			}
		},
	);

	it.each(locales)(
		'the pages of clients in %s fit a phone of 360 px and have nothing that axe objects to',
		async (locale) => {
			// What differs between light and dark does not differ between languages.
			const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
			try {
				for (const { name, html, csp } of [
					...clientPages(realisticTexts, locale),
					...clientPages(rightToLeftTexts, locale),
				]) {
					const page = await context.newPage();
					await page.route('**/*', (route) =>
						route.fulfill({
							body: html,
							headers: {
								'content-type': 'text/html; charset=utf-8',
								'content-security-policy': csp,
							},
						}),
					);
					await page.goto(`${origin}/page`);
					const width = await page.evaluate(() => document.documentElement.scrollWidth);
					expect([name, width, await axeFindings(page)]).toEqual([name, 360, []]);
					await page.close();
				}
			} finally {
				await context.close();
			}
		},
		300_000,
	);

	describe('the page of a link', () => {
		it('R26 takes the secret out of the address bar, and a reload shows the same page', async () => {
			const pages = {
				'/l/AQGa-sample-token': sample('link'),
				'/l/open': sample('open'),
			};
			await inTab(pages, async (page, seen) => {
				await page.goto(`${origin}/l/AQGa-sample-token`);
				expect(page.url()).toBe(`${origin}/l/open`);
				await page.reload();
				await page.getByRole('heading', { name: 'Hello, Zoë' }).waitFor();
				expect(page.url()).toBe(`${origin}/l/open`);
				expect(await page.evaluate(() => history.length)).toBe(2);
				expect(seen.complaints).toEqual([]);
			});
		});

		it('sends its form once when the button is pressed twice', async () => {
			await inTab({ '/l/AQGa-sample-token': sample('link') }, async (page) => {
				await page.goto(`${origin}/l/AQGa-sample-token`);
				await page.evaluate(() => {
					document.documentElement.dataset['sent'] = '0';
					addEventListener('submit', (event) => {
						const { dataset } = document.documentElement;
						if (!event.defaultPrevented) dataset['sent'] = String(Number(dataset['sent']) + 1);
						// The answer never comes, so that the page stays.
						event.preventDefault();
					});
				});
				await page.getByRole('button').dblclick();
				expect(await page.evaluate(() => document.documentElement.dataset['sent'])).toBe('1');
				expect(await page.getByRole('button').textContent()).toBe('Signing you in…');
			});
		});
	});

	it('/l/open says what to do in a tab that opened no link, and where scripts are off', async () => {
		for (const javaScriptEnabled of [true, false]) {
			await inTab(
				{ '/l/open': sample('open') },
				async (page, seen) => {
					await page.goto(`${origin}/l/open`);
					await page.getByRole('heading', { name: 'Please open your link again' }).waitFor();
					expect(seen.requests).toEqual(['GET /l/open']);
				},
				{ javaScriptEnabled },
			);
		}
	});

	it.each(['admin', 'contacts', 'playground', 'outbox'])(
		'the header of the page %s stands in two rows on a phone of 360 px, however long the name of the portal is',
		async (name) => {
			for (const texts of [realisticTexts, rightToLeftTexts]) {
				await inTab(
					{ '/page': samplePages(texts).find((one) => one.name === name)! },
					async (page) => {
						await page.goto(`${origin}/page`);
						const boxOf = async (selector: string) => (await page.locator(selector).boundingBox())!;
						const [mark, button] = [await boxOf('.bar .mark'), await boxOf('.bar form')];
						const tops = await page
							.locator('.bar nav a')
							.evaluateAll((all) => all.map((link) => link.getBoundingClientRect().top));
						expect([tops.length, new Set(tops).size]).toEqual([4, 1]);
						expect(mark.height).toBeLessThanOrEqual(button.height);
						expect(mark.x + mark.width).toBeLessThanOrEqual(button.x);
						expect(tops[0]).toBeGreaterThanOrEqual(button.y + button.height);
						expect((await boxOf('.bar')).height).toBeLessThan(110);
					},
					{ viewport: { width: 360, height: 740 } },
				);
			}
		},
	);

	it('the admin’s first page copies a field with one click', async () => {
		const options = { permissions: ['clipboard-read', 'clipboard-write'] };
		await inTab(
			{ '/admin': sample('admin') },
			async (page) => {
				await page.goto(`${origin}/admin`);
				await page.getByRole('button', { name: 'Copy Portal URL' }).click();
				await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
				expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
					'http://localhost:3000',
				);
			},
			options,
		);
	});

	describe('a stored e-mail', () => {
		const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };
		const storedEmail = (html: string) => ({
			html: outboxMessagePage({
				frame: { portal, adminEmail: 'admin@acme.example', transport: 'outbox' },
				message: {
					...{ id: 'm', from: 'a@example.com', to: 'b@example.com', subject: 'S', createdAt: 0 },
					...{ html, text: '', source: '' },
				},
				view: 'html',
				timeZone: 'UTC',
			}),
			csp: pageCsp({ portal, showsEmail: true }),
		});

		it.each([
			[1280, 1400],
			[360, 740],
		])('is shown in a frame as high as a window of %i × %i px', async (width, height) => {
			const long = storedEmail('<p>Hi</p>');
			await inTab(
				{ '/page': long },
				async (page) => {
					await page.goto(`${origin}/page`);
					const frame = (await page.locator('iframe.mail').boundingBox())!;
					expect(height - frame.height).toBeLessThanOrEqual(100);
					expect(frame.height).toBeLessThan(height);
				},
				{ viewport: { width, height } },
			);
		});

		it('R26 runs no script, loads nothing, goes nowhere, sends no form', async () => {
			const hostile = storedEmail(`<meta http-equiv="refresh" content="0;url=${origin}/elsewhere">
				<link rel="stylesheet" href="${origin}/style.css"><img src="${origin}/pixel.png">
				<style>@import "${origin}/import.css"; body { background: url(${origin}/background.png) }</style>
				<script>parent.document.title = 'taken'</script><img src="x:" onerror="parent.document.title = 'taken'">
				<iframe src="${origin}/frame"></iframe><form action="${origin}/form"><button>Send</button></form>
				<a href="javascript:parent.document.title = 'taken'">Link</a><p>The end</p>`);
			await inTab({ '/page': hostile }, async (page, seen) => {
				await page.goto(`${origin}/page`);
				const mail = page.frameLocator('iframe.mail');
				await mail.getByText('The end').waitFor();
				await mail.getByText('Send').click();
				await mail.getByText('Link').click();
				expect(seen.requests).toEqual(['GET /page']);
				expect(await page.title()).toBe('S · Acme');
			});
		});

		it('keeps its own looks, and its links open beside it', async () => {
			const friendly = storedEmail(
				`<p style="color:rgb(1, 2, 3)">Hi</p><a href="${origin}/l/next">Sign in</a>`,
			);
			await inTab({ '/page': friendly, '/l/next': sample('sample') }, async (page, seen) => {
				await page.goto(`${origin}/page`);
				const mail = page.frameLocator('iframe.mail');
				const color = await mail
					.getByText('Hi')
					.evaluate((element) => getComputedStyle(element).color);
				expect(color).toBe('rgb(1, 2, 3)');
				const popup = page.waitForEvent('popup');
				await mail.getByText('Sign in').click();
				// Outside the sandbox: a page whose script runs.
				await (await popup).getByText('This is a sample.').waitFor();
				expect(await (await popup).evaluate(() => self.origin)).toBe(origin);
				expect(seen.requests).toEqual(['GET /page', 'GET /l/next']);
			});
		});
	});
});

/** Answers the given paths and records what is asked for; anything else gets a 404, whatever its host. */
async function serve(
	context: BrowserContext,
	pages: Record<string, { html: string; csp: string }>,
	requests: string[],
): Promise<void> {
	await context.route('**/*', async (route) => {
		const request = route.request();
		const { pathname } = new URL(request.url());
		requests.push(`${request.method()} ${pathname}`);
		const page = pages[pathname];
		if (page === undefined) {
			await route.fulfill({ status: 404, body: '' });
			return;
		}
		await route.fulfill({
			body: page.html,
			headers: {
				'content-type': 'text/html; charset=utf-8',
				'content-security-policy': page.csp,
				'cache-control': 'no-store',
			},
		});
	});
}
