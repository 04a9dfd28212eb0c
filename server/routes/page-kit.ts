import type { Request, Response } from 'express';

import type { Cookies } from '../middleware/cookies.ts';
import { pageCsp } from '../pages/csp.ts';
import { chooseLocale, type Locale } from '../locale.ts';
import type { Services } from '../services.ts';
import type { Portal } from '../store/store.ts';

/** What the page routes share. */
export interface PageParts {
	services: Services;
	cookies: Cookies;
}

/** Longest user agent that is kept. */
const userAgentLimit = 300;

export function userAgentOf(request: Request): string | null {
	return request.get('user-agent')?.slice(0, userAgentLimit) ?? null;
}

/** The portal of the host that was asked for; null when none of ours (R19). */
export function portalOf({ services }: PageParts, request: Request): Promise<Portal | null> {
	return services.portals.byHost(request.get('host') ?? '');
}

/**
 * The language of a page. Only a page that is for this contact alone may follow the contact's choice: elsewhere it would tell
 * whether we know somebody (R15, R39).
 */
export function localeOf(
	request: Request,
	portal: Portal | null,
	contact: { locale: string | null } | null = null,
): Locale {
	return chooseLocale({
		contact: contact?.locale ?? null,
		browser: (offered) => request.acceptsLanguages(offered),
		portal: portal?.locale ?? null,
	});
}

/** The portal as a page shows it that sees a secret: such a page loads nothing from anywhere, a logo neither (R26). */
export function withoutLogo(portal: Portal): Portal {
	return { ...portal, brand: { ...portal.brand, logoUrl: null } };
}

/**
 * Sends a page of server/pages with the policy that goes with it. A page that holds no secret tells this server, and nobody else, where
 * its forms come from (R40).
 */
export function sendPage(
	response: Response,
	status: number,
	page: string,
	portal: Portal | null,
	options: { holdsNoSecret?: boolean; showsEmail?: boolean; asksAgain?: boolean } = {},
): void {
	// A form's redirect may end at the portal's own application, and browsers hold form-action against that too.
	const destinations =
		portal === null
			? []
			: [...portal.destinations, ...(portal.appUrl === null ? [] : [portal.appUrl])];
	response.set('Content-Security-Policy', pageCsp({ portal, destinations, ...options }));
	if (options.holdsNoSecret === true) response.set('Referrer-Policy', 'same-origin');
	response.status(status).type('html').send(page);
}

/** A member of a posted form, or '' when it is missing or no text that a person can type (R25). */
export function formField(request: Request, name: string): string {
	const body: unknown = request.body;
	if (typeof body !== 'object' || body === null) return '';
	const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
	return typeof value === 'string' && !value.includes('\0') ? value : '';
}
