import type { Express, Request, Response } from 'express';

import { PortalError } from '../errors.ts';
import { deadLinkPage } from '../pages/dead-link.ts';
import { linkPage, type LinkNotice } from '../pages/link.ts';
import { openPage } from '../pages/open.ts';
import { renewalSentPage } from '../pages/renewal-sent.ts';
import { samplePage } from '../pages/sample.ts';
import { keyVersionOf, readToken } from '../services/link-token.ts';
import type { LinkView } from '../services/links.ts';
import { signsOfRobot } from '../services/suspicion.ts';
import type { LinkPurpose, MagicLink, Portal } from '../store/store.ts';
import {
	formField,
	localeOf,
	portalOf,
	sendPage,
	userAgentOf,
	withoutLogo,
	type PageParts,
} from './page-kit.ts';
import { presentAdmin, type PresentAdmin } from './present.ts';
import { browserNonce, goOn, isSignedIn, redeemAndGoOn, signInToken } from './redeem-kit.ts';
import { askedAPerson, callerOf } from './scanner-question.ts';

/** All dead links answer the same status, whatever killed them (R15). */
const gone = 410;

/** Pages and forms of magic links: `/l/*`, and `/admin/sign-in`, which redeems an admin's. */
export function linkPages(app: Express, parts: PageParts): void {
	app.get('/l/sample', async (request, response) => {
		const portal = await portalWithoutLogo(parts, request);
		if (portal === null) {
			sendDead(parts, request, response, null, null);
			return;
		}
		sendPage(response, 200, samplePage({ portal, locale: localeOf(request, portal) }), portal);
	});
	app.get('/l/open', async (request, response) => {
		const portal = await portalWithoutLogo(parts, request);
		if (portal === null) {
			sendDead(parts, request, response, null, null);
			return;
		}
		sendPage(response, 200, openPage({ portal, locale: localeOf(request, portal) }), portal);
	});
	app.post('/l', (request, response) => redeem(parts, request, response, ['login', 'invitation']));
	app.post('/admin/sign-in', (request, response) => redeem(parts, request, response, ['admin']));
	app.post('/l/new', (request, response) => renew(parts, request, response));
	app.all(['/l', '/l/new', '/admin/sign-in'], (_request, response) => {
		response.set('Allow', 'POST');
		throw new PortalError('method_not_allowed');
	});
	// After the paths above, which are no tokens.
	app.get('/l/:token', (request, response) => showLink(parts, request, response));
}

/** A page that sees a secret loads nothing from anywhere, a logo neither (R26). */
async function portalWithoutLogo(parts: PageParts, request: Request): Promise<Portal | null> {
	const portal = await portalOf(parts, request);
	return portal && withoutLogo(portal);
}

/** GET of a link: shows an inert page. It writes nothing to the link and sets no session (R1). */
async function showLink(parts: PageParts, request: Request, response: Response): Promise<void> {
	const { services } = parts;
	const portal = await portalWithoutLogo(parts, request);
	if (portal === null) {
		sendDead(parts, request, response, null, null);
		return;
	}
	const token = String(request.params['token']);
	const view = await services.links.look(portal, token);
	const { link } = view;
	const admin = link && (await presentAdmin(parts, request, portal));
	if (link !== null) {
		await services.events.recordVisit({
			portalId: portal.id,
			type: 'link.visited',
			actor: admin === null ? 'visitor' : `admin:${admin.admin.id}`,
			linkId: link.id,
			contactId: link.subject.kind === 'contact' ? link.subject.id : null,
			data: {
				...{ method: request.method, userAgent: userAgentOf(request), state: view.state },
				network: services.openings.network(link.id, request.ip),
				signs: signsOfRobot(callerOf(services, request)),
			},
		});
		if (await isSignedIn(parts, request, portal, link, admin)) {
			goOn(response, portal, link);
			return;
		}
	}
	await sendLinkPage(parts, request, response, { portal, view, token, admin });
}

/** What a link's page is about. */
interface Shown {
	portal: Portal;
	view: LinkView;
	token: string;
	/** Whoever is signed in as an admin in this browser. */
	admin: PresentAdmin | null;
}

/** The inert page with its button, or the one page for links that do not work; `again` when a form was refused (R3). */
async function sendLinkPage(
	parts: PageParts,
	request: Request,
	response: Response,
	{ portal, view, token, admin }: Shown,
	again?: { notice: LinkNotice },
): Promise<void> {
	const status = again && 403;
	if (view.state === 'dead') {
		sendDead(parts, request, response, portal, view.link, token, status);
		return;
	}
	const nonce = browserNonce(parts, request, response);
	const { link, contact } = view;
	const { openings, scannerVisits } = parts.services;
	const forAdmin = link.purpose === 'admin';
	const [opening, asked] = await Promise.all([
		forAdmin ? null : openings.look(link, request.ip),
		scannerVisits.readsAlong(link),
	]);
	const page = linkPage({
		...{ portal, locale: localeOf(request, portal, contact) },
		purpose: link.purpose,
		person: { firstName: contact?.firstName ?? null, email: link.email },
		token,
		formToken: parts.services.sessions.formToken(nonce, link.id),
		asked,
		// The admin reads that, and not the contact.
		...(forAdmin || admin === null ? {} : { visitLocale: localeOf(request, portal) }),
		...(opening === null ? {} : { opening }),
		...(again === undefined ? {} : { notice: again.notice }),
	});
	sendPage(response, status ?? 200, page, portal);
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
	const nonce = browserNonce(parts, request, response);
	const renewable = portal !== null && link !== null && link.purpose !== 'admin';
	const formToken = renewable ? parts.services.sessions.formToken(nonce, link.id) : '';
	const renewal = renewable ? { token, formToken, email: link.email } : null;
	const page = deadLinkPage({
		...{ portal, locale: localeOf(request, portal), renewal },
		signInToken: signInToken(parts, nonce),
	});
	sendPage(response, status, page, portal);
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
	const portal = await portalWithoutLogo(parts, request);
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
	const { services } = parts;
	const form = await readForm(parts, request);
	if (form === null) {
		sendDead(parts, request, response, await portalWithoutLogo(parts, request), null);
		return;
	}
	const { portal, token, linkId, nonce } = form;
	const admin = await presentAdmin(parts, request, portal);
	if (nonce === null) {
		const view = await services.links.look(portal, token);
		await sendLinkPage(parts, request, response, { portal, view, token, admin }, form);
		return;
	}
	const pressed = { portal, token, linkId, nonce };
	// An admin who is signed in is no scanner.
	const isAdmins = purposes.includes('admin') || admin !== null;
	const by = isAdmins ? 'link' : await askedAPerson(parts, request, response, pressed);
	if (by === null) return;
	const keyVersion = keyVersionOf(token);
	const attempt = { linkId, keyVersion, nonce, purposes, by, admin };
	const refused = await redeemAndGoOn(parts, request, response, portal, attempt);
	if (refused === null) return;
	sendDead(parts, request, response, portal, refused.link, token);
}

/** `POST /l/new`: e-mails the link's own contact a new one. The page that follows is the same whatever happened. */
async function renew(parts: PageParts, request: Request, response: Response): Promise<void> {
	const form = await readForm(parts, request);
	if (form === null) {
		sendDead(parts, request, response, await portalWithoutLogo(parts, request), null);
		return;
	}
	const { portal, token, nonce } = form;
	const view = await parts.services.links.look(portal, token);
	if (nonce === null) {
		const admin = await presentAdmin(parts, request, portal);
		await sendLinkPage(parts, request, response, { portal, view, token, admin }, form);
		return;
	}
	await parts.services.limits.askForMail(request.ip);
	if (view.link !== null) await parts.services.renewals.renew(portal, view.link);
	sendPage(response, 200, renewalSentPage({ portal, locale: localeOf(request, portal) }), portal);
}
