import type { Db } from 'mongodb';

import type { OutboxMessage, OutboxStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

type MessageDocument = Stored<OutboxMessage> & { purgeAt: Date };

/** See OutboxStore. */
export function createOutbox(db: Db): OutboxStore {
	const outbox = db.collection<MessageDocument>('outbox');
	return {
		insertMany: async (messages) => {
			const documents = messages.map((message) => ({
				...toDocument(message),
				purgeAt: new Date(message.expiresAt),
			}));
			await insertNew(outbox, documents);
		},
		list: async (portalId, { limit, after }) => {
			const filter = { portalId, ...(after !== null && { _id: { $lt: after } }) };
			const found = await outbox
				.find(filter)
				.project<Omit<MessageDocument, 'sealed'>>({ sealed: 0 })
				.sort({ _id: -1 })
				.limit(limit)
				.toArray();
			return found.map((document) =>
				fromDocument<Omit<OutboxMessage, 'sealed'>>(document, 'purgeAt'),
			);
		},
		get: async (portalId, id) => {
			const document = await outbox.findOne({ portalId, _id: id });
			return document === null ? null : fromDocument<OutboxMessage>(document, 'purgeAt');
		},
		deleteExpired: async (now) =>
			(await outbox.deleteMany({ expiresAt: { $lte: now } })).deletedCount,
	};
}
