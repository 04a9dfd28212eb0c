import type { MagicLink } from '../store/store.ts';

// Which page a client asked for a link on, as the `createdBy` of link and send says it.

type Made = Pick<MagicLink, 'createdBy'>;

const browser = 'browser:';
const renewal = 'renewal:';

/** The link was asked for on the sign-in page, by the browser whose nonce has this hash. */
export function askedByBrowser(nonceHash: string): string {
	return browser + nonceHash;
}

/** The link was asked for on the page of another one. */
export function renewalOf(linkId: string): string {
	return renewal + linkId;
}

/** The hash of the nonce of the browser that asked on the sign-in page; null when the link was not made so. */
export function askersNonceHash({ createdBy }: Made): string | null {
	return createdBy.startsWith(browser) ? createdBy.slice(browser.length) : null;
}

/** The link on whose page a link was asked for; null when it was not made so. */
export function renewedLinkId({ createdBy }: Made): string | null {
	return createdBy.startsWith(renewal) ? createdBy.slice(renewal.length) : null;
}

/** Whether somebody asked for the link on a page, whoever that was. */
export function wasAskedFor(made: Made): boolean {
	return askersNonceHash(made) !== null || renewedLinkId(made) !== null;
}
