import type { Collection, Db } from 'mongodb';

import type { EventStore, PortalEvent, VisitEvent } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

/** `data` as JSON: its names are the caller's, and no query looks inside. */
type EventDocument = Omit<Stored<PortalEvent>, 'data'> & { data: string };

interface VisitCounter {
	/** The link's id and the event's type. */
	_id: string;
	visits: number;
	purgeAt: Date;
}

/** Longer than any link lives and is known (R15). */
const COUNTER_KEPT_MS = 500 * 24 * 60 * 60 * 1_000;

/** See EventStore. */
export function createEvents(db: Db): EventStore {
	const events = eventsIn(db);
	const counters = db.collection<VisitCounter>('linkVisits');
	return {
		append: (rows) => appendEvents(db, rows),
		appendVisit: async (event, max) => {
			if (!(await countVisit(counters, event, max))) return false;
			await appendEvents(db, [event]);
			return true;
		},
		list: async (portalId, { contactId, type }, { limit, after }) => {
			const filter = {
				portalId,
				...(contactId !== undefined && { contactId }),
				...(type !== undefined && { type }),
				...(after !== null && { _id: { $lt: after } }),
			};
			const found = await events.find(filter).sort({ _id: -1 }).limit(limit).toArray();
			return found.map((document) => {
				// What `appendEvents` wrote.
				const data = JSON.parse(document.data) as PortalEvent['data'];
				return fromDocument<PortalEvent>({ ...document, data });
			});
		},
	};
}

function eventsIn(db: Db): Collection<EventDocument> {
	return db.collection<EventDocument>('events');
}

/** Inserts what is not there yet. */
export async function appendEvents(db: Db, rows: readonly PortalEvent[]): Promise<void> {
	const documents = rows.map((row) => ({ ...toDocument(row), data: JSON.stringify(row.data) }));
	await insertNew(eventsIn(db), documents);
}

/** Counts the event unless `max` of its link and type were counted. The counter is made by an insert that may lose: an upsert may lose counts. */
async function countVisit(
	counters: Collection<VisitCounter>,
	event: VisitEvent,
	max: number,
): Promise<boolean> {
	const _id = `${event.linkId} ${event.type}`;
	const increment = { $inc: { visits: 1 } };
	const room = { _id, visits: { $lt: max } };
	if ((await counters.updateOne(room, increment)).modifiedCount === 1) return true;
	const counter = { _id, visits: 0, purgeAt: new Date(event.at + COUNTER_KEPT_MS) };
	await insertNew(counters, [counter]);
	return (await counters.updateOne(room, increment)).modifiedCount === 1;
}
