import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import type { Keys } from '../services/keys.ts';
import type { OutboxMessage, Store } from '../store/store.ts';
import type { MailBatch, Mailer, Outcome } from './mailer.ts';
import { buildMessage, type Message } from './message.ts';
import { composeSource } from './mime.ts';
import { renderFailure } from './render.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface OutboxDependencies {
	store: Pick<Store, 'outbox' | 'ping'>;
	keys: Pick<Keys, 'seal'>;
	clock: Clock;
	log: Pick<Logger, 'error'>;
	config: Pick<Config, 'outboxRetentionDays'>;
}

/** A stored e-mail, opened. `source` is the MIME text that would have travelled. */
export interface OutboxContent extends Message {
	source: string;
	createdAt: number;
	expiresAt: number;
}

/**
 * Keeps e-mails in the store instead of sending them, for trying things out: nothing leaves this machine. Bodies hold
 * links, so they are sealed (R23). The stored id is the delivery's: an e-mail that is sent twice is kept once.
 */
export function createOutboxMailer({
	store,
	keys,
	clock,
	log,
	config,
}: OutboxDependencies): Mailer {
	const keep = (batch: MailBatch, message: Message): OutboxMessage => {
		const createdAt = clock.now();
		return {
			id: message.id,
			portalId: batch.portal.id,
			sendId: batch.sendId,
			to: message.to.address,
			subject: message.subject,
			createdAt,
			expiresAt: createdAt + config.outboxRetentionDays * dayMs,
			sealed: keys.seal('outbox', JSON.stringify(message)),
		};
	};
	return {
		transport: 'outbox',
		async send(batch) {
			const kept: OutboxMessage[] = [];
			const outcomes = batch.recipients.map((recipient): Outcome => {
				try {
					const { message, missing } = buildMessage(batch, recipient);
					kept.push(keep(batch, message));
					return { status: 'sent', messageId: message.id, missing };
				} catch (error) {
					return renderFailure(error, log);
				}
			});
			try {
				await store.outbox.insertMany(kept);
			} catch (error) {
				const trouble = storeTrouble(error);
				return outcomes.map((outcome) => (outcome.status === 'sent' ? trouble : outcome));
			}
			return outcomes;
		},
		check: () => store.ping(),
		close: () => Promise.resolve(),
	};
}

/** The stored e-mail with this id, or null when there is none or its days are over. */
export async function readOutboxMessage(
	parts: { store: Pick<Store, 'outbox'>; keys: Pick<Keys, 'open'>; clock: Clock },
	portalId: string,
	id: string,
): Promise<OutboxContent | null> {
	const { store, keys, clock } = parts;
	const row = await store.outbox.get(portalId, id);
	if (row === null || row.expiresAt <= clock.now()) return null;
	// Written by `keep` above and authenticated by its seal.
	const message = JSON.parse(keys.open('outbox', row.sealed)) as Message;
	const source = await composeSource(message, new Date(row.createdAt));
	return { ...message, source, createdAt: row.createdAt, expiresAt: row.expiresAt };
}

/** Nothing was kept: worth trying again. Anything but the database's own trouble is a fault of ours and is thrown. */
function storeTrouble(error: unknown): Outcome {
	if (!(error instanceof PortalError)) throw error;
	return {
		status: 'deferred',
		code: error.code,
		detail: error.detail ?? 'The e-mail could not be stored in the outbox.',
		retryAfterMs: null,
		counts: false,
	};
}
