import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { ErrorCode } from '../errors.ts';
import type { Outcome } from '../mail/mailer.ts';
import type { Delivery, DeliveryOutcome, Send } from '../store/store.ts';

const firstRetryMs = 5_000;
const lastRetryMs = 15 * 60_000;
/** However long a provider asks us to wait. */
const longestWaitMs = 60 * 60_000;
/** The last moment for a retry, counted from the order; earlier when half of the links' life would be over by then. */
const longestTryMs = 24 * 60 * 60_000;

interface Parts {
	clock: Clock;
	config: Pick<Config, 'mailAttempts'>;
}

/** What the mailer's answer makes of a delivery: its end, or another try. */
export function outcomeOf(
	parts: Parts,
	send: Send,
	delivery: Delivery,
	result: Outcome,
): DeliveryOutcome {
	if (result.status === 'deferred') return retryOf(parts, send, delivery, result);
	const { missing } = result;
	if (result.status === 'failed') {
		return { ...failed(delivery, result.code, result.detail), missing };
	}
	const { messageId } = result;
	const sent = { ...refOf(delivery), status: 'sent' as const, missing };
	return messageId === null ? sent : { ...sent, messageId };
}

/** When a deferred e-mail is tried again, or that it is given up. */
function retryOf(
	{ clock, config }: Parts,
	send: Send,
	delivery: Delivery,
	result: Extract<Outcome, { status: 'deferred' }>,
): DeliveryOutcome {
	const now = clock.now();
	const attempts = result.counts ? delivery.attempts : delivery.attempts - 1;
	// Attempts that do not count cannot space out the next ones; the time that has passed does.
	const growing = result.counts ? firstRetryMs * 4 ** (attempts - 1) : (now - send.createdAt) / 2;
	const backoffMs = Math.min(Math.max(firstRetryMs, growing), lastRetryMs);
	const waitMs = Math.min(Math.max(result.retryAfterMs ?? 0, backoffMs), longestWaitMs);
	const notBefore = Math.ceil(now + waitMs);
	const deadline = send.createdAt + Math.min(longestTryMs, send.linkLifetimeMs / 2);
	if (attempts >= config.mailAttempts || notBefore > deadline) {
		const times = `Given up after ${String(delivery.attempts)} attempts.`;
		return failed(delivery, 'mail_unavailable', `${result.detail} ${times}`);
	}
	const error = { code: result.code, detail: result.detail };
	return { ...refOf(delivery), status: 'queued', notBefore, attempts, error };
}

export function failed(
	delivery: Delivery,
	code: ErrorCode,
	detail: string | null,
): DeliveryOutcome {
	return { ...refOf(delivery), status: 'failed', error: { code, detail } };
}

/** How an outcome names its delivery. */
export function refOf({ id, sendId }: Delivery): { id: string; sendId: string } {
	return { id, sendId };
}
