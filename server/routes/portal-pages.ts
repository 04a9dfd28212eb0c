import type { Express } from 'express';

import { errorPage } from '../pages/error.ts';
import { portalPage } from '../pages/portal.ts';
import { deviceOf } from '../services/devices.ts';
import { fullName } from '../services/people.ts';
import { localeOf, portalOf, sendPage, type PageParts } from './page-kit.ts';
import { presentContact } from './present.ts';
import { sendSignIn } from './sign-in-pages.ts';

/** The portal page at `/`, and what is done about paths that are none of ours. To be registered last. */
export function portalPages(app: Express, parts: PageParts): void {
	app.get('/', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			const locale = localeOf(request, portal);
			sendPage(response, 404, errorPage({ portal, locale, trouble: 'no_portal' }), null);
			return;
		}
		const present = await presentContact(parts, request, portal);
		if (present === null) {
			sendSignIn(parts, request, response, portal);
			return;
		}
		const { contact, session: own } = present;
		const sessions = await parts.services.contactSessions.list(portal, contact.id);
		const page = portalPage({
			...{ portal, locale: localeOf(request, portal, contact) },
			contact: { name: fullName(contact), email: contact.email },
			sessions: sessions.map((session) => ({
				...{ id: session.id, device: deviceOf(session.userAgent), at: session.createdAt },
				current: session.id === own.id,
				isVisit: session.visitingAdminId !== null,
			})),
			timeZone: contact.timeZone ?? portal.timeZone,
			visitLocale: own.visitingAdminId === null ? null : localeOf(request, portal),
		});
		sendPage(response, 200, page, portal, { holdsNoSecret: true });
	});

	// A section that no application of the portal answers: somebody who is signed in is not left at a dead end.
	app.get('/{*section}', async (request, response, next) => {
		const portal = await portalOf(parts, request);
		const present = portal && (await presentContact(parts, request, portal));
		if (present === null) next();
		else response.redirect(303, '/');
	});
}
