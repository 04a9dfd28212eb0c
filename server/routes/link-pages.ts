import type { Express, Request, Response } from 'express';

import { PortalError } from '../errors.ts';
import { derivedUuidV7 } from '../ids.ts';
import { sameOrigin } from '../middleware/same-origin.ts';
import { deadLinkPage } from '../pages/dead-link.ts';
import { linkPage, type LinkNotice } from '../pages/link.ts';
import { openPage } from '../pages/open.ts';
import { renewalSentPage } from '../pages/renewal-sent.ts';
import { samplePage } from '../pages/sample.ts';
import { checkDestination } from '../services/destinations.ts';
import { readToken } from '../services/link-token.ts';
import type { LinkView } from '../services/links.ts';
import type { LinkPurpose, MagicLink, Portal, RedeemResult } from '../store/store.ts';
import { formField, portalOf, sendPage, userAgentOf, type PageParts } from './page-kit.ts';

const nonceAgeMs = 24 * 60 * 60_000;
/** All dead links answer the same status, whatever killed them (R15). */
const gone = 410;

/** Pages and forms of magic links: `/l/*`, and `/admin/sign-in`, which redeems an admin's. */
export function linkPages(app: Express, parts: PageParts): void {
	app.get('/l/sample', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			sendDead(parts, request, response, null, null);
			return;
		}
		sendPage(response, 200, samplePage({ portal }), portal);
	});
	app.get('/l/open', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			sendDead(parts, request, response, null, null);
			return;
		}
		sendPage(response, 200, openPage({ portal }), portal);
	});
	app.get('/l/:token', (request, response) => showLink(parts, request, response));
	app.post('/l', sameOrigin, (request, response) =>
		redeem(parts, request, response, ['login', 'invitation']),
	);
	app.post('/admin/sign-in', sameOrigin, (request, response) =>
		redeem(parts, request, response, ['admin']),
	);
	app.post('/l/new', sameOrigin, (request, response) => renew(parts, request, response));
	app.all(['/l', '/l/new', '/admin/sign-in'], (_request, response) => {
		response.set('Allow', 'POST');
		throw new PortalError('method_not_allowed');
	});
}

/** GET of a link: shows an inert page. It writes nothing to the link and sets no session (R1). */
async function showLink(parts: PageParts, request: Request, response: Response): Promise<void> {
	const { services } = parts;
	const portal = await portalOf(parts, request);
	if (portal === null) {
		sendDead(parts, request, response, null, null);
		return;
	}
	const token = String(request.params['token']);
	const view = await services.links.look(portal, token);
	const { link } = view;
	if (link !== null) {
		await services.events.recordVisit({
			portalId: portal.id,
			type: 'link.visited',
			actor: 'visitor',
			linkId: link.id,
			contactId: link.subject.kind === 'contact' ? link.subject.id : null,
			data: { method: request.method, userAgent: userAgentOf(request), state: view.state },
		});
		if (await isSignedIn(parts, request, portal, link)) {
			goOn(response, portal, link);
			return;
		}
	}
	sendLinkPage(parts, request, response, portal, view, token, 200);
}

/** The inert page with its button, or the one page for links that do not work. */
function sendLinkPage(
	parts: PageParts,
	request: Request,
	response: Response,
	portal: Portal,
	view: LinkView,
	token: string,
	status: number,
	notice?: LinkNotice,
): void {
	if (view.state === 'dead') {
		const deadStatus = status === 200 ? gone : status;
		sendDead(parts, request, response, portal, view.link, token, deadStatus);
		return;
	}
	const nonce = browserNonce(parts, request, response);
	const { link, contact } = view;
	const shown = withoutLogo(portal);
	const page = linkPage({
		portal: shown,
		purpose: link.purpose,
		person: { firstName: contact?.firstName ?? null, email: link.email },
		token,
		formToken: parts.services.sessions.formToken(nonce, link.id),
		...(notice === undefined ? {} : { notice }),
	});
	sendPage(response, status, page, shown);
}

function sendDead(
	parts: PageParts,
	request: Request,
	response: Response,
	portal: Portal | null,
	link: MagicLink | null,
	token = '',
	status = gone,
): void {
	const renewable = portal !== null && link !== null && link.purpose !== 'admin';
	const renewal = renewable
		? {
				token,
				formToken: parts.services.sessions.formToken(
					browserNonce(parts, request, response),
					link.id,
				),
				email: link.email,
			}
		: null;
	const shown = portal === null ? null : withoutLogo(portal);
	sendPage(response, status, deadLinkPage({ portal: shown, renewal }), shown);
}

/** A page that sees a secret loads nothing from anywhere, a logo neither (R26). */
function withoutLogo(portal: Portal): Portal {
	return { ...portal, brand: { ...portal.brand, logoUrl: null } };
}

/** The browser's nonce cookie, made when it has none (R3). */
function browserNonce(
	{ services, cookies }: PageParts,
	request: Request,
	response: Response,
): string {
	const present = cookies.read(request, 'browser');
	if (services.sessions.isNonce(present)) return present;
	const nonce = services.sessions.newNonce();
	cookies.write(response, 'browser', nonce, nonceAgeMs);
	return nonce;
}

interface PostedForm {
	portal: Portal;
	token: string;
	linkId: string;
	/** Null when the form token does not belong to this browser and link. */
	nonce: string | null;
	notice: LinkNotice;
}

/** Reads the two hidden fields of our forms; null when the token is none of this portal's. */
async function readForm(parts: PageParts, request: Request): Promise<PostedForm | null> {
	const { sessions, keys } = parts.services;
	const portal = await portalOf(parts, request);
	const token = formField(request, 'token');
	const linkId = portal === null ? null : readToken(keys, portal.id, token);
	if (portal === null || linkId === null) return null;
	const cookie = parts.cookies.read(request, 'browser');
	const nonce = sessions.isNonce(cookie) ? cookie : null;
	const genuine =
		nonce !== null && sessions.checkFormToken(formField(request, 'formToken'), nonce, linkId);
	return {
		...{ portal, token, linkId },
		nonce: genuine ? nonce : null,
		notice: nonce === null ? 'no_cookie' : 'renewed',
	};
}

async function redeem(
	parts: PageParts,
	request: Request,
	response: Response,
	purposes: readonly LinkPurpose[],
): Promise<void> {
	const { services, cookies } = parts;
	const form = await readForm(parts, request);
	if (form === null) {
		sendDead(parts, request, response, await portalOf(parts, request), null);
		return;
	}
	const { portal, token, nonce } = form;
	if (nonce === null) {
		const view = await services.links.look(portal, token);
		sendLinkPage(parts, request, response, portal, view, token, 403, form.notice);
		return;
	}
	const userAgent = userAgentOf(request);
	const { result, cookie } = await services.sessions.redeem(portal, {
		...{ token, nonce, userAgent, purposes },
	});
	if (!result.ok || cookie === null) {
		const { link } = result;
		if (link !== null && (await isSignedIn(parts, request, portal, link))) {
			goOn(response, portal, link);
			return;
		}
		if (!result.ok) await recordRefusal(parts, portal, result);
		sendDead(parts, request, response, portal, link, token);
		return;
	}
	await recordRedemption(parts, portal, result, userAgent);
	const subject = result.session.subject.kind;
	const name = subject === 'admin' ? 'admin' : 'session';
	cookies.write(response, name, cookie, services.sessions.cookieAgeMs(subject));
	goOn(response, portal, result.link);
}

/** Recorded again when the browser posts again, under the same ids: a process that died in between loses no event. */
async function recordRedemption(
	{ services }: PageParts,
	portal: Portal,
	result: Extract<RedeemResult, { ok: true }>,
	userAgent: string | null,
): Promise<void> {
	const { link, contact, admin } = result;
	const idOf = (type: string) => derivedUuidV7(link.redeemedAt ?? 0, type, link.id);
	if (admin !== null) {
		await services.firstRun.forget();
		await services.events.record({
			id: idOf('admin.signed_in'),
			...{ portalId: portal.id, type: 'admin.signed_in', actor: `admin:${admin.id}` },
			linkId: link.id,
		});
		return;
	}
	const about = {
		portalId: portal.id,
		actor: `contact:${link.subject.id}`,
		contactId: contact?.id ?? null,
		linkId: link.id,
		sendId: link.sendId,
	};
	const redeemed = 'link.redeemed' as const;
	const joined = 'contact.joined' as const;
	await services.events.record(
		{ ...about, id: idOf(redeemed), type: redeemed, data: { userAgent } },
		...(contact !== null && contact.joinedAt === link.redeemedAt
			? [{ ...about, id: idOf(joined), type: joined }]
			: []),
	);
}

/** The page says nothing about why; the event does. */
async function recordRefusal(
	{ services }: PageParts,
	portal: Portal,
	{ link, reason }: Extract<RedeemResult, { ok: false }>,
): Promise<void> {
	if (link === null) return;
	await services.events.recordVisit({
		...{ portalId: portal.id, type: 'link.refused', actor: 'visitor', linkId: link.id },
		contactId: link.subject.kind === 'contact' ? link.subject.id : null,
		data: { reason },
	});
}

/** `POST /l/new`: e-mails the link's own contact a new one. The page that follows is the same whatever happened. */
async function renew(parts: PageParts, request: Request, response: Response): Promise<void> {
	const form = await readForm(parts, request);
	if (form === null) {
		sendDead(parts, request, response, await portalOf(parts, request), null);
		return;
	}
	const { portal, token, nonce } = form;
	const view = await parts.services.links.look(portal, token);
	if (nonce === null) {
		sendLinkPage(parts, request, response, portal, view, token, 403, form.notice);
		return;
	}
	if (view.link !== null) await parts.services.renewals.renew(portal, view.link);
	sendPage(response, 200, renewalSentPage({ portal }), portal);
}

/** True when the browser has a live session of the very person the link is for (R9). */
async function isSignedIn(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
	link: MagicLink,
): Promise<boolean> {
	const { kind, id } = link.subject;
	const cookie = cookies.read(request, kind === 'admin' ? 'admin' : 'session');
	const live = await services.sessions.read(portal, kind, cookie);
	return live?.session.subject.id === id;
}

/** 303 to where the link leads, checked once more (R32); the portal page when that is no longer allowed. */
function goOn(response: Response, portal: Portal, link: MagicLink): void {
	response.redirect(303, whereTo(portal, link));
}

function whereTo(portal: Portal, { purpose, destination }: MagicLink): string {
	if (destination === null) return '/';
	try {
		checkDestination(portal, destination);
	} catch (error) {
		if (error instanceof PortalError) return '/';
		throw error;
	}
	const ofApp = purpose !== 'admin' && destination.startsWith('/') && destination !== '/';
	if (!ofApp || portal.appUrl === null) return destination;
	return portal.appUrl.replace(/\/+$/, '') + destination;
}
