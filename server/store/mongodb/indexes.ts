import type { Db, IndexDescription } from 'mongodb';

interface CollectionRules {
	/** For whoever shards the cluster; null: too small to be worth it. Unique indexes begin with it or are `_id`'s own. */
	shardKey: Record<string, 1 | 'hashed'> | null;
	/** Beside the one of `_id`. Every filter and sort of the store is a prefix of one of them (tested). */
	indexes: readonly IndexDescription[];
}

/** Only for cleaning: whether a row has expired is asked in the filters, by the server's clock. */
const purge: IndexDescription = { key: { purgeAt: 1 }, expireAfterSeconds: 0 };

/** Every collection of the store; Agenda keeps its own. */
export const collections = {
	meta: { shardKey: null, indexes: [] },
	portals: { shardKey: null, indexes: [{ key: { slug: 1 }, unique: true }] },
	contacts: {
		shardKey: { portalId: 1 },
		indexes: [
			{ key: { portalId: 1, email: 1 }, unique: true },
			{ key: { portalId: 1, _id: 1, invitedAt: 1, joinedAt: 1 } },
			{ key: { portalId: 1, state: 1, _id: 1, invitedAt: 1, joinedAt: 1 } },
			{ key: { portalId: 1, searchTerms: 1, _id: 1 } },
			{ key: { portalId: 1, invitedAt: 1, joinedAt: 1 } },
			{ key: { portalId: 1, joinedAt: 1 } },
			{ key: { portalId: 1, bouncedAt: 1 } },
		],
	},
	magicLinks: { shardKey: { _id: 'hashed' }, indexes: [{ key: { 'subject.id': 1 } }, purge] },
	sessions: {
		shardKey: { linkId: 1 },
		indexes: [
			{ key: { linkId: 1 }, unique: true },
			{ key: { portalId: 1, 'subject.kind': 1, 'subject.id': 1, endedAt: 1 } },
			purge,
		],
	},
	apiKeys: { shardKey: null, indexes: [] },
	admins: { shardKey: null, indexes: [{ key: { email: 1 }, unique: true }] },
	templates: {
		shardKey: { portalId: 1 },
		indexes: [{ key: { portalId: 1, _id: 1 } }, { key: { portalId: 1, name: 1 }, unique: true }],
	},
	sends: {
		shardKey: { _id: 'hashed' },
		indexes: [{ key: { unfinished: 1, createdAt: 1, _id: 1 } }],
	},
	deliveries: {
		shardKey: { sendId: 1 },
		indexes: [
			{ key: { sendId: 1, index: 1 }, unique: true },
			{ key: { sendId: 1, contactId: 1 }, unique: true },
			{ key: { sendId: 1, status: 1, index: 1 } },
			{ key: { sendId: 1, claim: 1, index: 1 } },
			{ key: { contactId: 1 } },
		],
	},
	outbox: {
		shardKey: { portalId: 1, _id: 1 },
		indexes: [{ key: { portalId: 1, _id: 1 } }, { key: { expiresAt: 1 } }, purge],
	},
	events: {
		shardKey: { portalId: 1, _id: 1 },
		indexes: [
			{ key: { portalId: 1, _id: 1 } },
			{ key: { portalId: 1, contactId: 1, _id: 1 } },
			{ key: { portalId: 1, type: 1, _id: 1 } },
			{ key: { portalId: 1, contactId: 1, type: 1, _id: 1 } },
		],
	},
	linkVisits: { shardKey: { _id: 'hashed' }, indexes: [purge] },
	idempotencyKeys: {
		shardKey: { _id: 'hashed' },
		indexes: [{ key: { expiresAt: 1 } }, purge],
	},
	limits: {
		shardKey: { _id: 'hashed' },
		indexes: [{ key: { expiresAt: 1 } }, purge],
	},
	selfTest: { shardKey: null, indexes: [] },
} as const satisfies Record<string, CollectionRules>;

export type CollectionName = keyof typeof collections;

/** Makes what is missing; safe for several processes at once. */
export async function createIndexes(db: Db): Promise<void> {
	for (const [name, { indexes }] of Object.entries<CollectionRules>(collections)) {
		if (indexes.length > 0) await db.collection(name).createIndexes([...indexes]);
	}
}
