import type { Express, Response } from 'express';
import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { readOutboxMessage } from '../mail/outbox.ts';
import { adminSignedOutPage } from '../pages/admin/signed-out.ts';
import { outboxMessagePage } from '../pages/admin/outbox-message.ts';
import { outboxPage } from '../pages/admin/outbox.ts';
import { adminPage } from '../pages/admin/overview.ts';
import { scopes } from '../services/api-keys.ts';
import { adminContacts } from './admin-contacts.ts';
import { signedIn, type Visit } from './admin-visit.ts';
import { sendPage, withoutLogo, type PageParts } from './page-kit.ts';

const outboxPageSize = 50;

/** What an admin sees: `/admin`, contacts and the outbox. Answers only on PUBLIC_URL's host. */
export function adminPages(app: Express, parts: PageParts): void {
	const { services, cookies } = parts;

	adminContacts(app, parts);

	app.get('/admin', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit !== null) await sendOverview(parts, response, visit, null);
	});

	app.post('/admin/api-keys', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		const { portal, admin } = visit;
		const name = `made in the dashboard by ${admin.email}`;
		const { id, key } = await services.apiKeys.create({ portalId: portal.id, name, scopes });
		await services.events.record({
			portalId: portal.id,
			type: 'api_key.created',
			actor: visit.actor,
			data: { apiKeyId: id },
		});
		await sendOverview(parts, response, visit, key);
	});

	app.get('/admin/outbox', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		const { portal, frame } = visit;
		const cursor = z.uuid().safeParse(request.query['cursor']);
		const after = cursor.success ? cursor.data : null;
		const rows = await services.store.outbox.list(portal.id, { limit: outboxPageSize + 1, after });
		const messages = rows.slice(0, outboxPageSize);
		const page = outboxPage({
			...{ frame, messages, firstPage: after === null, timeZone: portal.timeZone },
			nextCursor: rows.length > outboxPageSize ? (messages.at(-1)?.id ?? null) : null,
			retentionDays: services.config.outboxRetentionDays,
		});
		sendPage(response, 200, page, withoutLogo(portal), { holdsNoSecret: true });
	});

	app.get('/admin/outbox/:id', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		const { portal, frame } = visit;
		const id = z.uuid().safeParse(request.params.id);
		const message = id.success ? await readOutboxMessage(services, portal.id, id.data) : null;
		if (message === null) throw new PortalError('not_found');
		// The e-mail holds somebody's link: reading it is an act (R26).
		await services.events.record({
			portalId: portal.id,
			type: 'outbox.opened',
			actor: visit.actor,
			data: { messageId: message.id },
		});
		const view = z.enum(['html', 'text', 'source']).catch('html').parse(request.query['view']);
		const shown = {
			...{ id: message.id, subject: message.subject, createdAt: message.createdAt },
			...{ html: message.html, text: message.text, source: message.source },
			from: formatAddress(message.from),
			to: formatAddress(message.to),
		};
		const page = outboxMessagePage({ frame, message: shown, view, timeZone: portal.timeZone });
		sendPage(response, 200, page, withoutLogo(portal), { showsEmail: view === 'html' });
	});

	app.post('/admin/sign-out', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		await services.sessions.end(visit.session);
		cookies.clear(response, 'admin');
		sendPage(response, 200, adminSignedOutPage({ portal: visit.portal }), visit.portal);
	});
}

/** `apiKey` is the key made just now, which is shown this once. */
async function sendOverview(
	{ services }: PageParts,
	response: Response,
	{ portal, frame }: Visit,
	apiKey: string | null,
): Promise<void> {
	const page = adminPage({
		frame,
		portalUrl: services.urls.origin(portal),
		stats: await services.store.contacts.stats(portal.id),
		serverUrl: services.urls.publicUrl,
		apiKey,
	});
	sendPage(response, 200, page, withoutLogo(portal), { holdsNoSecret: apiKey === null });
}

function formatAddress({ name, address }: { name: string; address: string }): string {
	return name === '' ? address : `${name} <${address}>`;
}
