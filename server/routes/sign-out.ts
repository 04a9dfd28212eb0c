import type { Express } from 'express';

import type { Portal } from '../store/store.ts';
import { formField, portalOf, type PageParts } from './page-kit.ts';
import { endPresent, presentContact } from './present.ts';
import { sendSignIn } from './sign-in-pages.ts';

/** Signing out, here and in other browsers. */
export function signOutPages(app: Express, parts: PageParts): void {
	app.post('/sessions/end', async (request, response) => {
		const portal = await portalOf(parts, request);
		const present = portal && (await presentContact(parts, request, portal));
		if (portal !== null && present !== null) {
			const { contact, session } = present;
			await endOwn(parts, portal, contact.id, formField(request, 'session'), session.id);
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
		const present = await presentContact(parts, request, portal);
		if (present !== null) await endPresent(parts, portal, present);
		parts.cookies.clear(response, 'session');
		sendSignIn(parts, request, response, portal, 'signed_out');
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
