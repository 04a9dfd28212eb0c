import type { Request, Response } from 'express';

import { switchPage } from '../pages/switch.ts';
import { destinationProblem } from '../services/destinations.ts';
import { redemptionEvents } from '../services/redemption-events.ts';
import type { RedeemedBy } from '../services/scanner-visits.ts';
import type {
	Admin,
	Contact,
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
	/** Of this browser; null where an admin's own link is pressed. */
	visitingAdmin: Admin | null;
}

/**
 * The admin who is signed in in this browser. What is redeemed here is then an admin's visit, recorded as that, and nobody joins (R12).
 * Admins are signed in on PUBLIC_URL's host only, so no browser tells of one on another portal's.
 */
export async function visitingAdmin(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
): Promise<Admin | null> {
	const live = await services.sessions.read(portal, 'admin', cookies.read(request, 'admin'));
	return live?.admin ?? null;
}

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
	const { services, cookies } = parts;
	const forContact = !attempt.purposes.includes('admin');
	const present = forContact ? await signedInPerson(parts, request, portal) : null;
	if (present !== null && formField(request, 'switch') !== 'yes') {
		// The page holds the link's secret, or the code.
		const shown = withoutLogo(portal);
		const page = await askToSwitch(parts, request, shown, present, attempt.linkId);
		if (page !== null) {
			sendPage(response, 200, page, shown);
			return null;
		}
	}
	const userAgent = userAgentOf(request);
	const visitingAdminId = attempt.visitingAdmin?.id ?? null;
	const made = { ...attempt, userAgent, visitingAdminId };
	const { result, cookie } = await services.sessions.redeem(portal, made);
	if (!result.ok || cookie === null) {
		const { link } = result;
		if (link !== null && (await isSignedIn(parts, request, portal, link))) {
			goOn(response, portal, link);
			return null;
		}
		if (!result.ok) await recordRefusal(parts, portal, result);
		return { link };
	}
	// A repetition signs in with the session that is there (R9).
	if (present !== null && present.session.id !== result.session.id) {
		await endPresent(parts, portal, present);
	}
	if (result.admin !== null) await endEarlierOfAdmin(parts, request, portal, result.session);
	const { link, session } = result;
	const isVisit = link.visitingAdminId !== null;
	if (!isVisit) {
		await takeBackScanners(parts, portal, result, { ...attempt, userAgent });
		if (!result.repeated) await services.limits.allowAnotherMail(link);
	}
	if (result.admin !== null) await services.firstRun.forget();
	const name = session.subject.kind === 'admin' ? 'admin' : 'session';
	cookies.write(response, name, cookie, services.sessions.cookieAgeMs(session));
	const earlier = isVisit ? null : await services.scannerVisits.earlierUse(link);
	if (earlier === null) goOn(response, portal, link);
	else response.redirect(303, '/earlier-link');
	return null;
}

/** What this redemption shows to have been a scanner's is taken back; it may be what makes the contact a joined one then (R10). */
async function takeBackScanners(
	{ services }: PageParts,
	portal: Portal,
	{ link, contact }: Redeemed,
	{ nonce, userAgent, by }: RedeemAttempt & { userAgent: string | null },
): Promise<void> {
	if (contact === null) return;
	const now = await services.scannerVisits.takeBack(portal, { link, contact, nonce });
	if (now === contact) return;
	const events = redemptionEvents({ link, contact: now, admin: null }, { userAgent, by });
	await services.events.record(...events);
}

interface PresentPerson {
	session: Session;
	contact: Contact;
}

/** The contact who is signed in in this browser. */
async function signedInPerson(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
): Promise<PresentPerson | null> {
	const cookie = cookies.read(request, 'session');
	const live = await services.sessions.read(portal, 'contact', cookie);
	return live?.contact ? { session: live.session, contact: live.contact } : null;
}

/** The page that asks whether this browser shall change from one person to another (R16); null when there is nothing to ask. */
async function askToSwitch(
	{ services }: PageParts,
	request: Request,
	portal: Portal,
	present: PresentPerson,
	linkId: string,
): Promise<string | null> {
	const view = await services.links.lookAt(portal, linkId);
	if (view.state === 'dead' || view.contact === null) return null;
	if (view.contact.id === present.contact.id) return null;
	const sent = ['token', 'state', 'formToken', 'pressed', 'asked', 'code', 'email'].map((name) => [
		name,
		formField(request, name),
	]);
	return switchPage({
		locale: localeOf(request, portal, present.contact),
		...{ portal, present: present.contact, next: view.contact, action: request.path },
		fields: Object.fromEntries(sent.filter(([, value]) => value !== '')) as Record<string, string>,
	});
}

/** The session of whoever was signed in here before ends with the change. */
async function endPresent(
	{ services }: PageParts,
	portal: Portal,
	{ session, contact }: PresentPerson,
): Promise<void> {
	await services.sessions.end(session);
	await services.events.record({
		...{ portalId: portal.id, type: 'session.ended', actor: `contact:${contact.id}` },
		contactId: contact.id,
	});
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

/** True when the browser has a live session of the very person the link is for (R9). */
export async function isSignedIn(
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

/** The session that an admin had in this browser before ends with the new sign-in. */
async function endEarlierOfAdmin(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
	session: Session,
): Promise<void> {
	const live = await services.sessions.read(portal, 'admin', cookies.read(request, 'admin'));
	if (live !== null && live.session.id !== session.id) await services.sessions.end(live.session);
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
