import type { Express, Request, Response } from 'express';
import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { readOutboxMessage } from '../mail/outbox.ts';
import { outboxMessagePage } from '../pages/admin/outbox-message.ts';
import { outboxPage } from '../pages/admin/outbox.ts';
import { readPage } from './admin-list.ts';
import { signedIn, type Visit } from './admin-visit.ts';
import { sendPage, withoutLogo, type PageParts } from './page-kit.ts';

/** The outbox in the dashboard: the list, and one e-mail, whose opening is audited. */
export function adminOutbox(app: Express, parts: PageParts): void {
	app.get('/admin/outbox', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit !== null) await sendList(parts, request, response, visit);
	});
	app.get('/admin/outbox/:id', async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit !== null) await sendMessage(parts, request, response, visit);
	});
}

async function sendList(
	{ services }: PageParts,
	request: Request,
	response: Response,
	{ portal, frame }: Visit,
): Promise<void> {
	const { rows, ...place } = await readPage(request, (page) =>
		services.store.outbox.list(portal.id, page),
	);
	const page = outboxPage({
		...{ ...place, frame, messages: rows, timeZone: portal.timeZone },
		retentionDays: services.config.outboxRetentionDays,
	});
	sendPage(response, 200, page, withoutLogo(portal), { holdsNoSecret: true });
}

async function sendMessage(
	{ services }: PageParts,
	request: Request,
	response: Response,
	{ portal, frame, actor }: Visit,
): Promise<void> {
	const id = z.uuid().safeParse(request.params['id']);
	const message = id.success ? await readOutboxMessage(services, portal.id, id.data) : null;
	if (message === null) throw new PortalError('not_found');
	// The e-mail holds somebody's link: reading it is an act (R26).
	await services.events.record({
		...{ portalId: portal.id, type: 'outbox.opened', actor },
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
}

function formatAddress({ name, address }: { name: string; address: string }): string {
	return name === '' ? address : `${name} <${address}>`;
}
