import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const packageEntry = require.resolve('@sparticuz/chromium');

/** The browser comes from npm, for Linux on x64; elsewhere CHROMIUM_PATH names one, or these tests are skipped. */
export const browserMissing =
	process.env['CHROMIUM_PATH'] === undefined &&
	!(process.platform === 'linux' && process.arch === 'x64')
		? 'Browser tests skipped: no Chromium for this machine. Set CHROMIUM_PATH to run them.'
		: null;

/** A Chromium of its own, with the safety of the web switched on and no requests of its own. */
export async function launchBrowser(): Promise<Browser> {
	const own = process.env['CHROMIUM_PATH'];
	const folder = own === undefined ? await unpackChromium() : '';
	return await chromium.launch({
		executablePath: own ?? path.join(folder, 'chromium'),
		// The first because tests run as root in containers; the others keep the browser to the pages it is shown.
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-pings'],
		env: own === undefined ? { ...stringEnv(), ...libraryEnv(folder) } : stringEnv(),
	});
}

export type UseBrowser = (page: Page, context: BrowserContext) => Promise<void>;

/** What the same browser calls itself on a person's desk: without a window it adds "Headless", which scanners are known by. */
export function userAgentOf(browser: Browser): string {
	const [major = ''] = browser.version().split('.');
	return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

/** A browser profile of its own: no cookie, no storage. Fails when a policy or a script complained meanwhile. */
export async function inContext(
	browser: Browser,
	use: UseBrowser,
	options: BrowserContextOptions = {},
): Promise<void> {
	const context = await browser.newContext({ userAgent: userAgentOf(browser), ...options });
	context.setDefaultTimeout(10_000);
	const complaints: string[] = [];
	context.on('console', (message) => {
		const text = message.text();
		// Chromium reports every 4xx; those are asserted where they belong.
		if (message.type() === 'error' && !text.startsWith('Failed to load resource')) {
			complaints.push(text);
		}
	});
	context.on('weberror', (error) => complaints.push(String(error.error())));
	try {
		await use(await context.newPage(), context);
		if (complaints.length > 0) throw new Error(complaints.join('\n'));
	} finally {
		await context.close();
	}
}

/** Presses the button of this name. */
export function press(page: Page, name: string | RegExp): Promise<void> {
	return page.getByRole('button', { name }).click();
}

/** Resolves when the page shows this main heading. */
export function heading(page: Page, name: string): Promise<void> {
	return page.getByRole('heading', { level: 1, name }).waitFor();
}

/**
 * Unpacks the browser once per version, into a folder of its own: the package's way is a fixed name in the temporary folder,
 * where two processes that start at once would meet half a file.
 */
async function unpackChromium(): Promise<string> {
	const modules = packageEntry.slice(0, packageEntry.lastIndexOf('@sparticuz'));
	const { version } = require(path.join(modules, '@sparticuz/chromium/package.json')) as {
		version: string;
	};
	const cache = path.join(modules, '.cache/client-portal');
	const folder = path.join(cache, `chromium-${version}`);
	if (existsSync(folder)) return folder;
	await mkdir(cache, { recursive: true });
	const staging = await mkdtemp(path.join(cache, 'unpacking-'));
	await promisify(execFile)(
		process.execPath,
		[
			'--input-type=module',
			'--eval',
			`const { default: chromium } = await import(${JSON.stringify(packageEntry)}); await chromium.executablePath();`,
		],
		// With the second variable the package unpacks libraries and fonts too, which a bare container lacks.
		{ env: { ...stringEnv(), TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' } },
	);
	try {
		await rename(staging, folder);
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		// Another process was first.
		if (!existsSync(folder)) throw error;
	}
	return folder;
}

function libraryEnv(folder: string): Record<string, string> {
	return { LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') };
}

function stringEnv(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(process.env).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);
}
