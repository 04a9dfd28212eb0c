import type { Collection, Db } from 'mongodb';

import { KEPT_MS } from '../retention.ts';
import type { MagicLink, MagicLinkStore } from '../store.ts';
import { appendEvents } from './events.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';
import { redeem } from './redeem.ts';

export type LinkDocument = Stored<MagicLink> & {
	/** With it a redemption cut short is completed with the same session. */
	sessionSecretHash: string | null;
	purgeAt: Date;
};

export function linksOf(db: Db): Collection<LinkDocument> {
	return db.collection<LinkDocument>('magicLinks');
}

export function parseLink(document: LinkDocument): MagicLink {
	return fromDocument<MagicLink>(document, 'sessionSecretHash', 'purgeAt');
}

/** `purgeAt` has an index, and says the same as `expiresAt`. */
function live(keyVersion: number, now: number) {
	const purgeAt = { $gt: new Date(now + KEPT_MS) };
	return { purgeAt, keyVersion, redeemedAt: null, revokedAt: null };
}

/** See MagicLinkStore. */
export function createMagicLinks(db: Db): MagicLinkStore {
	const links = linksOf(db);
	return {
		insertMany: (rows) => insertMany(links, rows),
		get: async (id) => {
			const document = await links.findOne({ _id: id });
			return document === null ? null : parseLink(document);
		},
		redeem: async (request, eventsOf = () => []) => {
			const result = await redeem(db, request);
			if (result.ok) await appendEvents(db, eventsOf(result));
			return result;
		},
		countCodeTry: async (id, max) => {
			const filter = { _id: id, codeTries: { $lt: max } };
			return (await links.updateOne(filter, { $inc: { codeTries: 1 } })).modifiedCount === 1;
		},
		giveBackCodeTry: async (id) => {
			await links.updateOne({ _id: id, codeTries: { $gt: 0 } }, { $inc: { codeTries: -1 } });
		},
		countRenewal: async (id, { now, minIntervalMs, max }) => {
			const { modifiedCount } = await links.updateOne(
				// `$not $gt` holds for null as well.
				{ _id: id, renewals: { $lt: max }, renewedAt: { $not: { $gt: now - minIntervalMs } } },
				{ $inc: { renewals: 1 }, $set: { renewedAt: now } },
			);
			return modifiedCount === 1;
		},
		countLive: (keyVersion, now) => links.countDocuments(live(keyVersion, now)),
		revokeLive: async (keyVersion, now) => {
			await links.updateMany(live(keyVersion, now), { $set: { revokedAt: now } });
		},
		deleteExpired: async (now) =>
			(await links.deleteMany({ purgeAt: { $lte: new Date(now) } })).deletedCount,
	};
}

async function insertMany(
	links: Collection<LinkDocument>,
	rows: readonly MagicLink[],
): Promise<MagicLink[]> {
	const documents = rows.map((row) => ({
		...toDocument(row),
		sessionSecretHash: null,
		purgeAt: new Date(row.expiresAt + KEPT_MS),
	}));
	const refused = await insertNew(links, documents);
	if (refused.length === 0) return [...rows];
	const ids = refused.flatMap((index) => rows[index]?.id ?? []);
	const found = await links.find({ _id: { $in: ids } }).toArray();
	const stored = new Map(found.map((document) => [document._id, parseLink(document)]));
	return rows.map((row) => stored.get(row.id) ?? row);
}
