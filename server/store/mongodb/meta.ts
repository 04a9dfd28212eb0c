import type { Db } from 'mongodb';

import type { MetaStore } from '../store.ts';
import { insertNew } from './documents.ts';

/** See MetaStore. */
export function createMeta(db: Db): MetaStore {
	const meta = db.collection<{ _id: string; value: string }>('meta');
	return {
		get: async (name) => (await meta.findOne({ _id: name }))?.value ?? null,
		compareAndSet: async (name, expected, value) => {
			if (expected === null) return (await insertNew(meta, [{ _id: name, value }])).length === 0;
			const { matchedCount } = await meta.updateOne(
				{ _id: name, value: expected },
				{ $set: { value } },
			);
			return matchedCount === 1;
		},
	};
}
