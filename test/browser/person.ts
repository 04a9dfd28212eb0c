import type { BrowserContext, Page } from 'playwright-core';

import { moveTo, pressWithHand } from './hand.ts';
import type { Client, Inbox, Message } from './inbox.ts';

/** More than anybody would put up with. */
const patience = 8;

/** The link in an e-mail, be it rewritten. */
const inMail = 'a[href*="/l/"], a[href*="%2Fl%2F"]';

/** Where a person arrived, and what was done on the way. */
export interface Way {
	page: Page;
	way: string;
}

/** How a person reads e-mail, and what is done to it before. */
export interface Mailbox {
	inbox: Inbox;
	client: Client;
	/** Everything that has arrived, oldest first, after the scanner went over what is new. */
	messages(): Promise<Message[]>;
	/** The message as the mail program shows it. */
	shown(message: Message): string;
}

/**
 * Opens the first e-mail and does what each page says until the portal greets by name.
 * Throws when that leads nowhere.
 */
export async function followThePages(context: BrowserContext, mailbox: Mailbox): Promise<Way> {
	const way: string[] = [];
	let [message] = await mailbox.messages();
	let page = await openLink(context, mailbox, message!);
	for (let step = 0; step < patience; step += 1) {
		if (await isIn(page, mailbox)) return { page, way: way.join(', ') };
		// Reading takes a while.
		mailbox.inbox.server.clock.advance(20_000);
		const code = page.getByLabel('Code from the e-mail');
		const another = page.getByRole('button', { name: 'E-mail me a new link' });
		if (await code.isVisible()) {
			way.push('code');
			await code.pressSequentially(message!.code);
			await pressWithHand(page, page.getByRole('button', { name: 'Sign in', exact: true }));
		} else if (await another.isVisible()) {
			way.push('new link');
			await pressWithHand(page, another);
			message = (await mailbox.messages()).at(-1);
			page = await openLink(context, mailbox, message!);
		} else {
			way.push('button');
			await pressWithHand(page, page.getByRole('button', { name: /^Sign in to/ }));
		}
	}
	throw new Error(`Never got in: ${way.join(', ')}, then ${await page.innerText('main')}`);
}

/** Clicks the link in the e-mail, which opens in a tab of its own. */
export async function openLink(
	context: BrowserContext,
	{ inbox, shown }: Mailbox,
	message: Message,
): Promise<Page> {
	const mail = await context.newPage();
	await mail.goto(inbox.show(shown(message)));
	const tab = context.waitForEvent('page');
	await moveTo(mail, mail.locator(inMail).first());
	await mail.locator(inMail).first().click();
	const page = await tab;
	await page.waitForLoadState('load');
	return page;
}

/** The portal page is there and greets its client by name. */
export async function isIn(page: Page, { inbox, client }: Mailbox): Promise<boolean> {
	const welcome = page.getByRole('heading', { level: 1, name: `Welcome, ${client.name}` });
	return page.url() === `${inbox.server.url}/` && (await welcome.isVisible());
}
