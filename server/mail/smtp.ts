import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { isLoopback } from '../loopback.ts';
import type { Mailer, Recipient } from './mailer.ts';
import { messageId, toMailOptions } from './mime.ts';
import type { Message } from './message.ts';
import { createGate, createSlots, sendOne, type Attempt } from './send-each.ts';
import { judge } from './smtp-errors.ts';

export interface SmtpOptions {
	/** `smtp://user:password@host:587` or `smtps://…:465`; nodemailer's options may follow as a query. */
	url: string;
	/** Connections open at once. */
	concurrency: number;
	/** How long one e-mail may take, connecting included. */
	timeoutMs: number;
	clock: Clock;
	log: Pick<Logger, 'warn' | 'error'>;
}

/** Sends through a mail server by SMTP, over a few connections that are kept open. */
export function createSmtpMailer({ url, concurrency, timeoutMs, clock, log }: SmtpOptions): Mailer {
	const server = new URL(url);
	const secrets = [decodeURIComponent(server.password), server.password];
	const transport = createTransport({
		...connectionOptions(server),
		pool: true,
		maxConnections: concurrency,
		maxRequeues: 1,
		connectionTimeout: timeoutMs,
		greetingTimeout: timeoutMs,
		dnsTimeout: timeoutMs,
		socketTimeout: timeoutMs,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const slots = createSlots(concurrency);

	const attempt = async (message: Message): Promise<Attempt> => {
		try {
			await transport.sendMail({
				...toMailOptions(message, new Date(clock.now())),
				signal: AbortSignal.timeout(timeoutMs),
			});
			return {
				outcome: { status: 'sent', messageId: messageId(message), missing: [] },
				trouble: 'own',
			};
		} catch (error) {
			return judge(error, secrets);
		}
	};

	return {
		transport: 'smtp',
		send(batch) {
			const gate = createGate(batch, { slots, log });
			const one = (recipient: Recipient) => sendOne(batch, recipient, { gate, log }, attempt);
			return Promise.all(batch.recipients.map(one));
		},
		async check() {
			try {
				await transport.verify();
			} catch (error) {
				const { outcome } = judge(error, secrets);
				throw new Error('detail' in outcome ? outcome.detail : 'The mail server did not answer.');
			}
		},
		close() {
			transport.close();
			return Promise.resolve();
		},
	};
}

/**
 * The part of nodemailer's options that comes from the URL. Its log is off, since it would hold e-mails. A password never
 * crosses a network in the clear: TLS is required, unless the server is this machine or the URL says `requireTLS=false`.
 */
function connectionOptions(server: URL): { url: string; requireTLS: boolean } {
	const quiet = new URL(server);
	for (const name of ['logger', 'debug', 'transactionLog']) quiet.searchParams.delete(name);
	return { url: quiet.href, requireTLS: server.username !== '' && !isLoopback(server) };
}
