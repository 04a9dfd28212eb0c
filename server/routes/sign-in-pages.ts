import type { Express, Request, Response } from 'express';

import { PortalError } from '../errors.ts';
import { checkInboxPage, type CodeTrouble } from '../pages/check-inbox.ts';
import { signInPage, type SignInNotice } from '../pages/sign-in.ts';
import { readEmail } from '../services/addresses.ts';
import { readLoginCode } from '../services/login-code.ts';
import type { SignInRequest } from '../services/sign-ins.ts';
import type { MagicLink, Portal } from '../store/store.ts';
import { formField, localeOf, portalOf, sendPage, type PageParts } from './page-kit.ts';
import { presentAdmin, presentContact } from './present.ts';
import { browserNonce, redeemAndGoOn, signInToken } from './redeem-kit.ts';

/**
 * A wrong code is answered this long after it came: what is counted and recorded for a code that was sent takes time, and tells
 * nobody that one was (R39).
 */
const wrongCodeTakesMs = 250;

/** The sign-in page, its form, and the code of the e-mail that it sends. */
export function signInPages(app: Express, parts: PageParts): void {
	app.get('/sign-in', async (request, response) => {
		const portal = await portalOrThrow(parts, request);
		const present = await presentContact(parts, request, portal);
		if (present === null) sendSignIn(parts, request, response, portal);
		else response.redirect(303, '/');
	});
	app.post('/sign-in', (request, response) => askForMail(parts, request, response));
	app.post('/code', (request, response) => redeemCode(parts, request, response));
	app.all('/code', (_request, response) => {
		response.set('Allow', 'POST');
		throw new PortalError('method_not_allowed');
	});
}

/** The sign-in form, for whoever is not signed in. */
export function sendSignIn(
	parts: PageParts,
	request: Request,
	response: Response,
	portal: Portal,
	notice?: SignInNotice,
	status = 200,
): void {
	const formToken = signInToken(parts, browserNonce(parts, request, response));
	const locale = localeOf(request, portal);
	const page = signInPage({
		portal,
		locale,
		formToken,
		...(notice === undefined ? {} : { notice }),
	});
	sendPage(response, status, page, portal);
}

async function portalOrThrow(parts: PageParts, request: Request): Promise<Portal> {
	const portal = await portalOf(parts, request);
	if (portal === null) throw new PortalError('not_found');
	return portal;
}

/** The browser's nonce, if the form was made for this browser and `what`; else why it has to be shown again (R3). */
function readNonce(
	{ services, cookies }: PageParts,
	request: Request,
	what: string,
): { nonce: string } | { notice: SignInNotice } {
	const nonce = cookies.read(request, 'browser');
	if (!services.sessions.isNonce(nonce)) return { notice: 'no_cookie' };
	const genuine = services.sessions.checkFormToken(formField(request, 'formToken'), nonce, what);
	return genuine ? { nonce } : { notice: 'renewed' };
}

/** `POST /sign-in`: the same answer, as fast, whoever's address it is; the e-mail is queued a moment after it (R39). */
async function askForMail(parts: PageParts, request: Request, response: Response): Promise<void> {
	const { signIns, limits } = parts.services;
	const portal = await portalOrThrow(parts, request);
	const browser = readNonce(parts, request, 'sign-in');
	if ('notice' in browser) {
		sendSignIn(parts, request, response, portal, browser.notice, 403);
		return;
	}
	const email = readEmail(formField(request, 'email'));
	if (email === null) {
		sendSignIn(parts, request, response, portal, 'address_invalid', 422);
		return;
	}
	await limits.askForMail(request.ip);
	const asked = signIns.begin(portal, email);
	sendCheckInbox(parts, request, response, portal, { asked, nonce: browser.nonce });
	signIns.mail(portal, asked, browser.nonce);
}

function sendCheckInbox(
	{ services }: PageParts,
	request: Request,
	response: Response,
	portal: Portal,
	{ asked, nonce, trouble }: { asked: SignInRequest; nonce: string; trouble?: CodeTrouble },
): void {
	const page = checkInboxPage({
		...{ portal, locale: localeOf(request, portal), email: asked.email },
		...(trouble === undefined ? {} : { trouble }),
		state: services.signIns.seal(asked),
		formToken: services.sessions.formToken(nonce, asked.id),
	});
	sendPage(response, trouble === undefined ? 200 : 422, page, portal);
}

/** `POST /code`: redeems the link of the e-mail that this browser asked for. One answer for all codes that do not. */
async function redeemCode(parts: PageParts, request: Request, response: Response): Promise<void> {
	const { signIns, codeGuesses, clock } = parts.services;
	const cameAt = clock.now();
	const portal = await portalOrThrow(parts, request);
	const asked = signIns.open(portal, formField(request, 'state'));
	const browser = readNonce(parts, request, asked?.id ?? '');
	if (asked === null || 'notice' in browser) {
		const notice = 'notice' in browser ? browser.notice : 'renewed';
		sendSignIn(parts, request, response, portal, notice, 403);
		return;
	}
	if (!signIns.isFresh(asked)) {
		sendSignIn(parts, request, response, portal, 'code_too_old', 410);
		return;
	}
	const { nonce } = browser;
	// Said before anything is looked up, so that it tells nothing of the address (R39); and it is no guess.
	if (readLoginCode(formField(request, 'code')) === null) {
		sendCheckInbox(parts, request, response, portal, { asked, nonce, trouble: 'no_code' });
		return;
	}
	const link = await signIns.linkOf(portal, asked);
	if (link !== null && (await codeGuesses.check(portal, link, formField(request, 'code')))) {
		const { id: linkId, keyVersion } = link;
		const admin = await presentAdmin(parts, request, portal);
		const attempt = {
			...{ linkId, keyVersion, nonce, admin },
			...({ purposes: ['login'], by: 'code' } as const),
		};
		if ((await redeemAndGoOn(parts, request, response, portal, attempt)) === null) return;
	} else if (link !== null) await recordWrongCode(parts, portal, link);
	await untilWrongCodeTakes(parts, cameAt);
	sendCheckInbox(parts, request, response, portal, { asked, nonce, trouble: 'wrong' });
}

async function untilWrongCodeTakes({ services }: PageParts, cameAt: number): Promise<void> {
	const leftMs = wrongCodeTakesMs - Math.max(0, services.clock.now() - cameAt);
	if (leftMs > 0)
		await new Promise<void>((resolve) => {
			services.later(leftMs, resolve);
		});
}

async function recordWrongCode(
	{ services }: PageParts,
	portal: Portal,
	link: MagicLink,
): Promise<void> {
	await services.events.recordVisit({
		...{ portalId: portal.id, type: 'link.refused', actor: 'visitor', linkId: link.id },
		contactId: link.subject.id,
		data: { reason: 'wrong_code' },
	});
}
