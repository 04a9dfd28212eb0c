import type { Logger } from 'pino';

import type { MailBatch, Outcome, Recipient } from './mailer.ts';
import { buildMessage, type Message } from './message.ts';
import { renderFailure } from './render.ts';

/** What one request to a provider came to. */
export interface Attempt {
	outcome: Outcome;
	/**
	 * Whether the provider answered for this e-mail (`own`, for good or ill), perhaps is in trouble itself (no answer, a fault on its
	 * side), or certainly would answer the same for every e-mail (wrong key, rate limit). `none`: it was not asked.
	 */
	trouble: 'none' | 'own' | 'perhaps_provider' | 'provider';
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

/** Makes an attempt when there is a slot for it, unless the provider is known to be unusable. */
export type Gate = (attempt: () => Promise<Attempt>) => Promise<Outcome>;

export interface GateParts {
	slots: Slots;
	log: Pick<Logger, 'warn' | 'error'>;
}

/**
 * The gate of one batch; attempts must not throw. Once the provider is known to be unusable, the e-mails not yet tried are
 * deferred like the one that found out, so that a wrong key or an outage costs one attempt.
 */
export function createGate(batch: MailBatch, { slots, log }: GateParts): Gate {
	let paused: Outcome | null = null;
	let strikes = 0;

	const note = ({ outcome, trouble }: Attempt) => {
		if (trouble === 'none') return;
		strikes = trouble === 'perhaps_provider' ? strikes + 1 : 0;
		if (paused !== null || outcome.status !== 'deferred') return;
		if (trouble !== 'provider' && strikes < strikesUntilPause) return;
		paused = { ...outcome, counts: false };
		log.warn({ sendId: batch.sendId, detail: outcome.detail }, 'mail provider unusable for now');
	};
	return (attempt) =>
		slots(async () => {
			if (paused !== null) return paused;
			const result = await attempt();
			note(result);
			return result.outcome;
		});
}

/** Renders an e-mail when its turn comes, and makes the attempt to send it. */
export function sendOne(
	batch: MailBatch,
	recipient: Recipient,
	{ gate, log }: { gate: Gate; log: Pick<Logger, 'error'> },
	attempt: (message: Message) => Promise<Attempt>,
): Promise<Outcome> {
	return gate(async () => {
		let built;
		try {
			built = buildMessage(batch, recipient);
		} catch (error) {
			return { outcome: renderFailure(error, log), trouble: 'none' };
		}
		const { outcome, trouble } = await attempt(built.message);
		return { outcome: withMissing(outcome, built.missing), trouble };
	});
}

/** The outcome of an e-mail that lacks these values. */
export function withMissing(outcome: Outcome, missing: string[]): Outcome {
	return outcome.status === 'deferred' ? outcome : { ...outcome, missing };
}
