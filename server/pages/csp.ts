import { createHash } from 'node:crypto';

import { brandStyle, webUrl } from './brand.ts';
import type { PagePortal } from './brand.ts';
import { playgroundScript } from './playground-script.ts';
import { copyScript, linkScript, openScript } from './scripts.ts';
import { styleSheet } from './style.ts';

export interface PageCspOptions {
	/** The portal that the page was made with. */
	portal: PagePortal | null;
	/**
	 * Absolute URLs where a form of the page may end after its redirect, e.g. the portal's `appUrl` and `destinations`:
	 * Chromium holds `form-action` against redirects too. Paths of the portal need no entry.
	 */
	destinations?: readonly string[];
	/** True for the page that shows a stored e-mail in a frame: the frame takes over this policy, and e-mails style inline. */
	showsEmail?: boolean;
	/** True for the page whose script asks this server again. */
	asksAgain?: boolean;
}

const staticStyle = hashSource(styleSheet);
const scripts = [linkScript, openScript, copyScript, playgroundScript].map(hashSource).join(' ');

/**
 * The Content-Security-Policy of the pages: nothing from elsewhere, and inline only what is ours, by hash (R26).
 * It goes with every page that a function of this folder made, with the same portal.
 *
 * Where the page is sent with `Referrer-Policy: no-referrer`, browsers send `Origin: null` with its forms:
 * the check of R40 then has `Sec-Fetch-Site: same-origin` to go by.
 */
export function pageCsp({
	portal,
	destinations = [],
	showsEmail = false,
	asksAgain = false,
}: PageCspOptions): string {
	const logo = webUrl(portal?.brand.logoUrl ?? null);
	const style = showsEmail
		? "'unsafe-inline'"
		: `${staticStyle} ${hashSource(brandStyle(portal?.brand.color))}`;
	return [
		"default-src 'none'",
		`style-src ${style}`,
		`script-src ${scripts}`,
		...(asksAgain ? ["connect-src 'self'"] : []),
		// data: is the favicon, which is part of the page.
		['img-src data:', logo?.origin].filter((source) => source !== undefined).join(' '),
		["form-action 'self'", ...new Set(destinations.flatMap(origin))].join(' '),
		"frame-ancestors 'none'",
		"base-uri 'none'",
	].join('; ');
}

function origin(address: string): string[] {
	const url = webUrl(address);
	return url === null ? [] : [url.origin];
}

function hashSource(block: string): string {
	return `'sha256-${createHash('sha256').update(block).digest('base64')}'`;
}
