import type { Locator, Page } from 'playwright-core';

import { pressWithHand } from '../hand.ts';
import { soonMs } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** More than any way through our pages has. */
const mostSteps = 40;

/** These are a real, current Chromium. Its scripts run; what this one presses, it presses by script. */
export const runsScripts: Scanner = {
	behaviour: 'browser that runs scripts and waits',
	afterMs: soonMs,
	recordedAs: ['link.questioned'],
	async scan({ link }, { openChrome }) {
		const page = await (await openChrome()).newPage();
		await page.goto(link);
		await page.waitForLoadState('networkidle');
		await page.mouse.wheel(0, 2000);
		const first = await stateOf(page);
		const arrived = page.waitForEvent('framenavigated');
		await page.evaluate(() => {
			for (const button of Array.from(document.querySelectorAll('button'))) button.click();
		});
		await arrived;
		await page.waitForLoadState('networkidle');
		return [first, await stateOf(page)];
	},
};

/** Its mouse is one that the browser vouches for, so it is asked when it is too quick, and gets in when it is not. */
export const pressesEverything: Scanner = {
	behaviour: 'presses every button and link',
	afterMs: soonMs,
	recordedAs: ['link.questioned'],
	async scan({ link }, { openChrome }) {
		const page = await (await openChrome()).newPage();
		return explore(page, link, pressSomethingNew);
	},
};

/** So does this one, which asks for more sign-in e-mails as well: it knows whose mail it reads. */
export const submitsEverything: Scanner = {
	behaviour: 'fills in and submits every form',
	afterMs: soonMs,
	recordedAs: ['link.questioned'],
	async scan({ link, to }, { openChrome }) {
		const page = await (await openChrome()).newPage();
		return explore(page, link, (at, done) => submitSomethingNew(at, done, to));
	},
};

/** Does something that was not done before on a page like this; false when there is nothing left. */
type Act = (page: Page, done: Set<string>) => Promise<boolean>;

/** Goes on and on from the link, and starts again there, until nothing new is left to do. */
async function explore(page: Page, link: string, act: Act): Promise<string[]> {
	const done = new Set<string>();
	const reached: string[] = [];
	let fresh = true;
	while (fresh && reached.length < mostSteps) {
		await page.goto(link);
		reached.push(await stateOf(page));
		fresh = false;
		while (await act(page, done)) {
			fresh = true;
			reached.push(await stateOf(page));
		}
	}
	return reached.filter((state, n) => state !== reached[n - 1]);
}

/** What somebody would say the page is. */
async function stateOf(page: Page): Promise<string> {
	const [heading = ''] = await page.getByRole('heading', { level: 1 }).allInnerTexts();
	const [alert] = await page.getByRole('alert').allInnerTexts();
	return alert === undefined ? heading : `${heading} (${alert})`;
}

async function pressSomethingNew(page: Page, done: Set<string>): Promise<boolean> {
	const state = await stateOf(page);
	for (const target of await page.locator('button, a[href], summary').all()) {
		const what = `${state}: ${await target.innerText()}`;
		if (done.has(what) || !(await target.isVisible())) continue;
		done.add(what);
		await pressWithHand(page, target);
		return true;
	}
	return false;
}

async function submitSomethingNew(page: Page, done: Set<string>, email: string): Promise<boolean> {
	const state = await stateOf(page);
	for (const form of await page.locator('form').all()) {
		const what = `${state}: ${(await form.getAttribute('action')) ?? ''}`;
		if (done.has(what)) continue;
		done.add(what);
		for (const field of await form.locator('input:visible').all()) await fillIn(field, email);
		await pressWithHand(page, form.locator('button').first());
		return true;
	}
	return false;
}

/** Types what would fit. */
async function fillIn(field: Locator, email: string): Promise<void> {
	const isAddress = (await field.getAttribute('type')) === 'email';
	await field.pressSequentially(isAddress ? email : '123456');
}
