import { Client } from '@sendgrid/client';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Mailbox, Message } from './message.ts';
import type { MailBatch, Mailer } from './mailer.ts';
import { member } from './provider-text.ts';
import { createSlots, sendEach, type Attempt } from './send-each.ts';
import { judge, troubleOf } from './sendgrid-errors.ts';

export interface SendGridOptions {
	apiKey: string;
	/** `https://api.sendgrid.com`, or `https://api.eu.sendgrid.com` for EU accounts. */
	apiUrl: string;
	/** Requests in flight at once, over all batches. */
	concurrency: number;
	/** How long one request may take. */
	timeoutMs: number;
	clock: Clock;
	log: Pick<Logger, 'warn' | 'error'>;
}

interface Call {
	method: 'GET' | 'POST';
	url: string;
	body?: unknown;
}

/** Sends through SendGrid's v3 API: one request per recipient, so that a refusal concerns one e-mail. */
export function createSendGridMailer(options: SendGridOptions): Mailer {
	const { apiKey, apiUrl, concurrency, timeoutMs, clock, log } = options;
	const slots = createSlots(concurrency);

	/** A client per call: its defaults are the only way to hand it a deadline. */
	const call = async ({ method, url, body }: Call) => {
		const client = new Client();
		client.setDefaultHeader('Authorization', `Bearer ${apiKey}`);
		client.setDefaultRequest({
			url: '',
			baseUrl: apiUrl,
			...{ maxRedirects: 0, signal: AbortSignal.timeout(timeoutMs) },
		});
		const [response] = await client.request({
			method,
			url,
			...(body === undefined ? {} : { body }),
		});
		return response;
	};

	const attempt = async (batch: MailBatch, message: Message): Promise<Attempt> => {
		try {
			const response = await call({
				method: 'POST',
				url: '/v3/mail/send',
				body: toRequestBody(batch, message),
			});
			const messageId = member(response.headers, 'x-message-id');
			return {
				outcome: {
					status: 'sent',
					messageId: typeof messageId === 'string' ? messageId : null,
					missing: [],
				},
				trouble: 'own',
			};
		} catch (error) {
			return judge(troubleOf(error, apiKey), clock.now());
		}
	};

	return {
		transport: 'sendgrid',
		send: (batch) => sendEach(batch, { slots, log }, (message) => attempt(batch, message)),
		async check() {
			let scopes: unknown;
			try {
				scopes = member((await call({ method: 'GET', url: '/v3/scopes' })).body, 'scopes');
			} catch (error) {
				const { outcome } = judge(troubleOf(error, apiKey), clock.now());
				throw new Error('detail' in outcome ? outcome.detail : 'SendGrid did not answer.');
			}
			if (!Array.isArray(scopes) || !scopes.includes('mail.send')) {
				throw new Error(
					'The SendGrid API key may not send e-mail: give it the permission Mail Send.',
				);
			}
		},
		close: () => Promise.resolve(),
	};
}

/** The body of `POST /v3/mail/send`. Nothing in it rewrites a link (R28), and its labels hold no secret. */
function toRequestBody(batch: MailBatch, message: Message): Record<string, unknown> {
	const content = [
		{ type: 'text/plain', value: message.text },
		{ type: 'text/html', value: message.html },
	];
	return {
		personalizations: [
			{ to: [mailbox(plainName(message.to))], custom_args: { delivery_id: message.id } },
		],
		from: mailbox(message.from),
		...(message.replyTo === null ? {} : { reply_to: { email: message.replyTo } }),
		subject: message.subject,
		content: content.filter(({ value }) => value !== ''),
		headers: { 'Auto-Submitted': 'auto-generated' },
		categories: [batch.kind],
		tracking_settings: {
			click_tracking: { enable: false, enable_text: false },
			open_tracking: { enable: false },
			subscription_tracking: { enable: false },
			ganalytics: { enable: false },
		},
	};
}

function mailbox({ name, address }: Mailbox): { email: string; name?: string } {
	return name === '' ? { email: address } : { email: address, name };
}

/**
 * A recipient's name without what ends or begins an address: SendGrid does not quote these names, so that it takes `Doe, Jane`
 * for two addresses, and would send a name's own address the e-mail (sendgrid/sendgrid-nodejs#448).
 */
function plainName({ name, address }: Mailbox): Mailbox {
	return {
		name: name
			.replace(/[,;:<>()[\]"\\@]+/g, ' ')
			.replace(/ +/g, ' ')
			.trim(),
		address,
	};
}
