import type { Express } from 'express';

import { errorPage } from '../pages/error.ts';
import { portalPage } from '../pages/portal.ts';
import { deviceOf } from '../services/devices.ts';
import { fullName } from '../services/people.ts';
import type { Portal } from '../store/store.ts';
import { formField, localeOf, portalOf, sendPage, type PageParts } from './page-kit.ts';
import { sendSignIn } from './sign-in-pages.ts';

/** The portal page at `/`, and signing out. */
export function portalPages(app: Express, parts: PageParts): void {
	const { services, cookies } = parts;

	app.get('/', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			const locale = localeOf(request, portal);
			sendPage(response, 404, errorPage({ portal, locale, trouble: 'no_portal' }), null);
			return;
		}
		const cookie = cookies.read(request, 'session');
		const live = await services.sessions.read(portal, 'contact', cookie);
		const contact = live?.contact ?? null;
		if (contact === null) {
			sendSignIn(parts, request, response, portal);
			return;
		}
		const sessions = await services.contactSessions.list(portal, contact.id);
		const page = portalPage({
			...{ portal, locale: localeOf(request, portal, contact) },
			contact: { name: fullName(contact), email: contact.email },
			sessions: sessions.map((session) => ({
				...{ id: session.id, device: deviceOf(session.userAgent), at: session.createdAt },
				current: session.id === live?.session.id,
				isVisit: session.visitingAdminId !== null,
			})),
			timeZone: contact.timeZone ?? portal.timeZone,
			visitLocale: live?.session.visitingAdminId == null ? null : localeOf(request, portal),
		});
		sendPage(response, 200, page, portal, { holdsNoSecret: true });
	});

	app.post('/sessions/end', async (request, response) => {
		const portal = await portalOf(parts, request);
		const cookie = cookies.read(request, 'session');
		const live = portal === null ? null : await services.sessions.read(portal, 'contact', cookie);
		if (portal !== null && live?.contact) {
			await endOwn(parts, portal, live.contact.id, formField(request, 'session'), live.session.id);
		}
		response.redirect(303, '/');
	});

	// Reloading the page that follows signing out asks for this address.
	app.get('/sign-out', (_request, response) => {
		response.redirect(303, '/');
	});

	app.post('/sign-out', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			response.redirect(303, '/');
			return;
		}
		const cookie = cookies.read(request, 'session');
		const live = await services.sessions.read(portal, 'contact', cookie);
		if (live !== null) {
			await services.sessions.end(live.session);
			await services.events.record({
				portalId: portal.id,
				type: 'session.ended',
				actor: `contact:${live.session.subject.id}`,
				contactId: live.session.subject.id,
			});
		}
		cookies.clear(response, 'session');
		sendSignIn(parts, request, response, portal, 'signed_out');
	});

	// A section that no application of the portal answers: somebody who is signed in is not left at a dead end.
	app.get('/{*section}', async (request, response, next) => {
		const portal = await portalOf(parts, request);
		const cookie = cookies.read(request, 'session');
		const live = portal && (await services.sessions.read(portal, 'contact', cookie));
		if (live === null) next();
		else response.redirect(303, '/');
	});
}

/** Ends one of the contact's sessions, or all but this browser's. One that is over already is as the client wants it. */
async function endOwn(
	{ services }: PageParts,
	portal: Portal,
	contactId: string,
	which: string,
	own: string,
): Promise<void> {
	const actor = `contact:${contactId}`;
	if (which === 'others') {
		await services.contactSessions.endAll(portal, contactId, actor, own);
		return;
	}
	const sessions = await services.contactSessions.list(portal, contactId);
	if (sessions.some(({ id }) => id === which)) {
		await services.contactSessions.end(portal, contactId, which, actor);
	}
}
