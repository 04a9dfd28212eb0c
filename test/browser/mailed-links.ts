import { expect } from '@jest/globals';

import { readOutboxMessage } from '../../server/mail/outbox.ts';
import { startSendGridServer } from '../support/sendgrid-server.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { startSmtpStub } from '../support/smtp-stub.ts';

export type Transport = 'outbox' | 'sendgrid' | 'smtp';

/** The two texts of an e-mail, as its reader gets them. */
export interface MailTexts {
	html: string;
	text: string;
}

export interface MailingServer {
	server: TestServer;
	/** The newest e-mail to this address, wherever the transport brought it. */
	newestMail: (email: string) => Promise<MailTexts>;
	stop(): Promise<void>;
}

/** The real server with this transport and, at its other end, something that receives. */
export async function startMailingServer(transport: Transport): Promise<MailingServer> {
	if (transport === 'outbox') {
		const server = await startServer();
		return {
			server,
			newestMail: (email) => newestInOutbox(server, email),
			stop: () => server.stop(),
		};
	}
	if (transport === 'sendgrid') {
		const { server, stub, stop } = await startSendGridServer();
		const newestMail = async (email: string) => {
			const mail = stub.emails().findLast(({ to }) => to.email === email);
			return Promise.resolve({ html: mail?.html ?? '', text: mail?.text ?? '' });
		};
		return { server, newestMail, stop };
	}
	const stub = await startSmtpStub();
	const sender = { MAIL_TRANSPORT: transport, MAIL_FROM: 'portal@example.com' };
	const server = await startServer({ env: { ...sender, SMTP_URL: stub.url } });
	const newestMail = async (email: string) => {
		const mail = stub.deliveries.findLast(({ to }) => to[0] === email)?.mail;
		return Promise.resolve({ html: String(mail?.html), text: mail?.text ?? '' });
	};
	return {
		...{ server, newestMail },
		async stop() {
			await server.stop();
			await stub.close();
		},
	};
}

/** Creates the contact and sends a login e-mail; answers the link that came with it. */
export async function mailLink(
	{ server, newestMail }: MailingServer,
	contact: { email: string; firstName: string },
): Promise<string> {
	const created = await server.call('POST', '/v1/contacts', contact);
	expect(created.status).toBe(201);
	const sent = await server.call('POST', '/v1/login-emails?wait=20', {
		items: [{ contact: { email: contact.email } }],
	});
	expect(sent.body.items).toEqual([
		expect.objectContaining({ ok: true, delivery: expect.objectContaining({ status: 'sent' }) }),
	]);
	// The time a person takes to open it.
	server.clock.advance(60_000);
	return linkIn(server, await newestMail(contact.email));
}

/** The one sign-in link of an e-mail: the same characters in each href and in the plain text. */
export function linkIn({ url }: TestServer, { html, text }: MailTexts): string {
	const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
	const links = new Set(hrefs.filter((href) => href.startsWith(`${url}/l/`)));
	expect(links.size).toBe(1);
	const [link = ''] = links;
	expect(link.slice(url.length)).toMatch(/^\/l\/[A-Za-z0-9_-]{40,}$/);
	expect(text.split(/\s+/)).toContain(link);
	return link;
}

async function newestInOutbox({ services, portal }: TestServer, email: string): Promise<MailTexts> {
	const rows = await services.store.outbox.list(portal.id, { limit: 1000, after: null });
	const id = rows.find(({ to }) => to === email)?.id ?? '';
	return (await readOutboxMessage(services, portal.id, id)) ?? { html: '', text: '' };
}
