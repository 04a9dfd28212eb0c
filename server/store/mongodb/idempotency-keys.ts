import type { Collection, Db } from 'mongodb';

import type { IdempotencyKey, IdempotencyKeyStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

type KeyDocument = Stored<IdempotencyKey> & { purgeAt: Date };

/** A key that is freed between two looks more often than this is somebody else's bug. */
const ATTEMPTS = 5;

function toKeyDocument(key: IdempotencyKey): KeyDocument {
	return { ...toDocument(key), purgeAt: new Date(key.expiresAt) };
}

function parse(document: KeyDocument): IdempotencyKey {
	return fromDocument<IdempotencyKey>(document, 'purgeAt');
}

/** See IdempotencyKeyStore. */
export function createIdempotencyKeys(db: Db): IdempotencyKeyStore {
	const collection = db.collection<KeyDocument>('idempotencyKeys');
	return {
		claimMany: (keys, now) => claimMany(collection, keys, now),
		get: async (id, now) => {
			const document = await collection.findOne({ _id: id, expiresAt: { $gt: now } });
			return document === null ? null : parse(document);
		},
		takeOver: async (id, from, to) => {
			const filter = { _id: id, ownerId: from };
			const { matchedCount } = await collection.updateOne(filter, { $set: to });
			return matchedCount === 1;
		},
		deleteExpired: async (now) =>
			(await collection.deleteMany({ expiresAt: { $lte: now } })).deletedCount,
	};
}

async function claimMany(
	collection: Collection<KeyDocument>,
	keys: readonly IdempotencyKey[],
	now: number,
): Promise<IdempotencyKey[]> {
	const claimed = new Map<string, IdempotencyKey>();
	for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
		// The first of several equal ids asks for all of them.
		const byId = new Map([...keys].reverse().map((key) => [key.id, key]));
		const open = [...byId.values()].filter(({ id }) => !claimed.has(id));
		if (open.length === 0) break;
		const refused = new Set(await insertNew(collection, open.map(toKeyDocument)));
		open.forEach((key, index) => {
			if (!refused.has(index)) claimed.set(key.id, key);
		});
		const found = await findOrReplace(
			collection,
			open.filter((_, index) => refused.has(index)),
			now,
		);
		for (const key of found) claimed.set(key.id, key);
	}
	return keys.map((key) => {
		const stored = claimed.get(key.id);
		if (stored === undefined) throw new Error('an idempotency key could be neither made nor found');
		return stored;
	});
}

/** The rows that hold these ids; an expired one is replaced, by one of concurrent callers. */
async function findOrReplace(
	collection: Collection<KeyDocument>,
	keys: readonly IdempotencyKey[],
	now: number,
): Promise<IdempotencyKey[]> {
	if (keys.length === 0) return [];
	const documents = await collection.find({ _id: { $in: keys.map(({ id }) => id) } }).toArray();
	const stored = new Map(documents.map((document) => [document._id, document]));
	const rows = await Promise.all(
		keys.map(async (key) => {
			const document = stored.get(key.id);
			if (document === undefined || document.expiresAt > now) return document ?? null;
			const { _id, ownerId, expiresAt } = document;
			return await collection.findOneAndReplace({ _id, ownerId, expiresAt }, toKeyDocument(key), {
				returnDocument: 'after',
			});
		}),
	);
	return rows.flatMap((row) => (row === null ? [] : [parse(row)]));
}
