import type { Express, Request, Response } from 'express';
import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { activityOf, type ActorNames } from '../pages/admin/activity.ts';
import { contactPage } from '../pages/admin/contact.ts';
import { contactsPage } from '../pages/admin/contacts.ts';
import { deviceOf } from '../services/devices.ts';
import { refuseLinks } from '../services/link-texts.ts';
import { fullName, invitationState } from '../services/people.ts';
import type { Contact } from '../store/store.ts';
import { readPage } from './admin-list.ts';
import { signedIn, type Visit } from './admin-visit.ts';
import { formField, sendPage, withoutLogo, type PageParts } from './page-kit.ts';

const activityShown = 100;
const reasonLimit = 500;

/** Contacts in the dashboard: the list, one contact, and what an admin does to it. All of it is audited. */
export function adminContacts(app: Express, parts: PageParts): void {
	const { services } = parts;

	app.get('/admin/contacts', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit !== null) await sendList(parts, request, response, visit);
	});

	app.get('/admin/contacts/:id', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		await sendContact(parts, response, visit, await contactOf(parts, request, visit), null);
	});

	/** A form of the contact's page: does something, then shows the contact as it is. */
	const act = (
		path: string,
		change: (visit: Visit, contact: Contact, request: Request) => Promise<void>,
	): void => {
		app.post(`/admin/contacts/:id/${path}`, async (request, response) => {
			const visit = await signedIn(parts, request, response);
			if (visit === null) return;
			const contact = await contactOf(parts, request, visit);
			await change(visit, contact, request);
			response.redirect(303, `/admin/contacts/${contact.id}`);
		});
	};
	act('revoke', async ({ portal, actor }, { id }) => {
		await services.contactChanges.revoke(portal, id, actor);
	});
	act('restore', ({ portal, actor }, { id }) => services.contactChanges.restore(portal, id, actor));
	act('sessions/end', async ({ portal, actor }, { id }, request) => {
		const which = formField(request, 'session');
		if (which === 'all') {
			await services.contactSessions.endAll(portal, id, actor);
			return;
		}
		const live = await services.contactSessions.list(portal, id);
		// One that is over already is as the admin wants it.
		if (!live.some((session) => session.id === which)) return;
		await services.contactSessions.end(portal, id, which, actor);
	});

	app.post('/admin/contacts/:id/links', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		const contact = await contactOf(parts, request, visit);
		const link = await generateLink(parts, visit, contact, formField(request, 'reason'));
		await sendContact(parts, response, visit, contact, link);
	});
}

/** Impersonation: recorded with actor and reason, shown this once (R46). */
async function generateLink(
	{ services }: PageParts,
	{ portal, actor }: Visit,
	contact: Contact,
	reason: string,
): Promise<{ url: string; expiresAt: number }> {
	const said = reason.trim().slice(0, reasonLimit);
	await refuseLinks(services.linkTexts, said);
	const [made] = await services.linkOrders.order(
		portal,
		[
			{
				contact: { id: contact.id },
				...{ destination: null, idempotencyKey: null },
				lifetimeMs: portal.lifetimes.dashboard,
			},
		],
		{
			...{ actor, reason: said === '' ? null : said, kind: 'dashboard' },
			...{ idempotencyKey: null, fingerprint: '' },
		},
	);
	if (made?.ok !== true) throw new PortalError(made?.error.code ?? 'internal_error');
	return { url: made.minted.url, expiresAt: made.minted.link.expiresAt };
}

async function contactOf(
	{ services }: PageParts,
	request: Request,
	{ portal }: Visit,
): Promise<Contact> {
	const id = z.uuid().safeParse(request.params['id']);
	const contact = id.success ? await services.store.contacts.get(portal.id, id.data) : null;
	if (contact === null) throw new PortalError('not_found');
	return contact;
}

async function sendList(
	{ services }: PageParts,
	request: Request,
	response: Response,
	{ portal, frame }: Visit,
): Promise<void> {
	const search = z.string().max(200).catch('').parse(request.query['search']).trim();
	const filter = search === '' ? {} : { search: search.toLowerCase() };
	const { rows, ...place } = await readPage(request, (page) =>
		services.contacts.list(portal, filter, page),
	);
	const page = contactsPage({
		contacts: rows.map((contact) => ({
			...{ id: contact.id, name: fullName(contact), email: contact.email },
			state: invitationState(contact),
		})),
		...{ ...place, frame, search },
	});
	sendPage(response, 200, page, withoutLogo(portal), { holdsNoSecret: true });
}

async function sendContact(
	parts: PageParts,
	response: Response,
	{ portal, frame }: Visit,
	contact: Contact,
	link: { url: string; expiresAt: number } | null,
): Promise<void> {
	const { services } = parts;
	const [sessions, events, names] = await Promise.all([
		services.contactSessions.list(portal, contact.id),
		services.events.list(
			portal.id,
			{ contactId: contact.id },
			{ limit: activityShown, after: null },
		),
		actorNames(parts),
	]);
	const { id, email, invitedAt, joinedAt, lastLoginAt } = contact;
	const page = contactPage({
		...{ frame, link, timeZone: portal.timeZone },
		contact: {
			...{ id, email, invitedAt, joinedAt, lastLoginAt },
			...{ name: fullName(contact), state: invitationState(contact) },
		},
		sessions: sessions.map((session) => ({
			...{ id: session.id, device: deviceOf(session.userAgent), at: session.createdAt },
			isVisit: session.visitingAdminId !== null,
		})),
		activity: activityOf(events, names, services.config),
	});
	sendPage(response, 200, page, withoutLogo(portal), { holdsNoSecret: link === null });
}

async function actorNames({ services }: PageParts): Promise<ActorNames> {
	const [admins, keys] = await Promise.all([services.admins.list(), services.store.apiKeys.list()]);
	return new Map([
		...admins.map((admin) => [`admin:${admin.id}`, admin.email] as const),
		...keys.map((key) => [`api_key:${key.id}`, `the API key “${key.name}”`] as const),
	]);
}
