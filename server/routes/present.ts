import type { Request } from 'express';

import type { Admin, Contact, Portal, Session } from '../store/store.ts';
import type { PageParts } from './page-kit.ts';

/** The contact who is signed in in a browser. */
export interface PresentContact {
	session: Session;
	contact: Contact;
}

/** The admin who is signed in in a browser. */
export interface PresentAdmin {
	session: Session;
	admin: Admin;
}

export async function presentContact(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
): Promise<PresentContact | null> {
	const cookie = cookies.read(request, 'session');
	const live = await services.sessions.read(portal, 'contact', cookie);
	return live?.contact ? { session: live.session, contact: live.contact } : null;
}

/** Admins are signed in on PUBLIC_URL's host only, so no browser tells of one on another portal's. */
export async function presentAdmin(
	{ services, cookies }: PageParts,
	request: Request,
	portal: Portal,
): Promise<PresentAdmin | null> {
	const cookie = cookies.read(request, 'admin');
	const live = await services.sessions.read(portal, 'admin', cookie);
	return live?.admin ? { session: live.session, admin: live.admin } : null;
}

/** Signs the contact out of this browser. */
export async function endPresent(
	{ services }: PageParts,
	portal: Portal,
	{ session, contact: { id } }: PresentContact,
): Promise<void> {
	await services.sessions.end(session);
	await services.events.record({
		...{ portalId: portal.id, type: 'session.ended', actor: `contact:${id}`, contactId: id },
	});
}
