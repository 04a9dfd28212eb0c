import { Client } from '@sendgrid/client';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { MailBatch, Mailer, Outcome, Recipient } from './mailer.ts';
import { member } from './provider-text.ts';
import { renderFailure } from './render.ts';
import { createGate, createSlots, sendOne, withMissing, type Attempt } from './send-each.ts';
import { judge, troubleOf } from './sendgrid-errors.ts';
import { halvesOf, messageBody, parcelBody, parcelsOf, type Parcel } from './sendgrid-requests.ts';

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
	/** JSON. */
	body?: Buffer;
}

/**
 * Sends through SendGrid's v3 API: one request for up to 1,000 who get the same e-mail, and one each for those who do not fit into
 * it. What SendGrid refuses is sent again in halves, so that a refusal concerns one e-mail in the end.
 */
export function createSendGridMailer(options: SendGridOptions): Mailer {
	const { apiKey, apiUrl, concurrency, timeoutMs, clock, log } = options;
	const slots = createSlots(concurrency);

	/** A client per call: its defaults are the only way to hand it a deadline, and JSON that it need not write itself. */
	const call = async ({ method, url, body }: Call) => {
		const client = new Client();
		client.setDefaultHeader('Authorization', `Bearer ${apiKey}`);
		client.setDefaultRequest({
			url: '',
			baseUrl: apiUrl,
			...{ data: body, maxRedirects: 0, signal: AbortSignal.timeout(timeoutMs) },
		});
		const [response] = await client.request({ method, url });
		return response;
	};

	const post = async (body: Buffer): Promise<Attempt> => {
		try {
			const response = await call({ method: 'POST', url: '/v3/mail/send', body });
			const id = member(response.headers, 'x-message-id');
			const messageId = typeof id === 'string' ? id : null;
			return { outcome: { status: 'sent', messageId, missing: [] }, trouble: 'own' };
		} catch (error) {
			return judge(troubleOf(error, apiKey), clock.now());
		}
	};

	const send = async (batch: MailBatch): Promise<Outcome[]> => {
		const gate = createGate(batch, { slots, log });
		const outcomes = new Map<Recipient, Outcome>();
		const sendParcel = async (parcel: Parcel): Promise<void> => {
			const outcome = await gate(() => post(parcelBody(batch, parcel)));
			if (outcome.status === 'failed' && parcel.members.length > 1) {
				await Promise.all(halvesOf(parcel).map(sendParcel));
				return;
			}
			for (const { recipient, missing } of parcel.members) {
				outcomes.set(recipient, withMissing(outcome, missing));
			}
		};
		const sendAlone = async (recipient: Recipient): Promise<void> => {
			const parts = { gate, log };
			const sent = sendOne(batch, recipient, parts, (message) => post(messageBody(batch, message)));
			outcomes.set(recipient, await sent);
		};
		const { parcels, alone, failed } = parcelsOf(batch);
		for (const { recipient, error } of failed) {
			outcomes.set(recipient, renderFailure(error, log));
		}
		await Promise.all([...parcels.map(sendParcel), ...alone.map(sendAlone)]);
		return batch.recipients.flatMap((recipient) => outcomes.get(recipient) ?? []);
	};

	return {
		transport: 'sendgrid',
		send,
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
