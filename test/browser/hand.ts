import type { Locator, Page } from 'playwright-core';

/** What a hand does: events that the browser vouches for, along a way, and at the end a look at what came of it. */
export async function pressWithHand(page: Page, target: Locator): Promise<void> {
	await moveTo(page, target);
	const leads = await target.evaluate(leadsSomewhere);
	const arrived = leads ? page.waitForEvent('framenavigated') : Promise.resolve();
	await Promise.all([arrived, target.click()]);
	await page.waitForLoadState('load');
}

/** Moves the pointer there, as a hand would. */
export async function moveTo(page: Page, target: Locator): Promise<void> {
	await target.scrollIntoViewIfNeeded();
	const box = await target.boundingBox();
	if (box === null) return;
	await page.mouse.move(7, 11);
	await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2, { steps: 12 });
}

/** Whether a press leaves the page: a web link does, and the button of a form whose fields are filled in. */
function leadsSomewhere(element: HTMLElement | SVGElement): boolean {
	if (element instanceof HTMLAnchorElement) return element.protocol.startsWith('http');
	return element instanceof HTMLButtonElement && (element.form?.checkValidity() ?? false);
}
