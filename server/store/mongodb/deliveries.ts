import { randomUUID } from 'node:crypto';

import type { Collection, Db } from 'mongodb';

import type { Delivery, DeliveryOutcome, DeliveryStatus, DeliveryStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

interface DeliveryDocument extends Omit<Stored<Delivery>, 'item'> {
	/** As JSON: its names are the caller's, and no query looks inside. */
	item: string;
	/** The call of `claim` that took the row last. */
	claim: string | null;
}

type DeliveryCollection = Collection<DeliveryDocument>;

const unfinished = { $in: ['queued', 'sending'] } satisfies { $in: DeliveryStatus[] };

function parse(document: DeliveryDocument): Delivery {
	// What `insertMany` wrote.
	const item = JSON.parse(document.item) as Delivery['item'];
	return fromDocument<Delivery>({ ...document, item }, 'claim');
}

/** See DeliveryStore. */
export function createDeliveries(db: Db): DeliveryStore {
	const deliveries = db.collection<DeliveryDocument>('deliveries');
	return {
		insertMany: async (rows) => {
			const documents = rows.map((row) => ({
				...toDocument(row),
				item: JSON.stringify(row.item),
				claim: null,
			}));
			await insertNew(deliveries, documents);
		},
		claim: (sendId, range, now) => claim(deliveries, sendId, range, now),
		finish: async (outcomes, now) => {
			const updates = outcomes.map((outcome) => ({ updateOne: finish(outcome, now) }));
			if (updates.length > 0) await deliveries.bulkWrite(updates, { ordered: false });
		},
		count: (sendId) => count(deliveries, sendId),
		list: async (sendId, { status }, { limit, after }) => {
			const filter = {
				sendId,
				...(status !== undefined && { status }),
				...(after !== null && { index: { $gt: after } }),
			};
			const found = await deliveries.find(filter).sort({ index: 1 }).limit(limit).toArray();
			return found.map(parse);
		},
		getByIndex: async (refs) => {
			const bySend = Map.groupBy(refs, ({ sendId }) => sendId);
			const found = await Promise.all(
				[...bySend].map(([sendId, own]) =>
					deliveries.find({ sendId, index: { $in: own.map(({ index }) => index) } }).toArray(),
				),
			);
			return found.flat().map(parse);
		},
	};
}

/** Marks the rows as this call's, those first that another call had taken, then reads what it got. */
async function claim(
	deliveries: DeliveryCollection,
	sendId: string,
	{ from, to }: { from: number; to: number },
	now: number,
): Promise<Delivery[]> {
	const token = randomUUID();
	const update = {
		$set: { status: 'sending', claim: token, updatedAt: now },
		$inc: { attempts: 1 },
	} as const;
	// `$not $gt` holds for null as well.
	const due = { sendId, index: { $gte: from, $lt: to }, notBefore: { $not: { $gt: now } } };
	await deliveries.updateMany(
		{ ...due, status: 'sending' },
		{ ...update, $set: { ...update.$set, repeated: true } },
	);
	await deliveries.updateMany({ ...due, status: 'queued' }, update);
	const found = await deliveries.find({ sendId, claim: token }).sort({ index: 1 }).toArray();
	return found.map(parse);
}

function finish({ id, sendId, ...outcome }: DeliveryOutcome, now: number) {
	return {
		filter: { sendId, _id: id, status: unfinished },
		update: {
			$set: {
				status: outcome.status,
				error: outcome.error ?? null,
				skipped: outcome.skipped ?? null,
				messageId: outcome.messageId ?? null,
				missing: outcome.missing ?? [],
				notBefore: outcome.notBefore ?? null,
				...(outcome.attempts !== undefined && { attempts: outcome.attempts }),
				updatedAt: now,
			},
		},
	};
}

async function count(
	deliveries: DeliveryCollection,
	sendId: string,
): Promise<Record<DeliveryStatus, number>> {
	const groups = await deliveries
		.aggregate<{
			_id: DeliveryStatus;
			rows: number;
		}>([{ $match: { sendId } }, { $group: { _id: '$status', rows: { $sum: 1 } } }])
		.toArray();
	const counts = { queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
	for (const { _id, rows } of groups) counts[_id] = rows;
	return counts;
}
