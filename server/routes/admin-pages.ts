import type { Express, Response } from 'express';

import { adminSignedOutPage } from '../pages/admin/signed-out.ts';
import { adminPage } from '../pages/admin/overview.ts';
import { scopes } from '../services/api-keys.ts';
import { adminContacts } from './admin-contacts.ts';
import { adminOutbox } from './admin-outbox.ts';
import { signedIn, type Visit } from './admin-visit.ts';
import { sendPage, withoutLogo, type PageParts } from './page-kit.ts';

/** What an admin sees: `/admin`, contacts and the outbox. Answers only on PUBLIC_URL's host. */
export function adminPages(app: Express, parts: PageParts): void {
	const { services, cookies } = parts;

	adminContacts(app, parts);
	adminOutbox(app, parts);

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
