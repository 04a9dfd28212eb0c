import type { Browser, BrowserContext } from 'playwright-core';

import type { Inbox, Message } from '../inbox.ts';
import { userAgentOf } from '../support.ts';

/** What looks into a mailbox before its owner does. */
export interface Scanner {
	behaviour: string;
	/** How long after an e-mail has left it looks. */
	afterMs: number;
	/** The events by which an admin learns of it, any of them. */
	recordedAs: readonly ('link.visited' | 'link.questioned' | 'link.scanned')[];
	/** Goes over a message; answers what it reached, in order. */
	scan(message: Message, tools: ScannerTools): Promise<string[]>;
	/** The message as its owner gets it afterwards; without it, unchanged. */
	rewrite?(html: string): string;
}

/** Shortly after the e-mail has left. */
export const soonMs = 3000;

/** The same scanner when its turn comes late enough for a person to have been quicker. */
export function late(scanner: Scanner): Scanner {
	const behaviour = `${scanner.behaviour}, half a minute later`;
	return { ...scanner, behaviour, afterMs: 30_000, recordedAs: ['link.scanned'] };
}

export interface ScannerTools {
	inbox: Inbox;
	/** What a current Chrome sends when somebody opens a link in an e-mail, from a network not seen before. */
	headers: Record<string, string>;
	/** A current Chrome on that network, with a profile of its own. */
	openChrome(): Promise<BrowserContext>;
	/** The profiles opened so far. They stay open, so that it shows what their sessions are worth later. */
	profiles: readonly BrowserContext[];
}

let networks = 0;

export function scannerTools(browser: Browser, inbox: Inbox): ScannerTools {
	const profiles: BrowserContext[] = [];
	networks += 1;
	const network = { 'x-forwarded-for': `198.51.100.${String(networks)}` };
	const userAgent = userAgentOf(browser);
	return {
		inbox,
		profiles,
		headers: { ...network, ...chromeHeaders(userAgent) },
		async openChrome() {
			const context = await browser.newContext({ userAgent, extraHTTPHeaders: network });
			context.setDefaultTimeout(10_000);
			profiles.push(context);
			return context;
		},
	};
}

function chromeHeaders(userAgent: string): Record<string, string> {
	const [, major = ''] = /Chrome\/(\d+)/.exec(userAgent) ?? [];
	return {
		'user-agent': userAgent,
		accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
		'accept-language': 'en-US,en;q=0.9',
		'sec-ch-ua': `"Chromium";v="${major}", "Google Chrome";v="${major}", "Not_A Brand";v="99"`,
		'sec-ch-ua-mobile': '?0',
		'sec-ch-ua-platform': '"Linux"',
		'sec-fetch-dest': 'document',
		'sec-fetch-mode': 'navigate',
		'sec-fetch-site': 'none',
		'sec-fetch-user': '?1',
		'upgrade-insecure-requests': '1',
	};
}
