import { PortalError } from '../errors.ts';
import type { DeliveryStatus, Send } from '../store/store.ts';
import { runChunk, type ChunkParts } from './send-chunk.ts';
import { chunksOf, placeOrder, type OrderParts } from './send-order.ts';
import { describeItems } from './send-report.ts';
import type { OrderAnswer, OrderContext, SendReport, SendRequest, Sends } from './send-types.ts';
import { createWaitingRoom, type WaitingRoom } from './send-waiting.ts';

/** An unfinished send in which nothing has moved for this long may have lost its jobs. */
const restlessAfterMs = 60_000;
/** Unfinished sends that one sweep looks at. */
const sweepLimit = 1000;

type Parts = OrderParts & Omit<ChunkParts, 'onFinished'>;

/** E-mails to many contacts: orders become sends, jobs work on them chunk by chunk. */
export function createSends(parts: Parts): Sends {
	const { store } = parts;
	const waitingRoom = createWaitingRoom(parts);
	/** Chunks that this process is sending. */
	const atWork = new Set<string>();
	const onFinished = (sendId: string) => {
		waitingRoom.finished(sendId);
	};
	const get: Sends['get'] = async (portal, id) => {
		const send = await store.sends.get(portal.id, id);
		if (send === null) throw new PortalError('send_not_found');
		return report(parts, send);
	};
	return {
		order: (ctx, request) => order(parts, waitingRoom, ctx, request),
		get,
		async listDeliveries(portal, id, filter, page) {
			const send = await store.sends.get(portal.id, id);
			if (send === null) throw new PortalError('send_not_found');
			return store.deliveries.list(id, filter, page);
		},
		async runChunk(chunk) {
			const name = `${chunk.sendId}/${String(chunk.from)}`;
			// A job whose lock was lost, as when the database was away for long, may be started again while it still runs.
			if (atWork.has(name)) return { runAgainAt: parts.clock.now() + restlessAfterMs };
			atWork.add(name);
			try {
				return await runChunk({ ...parts, onFinished }, chunk);
			} finally {
				atWork.delete(name);
			}
		},
		sweep: () => sweep(parts),
		close: () => {
			waitingRoom.close();
		},
	};
}

async function order(
	parts: Parts,
	waitingRoom: WaitingRoom,
	ctx: OrderContext,
	request: SendRequest,
): Promise<OrderAnswer> {
	const { store, clock } = parts;
	const deadline = clock.now() + ctx.waitMs;
	const send = await placeOrder(parts, ctx, request);
	const earlier = send.unsent.flatMap((item) =>
		item.earlier === null ? [] : [item.earlier.sendId],
	);
	const sendIds = new Set(send.recipients > 0 ? [send.id, ...earlier] : earlier);
	if (ctx.waitMs > 0) {
		await Promise.all(
			[...sendIds].map((id) => waitingRoom.untilFinished(ctx.portal.id, id, deadline)),
		);
	}
	const now = send.recipients > 0 ? await store.sends.get(ctx.portal.id, send.id) : send;
	const items = await describeItems(store, send);
	const isOnItsWay = (status: DeliveryStatus) => status === 'queued' || status === 'sending';
	return {
		report: send.recipients > 0 ? await report(parts, now ?? send) : null,
		items,
		finished: !items.some((item) => 'delivery' in item && isOnItsWay(item.delivery.status)),
	};
}

async function report({ store }: Pick<Parts, 'store'>, send: Send): Promise<SendReport> {
	return { send, counts: await store.deliveries.count(send.id) };
}

/** Makes the jobs that a crash kept from being made, and deletes what has had its time. */
async function sweep({ store, clock, jobs }: Parts): Promise<void> {
	const now = clock.now();
	for (const send of await store.sends.listUnfinished(sweepLimit)) {
		// Jobs are added by two hands only, and never by both: by the order within this time, by the sweep after it.
		if (now - send.updatedAt < restlessAfterMs) continue;
		const present = await jobs.listChunks(send.id);
		const { chunks, size } = chunksOf(send);
		await jobs.addChunks(
			chunks.filter(({ from }) => !present.has(from)),
			size,
		);
	}
	await store.outbox.deleteExpired(now);
	await store.idempotencyKeys.deleteExpired(now);
	await store.limits.deleteExpired(now);
	await store.magicLinks.deleteExpired(now);
	await store.sessions.deleteExpired(now);
}
