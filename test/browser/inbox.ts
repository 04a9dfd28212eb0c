import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { settled } from '../support/mails.ts';
import { readConfig } from '../../server/config.ts';
import { startServer, TestClock, type TestServer } from '../support/server.ts';
import { startSmtpStub } from '../support/smtp-stub.ts';
import type { MailTexts } from './mailed-links.ts';
import { linkIn } from './mailed-links.ts';

/** An e-mail as its reader has it. */
export interface Message extends MailTexts {
	to: string;
	link: string;
	/** The login code in it. */
	code: string;
}

export interface Client {
	id: string;
	email: string;
	/** As the portal page greets. */
	name: string;
}

/** The real server, which sends by SMTP, and at the other end a mailbox for every address. */
export interface Inbox {
	server: TestServer;
	/** Creates a contact and e-mails the invitation. */
	invite(): Promise<Client>;
	/** What has arrived for an address, oldest first; waits for what is on its way. */
	messages(email: string): Promise<Message[]>;
	/** Address of a page of a webmail that shows this HTML. */
	show(html: string): string;
	stop(): Promise<void>;
}

/** Goes a millisecond ahead at each look: no two things happen at once. */
class TickingClock extends TestClock {
	override now(): number {
		this.time += 1;
		return this.time;
	}
}

export async function openInbox(): Promise<Inbox> {
	const smtp = await startSmtpStub();
	const server = await startServer({
		clock: new TickingClock(),
		env: {
			MAIL_TRANSPORT: 'smtp',
			MAIL_FROM: 'portal@example.com',
			SMTP_URL: smtp.url,
			TRUST_PROXY: 'loopback',
			// Each has a network of its own here: the default, as in operation.
			SCANNER_VISITS: String(readConfig({}).scannerVisits),
		},
	});
	const webmail = await startWebmail();
	let clients = 0;
	return {
		server,
		show: webmail.show,
		async invite() {
			clients += 1;
			const email = `client-${String(clients)}@example.com`;
			const body = { items: [{ contact: { email, firstName: 'Ada', lastName: 'Lovelace' } }] };
			const answer = await server.call('POST', '/v1/invitations?wait=20', body);
			return { id: answer.body.items[0].contact.id, email, name: 'Ada Lovelace' };
		},
		async messages(email) {
			await settled(server);
			return smtp.deliveries
				.filter(({ to }) => to[0] === email)
				.map(({ mail }) => {
					const texts = { html: String(mail.html), text: mail.text ?? '' };
					const code = /code: (\d{6})$/m.exec(texts.text)?.[1] ?? '';
					return { ...texts, to: email, code, link: linkIn(server, texts) };
				});
		},
		async stop() {
			await webmail.stop();
			await server.stop();
			await smtp.close();
		},
	};
}

async function startWebmail(): Promise<Pick<Inbox, 'show' | 'stop'>> {
	const pages: string[] = [];
	const http = createServer((request, response) => {
		const page = pages[Number(request.url?.slice(1))];
		response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' });
		response.end(page);
	});
	const origin = await listen(http);
	return {
		show: (html) => `${origin}/${String(pages.push(html) - 1)}`,
		stop: () => close(http),
	};
}

/** Another site than the portal, as far as browsers are concerned. */
export async function listen(http: Server): Promise<string> {
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
}

export function close(http: Server): Promise<void> {
	return new Promise((resolve) => {
		http.close(() => {
			resolve();
		});
		http.closeAllConnections();
	});
}
