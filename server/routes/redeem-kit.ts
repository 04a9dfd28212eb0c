import type { Request, Response } from 'express';

import { switchPage } from '../pages/switch.ts';
import { destinationProblem } from '../services/destinations.ts';
import { redemptionEvents } from '../services/redemption-events.ts';
import type { RedeemedBy } from '../services/scanner-visits.ts';
import type {
	LinkPurpose,
	MagicLink,
	Portal,
	Redeemed,
	RedeemResult,
	Session,
} from '../store/store.ts';
import {
	formField,
	localeOf,
	sendPage,
	userAgentOf,
	withoutLogo,
	type PageParts,
} from './page-kit.ts';
import { endPresent, presentContact, type PresentAdmin, type PresentContact } from './present.ts';

const nonceAgeMs = 24 * 60 * 60_000;

/** The browser's nonce cookie, made when it has none (R3): once for each answer, or its forms would belong to different ones. */
export function browserNonce(
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

/** The form token of the sign-in form for the browser with this nonce. */
export function signInToken({ services }: PageParts, nonce: string): string {
	return services.sessions.formToken(nonce, 'sign-in');
}

/** A press of a button that is to sign somebody in. */
interface RedeemAttempt {
	linkId: string;
	/** The link's. */
	keyVersion: number;
	nonce: string;
	purposes: readonly LinkPurpose[];
	by: RedeemedBy;
	/** Whoever is signed in as an admin in this browser. */
	admin: PresentAdmin | null;
}

type Redeeming = RedeemAttempt & { userAgent: string | null };

/**
 * Redeems a link and sends the browser on, signed in. Null when it did; else the answer is still to be sent, and says nothing of why.
 */
export async function redeemAndGoOn(
	parts: PageParts,
	request: Request,
	response: Response,
	portal: Portal,
	attempt: RedeemAttempt,
): Promise<{ link: MagicLink | null } | null> {
	const { linkId, admin } = attempt;
	const forContact = !attempt.purposes.includes('admin');
	const present = forContact ? await presentContact(parts, request, portal) : null;
	if (present !== null && (await asksToSwitch(parts, request, response, portal, present, linkId))) {
		return null;
	}
	const userAgent = userAgentOf(request);
	// In an admin's browser it is a visit, recorded as that, and nobody joins (R12).
	const visitingAdminId = forContact ? (admin?.admin.id ?? null) : null;
	const made = { ...attempt, userAgent, visitingAdminId };
	const { result, cookie } = await parts.services.sessions.redeem(portal, made);
	if (result.ok && cookie !== null) {
		await endEarlier(parts, portal, forContact ? present : admin, result.session);
		await letIn(parts, response, portal, result, made, cookie);
		return null;
	}
	const { link } = result;
	if (link !== null && (await isSignedIn(parts, request, portal, link, admin))) {
		goOn(response, portal, link);
		return null;
	}
	if (!result.ok) await recordRefusal(parts, portal, result);
	return { link };
}

/** What else a redemption changes; then the browser is signed in, and goes on. */
async function letIn(
	parts: PageParts,
	response: Response,
	portal: Portal,
	redeemed: Redeemed,
	how: Redeeming,
	cookie: string,
): Promise<void> {
	const { services, cookies } = parts;
	const { link, session, repeated } = redeemed;
	const isVisit = link.visitingAdminId !== null;
	if (!isVisit) {
		await takeBackScanners(parts, portal, redeemed, how);
		if (!repeated) await services.limits.allowAnotherMail(link);
	}
	if (redeemed.admin !== null) await services.firstRun.forget();
	const name = session.subject.kind === 'admin' ? 'admin' : 'session';
	cookies.write(response, name, cookie, services.sessions.cookieAgeMs(session));
	const earlier = isVisit ? null : await services.scannerVisits.earlierUse(link);
	if (earlier === null) goOn(response, portal, link);
	else response.redirect(303, '/earlier-link');
}

/** What this redemption shows to have been a scanner's is taken back; it may be what makes the contact a joined one then (R10). */
async function takeBackScanners(
	{ services }: PageParts,
	portal: Portal,
	{ link, contact }: Redeemed,
	{ nonce, userAgent, by }: Redeeming,
): Promise<void> {
	if (contact === null) return;
	const now = await services.scannerVisits.takeBack(portal, { link, contact, nonce });
	if (now === contact) return;
	const events = redemptionEvents({ link, contact: now, admin: null }, { userAgent, by });
	await services.events.record(...events);
}

/** Asks whether this browser shall change from one person to another (R16): true when it did, false when there is nothing to ask. */
async function asksToSwitch(
	{ services }: PageParts,
	request: Request,
	response: Response,
	portal: Portal,
	{ contact: present }: PresentContact,
	linkId: string,
): Promise<boolean> {
	if (formField(request, 'switch') === 'yes') return false;
	const view = await services.links.lookAt(portal, linkId);
	if (view.state === 'dead' || view.contact === null) return false;
	if (view.contact.id === present.id) return false;
	const sent = ['token', 'state', 'formToken', 'pressed', 'asked', 'code', 'email'].map((name) => [
		name,
		formField(request, name),
	]);
	// The page holds the link's secret, or the code.
	const shown = withoutLogo(portal);
	const page = switchPage({
		locale: localeOf(request, portal, present),
		...{ portal: shown, present, next: view.contact, action: request.path },
		fields: Object.fromEntries(sent.filter(([, value]) => value !== '')) as Record<string, string>,
	});
	sendPage(response, 200, page, shown);
	return true;
}

/**
 * The session of whoever was signed in here before ends with the change. A repetition signs in with the session that is there (R9).
 */
async function endEarlier(
	parts: PageParts,
	portal: Portal,
	earlier: PresentContact | PresentAdmin | null,
	now: Session,
): Promise<void> {
	if (earlier === null || earlier.session.id === now.id) return;
	if ('contact' in earlier) await endPresent(parts, portal, earlier);
	else await parts.services.sessions.end(earlier.session);
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

/** True when the browser has a live session of the very person the link is for (R9); `admin` is whom it has as an admin. */
export async function isSignedIn(
	parts: PageParts,
	request: Request,
	portal: Portal,
	{ subject }: MagicLink,
	admin: PresentAdmin | null,
): Promise<boolean> {
	const present = subject.kind === 'admin' ? admin : await presentContact(parts, request, portal);
	return present?.session.subject.id === subject.id;
}

/** 303 to where the link leads. */
export function goOn(response: Response, portal: Portal, link: MagicLink): void {
	response.redirect(303, whereTo(portal, link));
}

/** Where a link leads; the portal page when that is no longer allowed (R32). */
export function whereTo(portal: Portal, { purpose, destination }: MagicLink): string {
	if (destination === null || destinationProblem(portal, destination) !== null) return '/';
	const ofApp = purpose !== 'admin' && destination.startsWith('/') && destination !== '/';
	if (!ofApp || portal.appUrl === null) return destination;
	return portal.appUrl.replace(/\/+$/, '') + destination;
}
