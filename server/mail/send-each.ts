import type { Logger } from 'pino';

import type { MailBatch, Outcome, Recipient } from './mailer.ts';
import { buildMessage, type Message } from './message.ts';
import { renderFailure } from './render.ts';

/** What one attempt to send one e-mail came to. */
export interface Attempt {
	outcome: Outcome;
	/**
	 * Whether the trouble was the e-mail's own (or none), perhaps the provider's (no answer, a fault on its side), or
	 * certainly concerns every e-mail (wrong key, rate limit).
	 */
	trouble: 'own' | 'perhaps_provider' | 'provider';
}

/** After so many troubles of the provider in a row, a batch's other e-mails are put off instead of waiting for time-outs. */
const strikesUntilPause = 3;

/** Runs at most `limit` tasks at a time, in the order they came. */
export type Slots = <T>(task: () => Promise<T>) => Promise<T>;

export function createSlots(limit: number): Slots {
	let free = limit;
	const waiting: (() => void)[] = [];
	const release = () => {
		const next = waiting.shift();
		if (next === undefined) free++;
		else next();
	};
	return async (task) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await task();
		} finally {
			release();
		}
	};
}

/**
 * Sends a batch one e-mail at a time per slot; `attempt` must not throw. Once the provider is known to be unusable, the
 * e-mails not yet tried are deferred like the one that found out, so that a wrong key or an outage costs one attempt.
 */
export async function sendEach(
	batch: MailBatch,
	{ slots, log }: { slots: Slots; log: Pick<Logger, 'warn' | 'error'> },
	attempt: (message: Message) => Promise<Attempt>,
): Promise<Outcome[]> {
	let paused: Outcome | null = null;
	let strikes = 0;

	const note = ({ outcome, trouble }: Attempt) => {
		strikes = trouble === 'perhaps_provider' ? strikes + 1 : 0;
		if (paused !== null || outcome.status !== 'deferred') return;
		if (trouble !== 'provider' && strikes < strikesUntilPause) return;
		paused = { ...outcome, counts: false };
		log.warn({ sendId: batch.sendId, detail: outcome.detail }, 'mail provider unusable for now');
	};

	const one = async (recipient: Recipient): Promise<Outcome> => {
		if (paused !== null) return paused;
		let built;
		try {
			built = buildMessage(batch, recipient);
		} catch (error) {
			return renderFailure(error, log);
		}
		const result = await attempt(built.message);
		note(result);
		const { outcome } = result;
		return outcome.status === 'deferred' ? outcome : { ...outcome, missing: built.missing };
	};
	return Promise.all(batch.recipients.map((recipient) => slots(() => one(recipient))));
}
