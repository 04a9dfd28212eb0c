import type { Express, Request, Response } from 'express';

import { earlierLinkPage } from '../pages/earlier-link.ts';
import { deviceOf } from '../services/devices.ts';
import type { Contact, MagicLink, Portal, Session } from '../store/store.ts';
import { localeOf, portalOf, sendPage, type PageParts } from './page-kit.ts';
import { presentContact } from './present.ts';
import { goOn, whereTo } from './redeem-kit.ts';

/** What a client who has signed in by a new link is told of the old one, that somebody else may have used (R13). */
export function earlierLinkPages(app: Express, parts: PageParts): void {
	app.get('/earlier-link', async (request, response) => {
		const found = await findEarlier(parts, request, response);
		if (found === null) return;
		const { portal, contact, link, earlier } = found;
		const { userAgent, createdAt, visitingAdminId } = earlier;
		const page = earlierLinkPage({
			...{ portal, locale: localeOf(request, portal, contact) },
			timeZone: contact.timeZone ?? portal.timeZone,
			session: { device: deviceOf(userAgent), at: createdAt },
			isVisit: visitingAdminId !== null,
			destination: whereTo(portal, link),
		});
		sendPage(response, 200, page, portal, { holdsNoSecret: true });
	});

	app.post('/earlier-link', async (request, response) => {
		const found = await findEarlier(parts, request, response);
		if (found === null) return;
		const { portal, contact, link, earlier } = found;
		const actor = `contact:${contact.id}`;
		await parts.services.contactSessions.end(portal, contact.id, earlier.id, actor);
		goOn(response, portal, link);
	});
}

interface Found {
	portal: Portal;
	contact: Contact;
	/** The new link, by which this browser is signed in. */
	link: MagicLink;
	/** What the old one gave. */
	earlier: Session;
}

/** Null when there is nothing to tell: the browser is sent on. */
async function findEarlier(
	parts: PageParts,
	request: Request,
	response: Response,
): Promise<Found | null> {
	const { services } = parts;
	const portal = await portalOf(parts, request);
	const present = portal && (await presentContact(parts, request, portal));
	const link = present && (await services.store.magicLinks.get(present.session.linkId));
	const earlier = link && (await services.scannerVisits.earlierUse(link));
	if (portal !== null && present !== null && link !== null && earlier !== null) {
		return { portal, contact: present.contact, link, earlier };
	}
	if (portal !== null && link !== null) goOn(response, portal, link);
	else response.redirect(303, '/');
	return null;
}
