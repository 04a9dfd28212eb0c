import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { pressWithHand } from './hand.ts';
import { followThePages, openLink } from './person.ts';
import type { Mailbox, Way } from './person.ts';
import { withoutCookies } from './without-cookies.ts';

interface OtherWay {
	title: string;
	walk: (context: BrowserContext, mailbox: Mailbox) => Promise<Way>;
	options?: BrowserContextOptions;
}

const button = /^Sign in to/;

/** The ways of people that are not one click in one browser. */
export const otherWays: OtherWay[] = [
	{
		title: 'R11 with scripts off the person gets in by button and code',
		walk: (context, mailbox) => named('scripts off', followThePages(context, mailbox)),
		options: { javaScriptEnabled: false },
	},
	{
		title: 'R3 with cookies off until the click the person presses once more',
		async walk(context, mailbox) {
			const [message] = await mailbox.messages();
			const allow = await withoutCookies(context);
			const page = await openLink(context, mailbox, message!);
			await allow();
			await press(page, button);
			await page.getByRole('alert').filter({ hasText: 'your browser blocks cookies' }).waitFor();
			await press(page, button);
			return { page, way: 'cookies off until the click: button, button again' };
		},
	},
	{
		title: 'R9 the person gets in in a second tab, and the first one goes on too',
		async walk(context, mailbox) {
			const [message] = await mailbox.messages();
			const first = await openLink(context, mailbox, message!);
			const second = await openLink(context, mailbox, message!);
			await press(second, button);
			await press(first, button);
			await first.waitForURL(second.url());
			return { page: second, way: 'second tab: button' };
		},
	},
	{
		title: 'R17 on another device the person asks there and gets in by code',
		async walk(context, mailbox) {
			const page = await context.newPage();
			await page.goto(mailbox.inbox.server.url);
			await page.getByLabel('Your e-mail address').pressSequentially(mailbox.client.email);
			await press(page, 'E-mail me a sign-in link');
			const message = (await mailbox.messages()).at(-1)!;
			await page.getByLabel('Code from the e-mail').pressSequentially(message.code);
			await press(page, 'Sign in');
			return { page, way: 'another device: address, code' };
		},
	},
];

function press(page: Page, name: string | RegExp): Promise<void> {
	const exact = typeof name === 'string';
	return pressWithHand(page, page.getByRole('button', { name, exact }));
}

async function named(name: string, arriving: Promise<Way>): Promise<Way> {
	const { page, way } = await arriving;
	return { page, way: `${name}: ${way}` };
}
