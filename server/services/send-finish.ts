import type { Clock } from '../clock.ts';
import { derivedUuidV7 } from '../ids.ts';
import type { Send, Store } from '../store/store.ts';
import type { EventType } from './events.ts';
import { eachPage } from './send-report.ts';

/**
 * Ends a send when none of its deliveries is left, once: of several chunks that end together one moves the status, and the event's
 * id is derived from what no longer changes. The event comes first, so that a crash in between repeats it and does not lose it.
 * Answers whether the send is at its end.
 */
export async function finishSend(
	{ store, clock }: { store: Store; clock: Clock },
	send: Send,
): Promise<boolean> {
	const counts = await store.deliveries.count(send.id);
	if (counts.queued + counts.sending > 0) return false;
	const { missing, lastAt } = await sumUp(store, send);
	const { sent, failed, skipped } = counts;
	const type: EventType = 'send.finished';
	await store.events.append([
		{
			id: derivedUuidV7(lastAt, type, send.id),
			portalId: send.portalId,
			type,
			at: lastAt,
			actor: send.createdBy,
			contactId: null,
			linkId: null,
			sendId: send.id,
			data: { kind: send.kind, recipients: send.recipients, sent, failed, skipped },
		},
	]);
	const now = clock.now();
	await store.sends.setStatus(send.id, ['queued', 'sending'], 'finished', { now, missing });
	return true;
}

/** How many contacts lacked which value, and when the last outcome was written. */
async function sumUp(
	store: Store,
	send: Send,
): Promise<{ missing: Record<string, number>; lastAt: number }> {
	const counts = new Map<string, number>();
	let lastAt = send.createdAt;
	for await (const page of eachPage(store, send.id)) {
		for (const { missing, updatedAt } of page) {
			lastAt = Math.max(lastAt, updatedAt);
			for (const path of missing) counts.set(path, (counts.get(path) ?? 0) + 1);
		}
	}
	return { missing: Object.fromEntries(counts), lastAt };
}
