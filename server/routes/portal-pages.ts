import type { Express } from 'express';

import { sameOrigin } from '../middleware/same-origin.ts';
import { errorPage } from '../pages/error.ts';
import { portalPage } from '../pages/portal.ts';
import { signedOutPage } from '../pages/signed-out.ts';
import { fullName } from '../services/people.ts';
import { portalOf, sendPage, type PageParts } from './page-kit.ts';

/** The portal page at `/`, and signing out. */
export function portalPages(app: Express, parts: PageParts): void {
	const { services, cookies } = parts;

	app.get('/', async (request, response) => {
		const portal = await portalOf(parts, request);
		if (portal === null) {
			const title = 'There is no client portal at this address';
			const sentence = 'Please check the address, or open the link in your e-mail again.';
			sendPage(response, 404, errorPage({ portal, title, sentence }), null);
			return;
		}
		const cookie = cookies.read(request, 'session');
		const live = await services.sessions.read(portal, 'contact', cookie);
		const contact = live?.contact ?? null;
		if (contact === null) {
			sendPage(response, 200, signedOutPage({ portal }), portal);
			return;
		}
		const page = portalPage({ portal, contact: { name: fullName(contact), email: contact.email } });
		sendPage(response, 200, page, portal);
	});

	// Reloading the page that follows signing out asks for this address.
	app.get('/sign-out', (_request, response) => {
		response.redirect(303, '/');
	});

	app.post('/sign-out', sameOrigin, async (request, response) => {
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
		sendPage(response, 200, signedOutPage({ portal, justSignedOut: true }), portal);
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
