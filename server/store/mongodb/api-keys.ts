import type { Db } from 'mongodb';

import type { ApiKey, ApiKeyStore } from '../store.ts';
import { fromDocument, type Stored, toDocument } from './documents.ts';

/** See ApiKeyStore. */
export function createApiKeys(db: Db): ApiKeyStore {
	const keys = db.collection<Stored<ApiKey>>('apiKeys');
	return {
		insert: async (key) => {
			await keys.insertOne(toDocument(key));
		},
		get: async (id) => {
			const document = await keys.findOne({ _id: id });
			return document === null ? null : fromDocument<ApiKey>(document);
		},
		list: async () => {
			const found = await keys.find().sort({ _id: 1 }).toArray();
			return found.map((document) => fromDocument<ApiKey>(document));
		},
		revoke: async (id, now) => {
			const filter = { _id: id, revokedAt: null };
			return (await keys.updateOne(filter, { $set: { revokedAt: now } })).modifiedCount === 1;
		},
	};
}
