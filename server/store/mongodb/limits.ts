import type { Collection, Db } from 'mongodb';

import type { LimitRule, LimitStore } from '../store.ts';
import { insertNew } from './documents.ts';

interface LimitDocument {
	_id: string;
	count: number;
	expiresAt: number;
	purgeAt: Date;
}

/** A window that ends between two looks more often than this is somebody else's bug. */
const ATTEMPTS = 5;

/** See LimitStore. */
export function createLimits(db: Db): LimitStore {
	const limits = db.collection<LimitDocument>('limits');
	const giveBack: LimitStore['giveBack'] = async (rules, now) => {
		for (const { key } of rules) {
			const filter = { _id: key, count: { $gt: 0 }, expiresAt: { $gt: now } };
			await limits.updateOne(filter, { $inc: { count: -1 } });
		}
	};
	return {
		hit: async (rules, now) => {
			const counted: LimitRule[] = [];
			let retryAfterMs = 0;
			// All are tried, so that the answer says when all of them will have room.
			for (const rule of rules) {
				const ruleWaitMs = await count(limits, rule, now);
				if (ruleWaitMs === 0) counted.push(rule);
				retryAfterMs = Math.max(retryAfterMs, ruleWaitMs);
			}
			if (retryAfterMs === 0) return { ok: true };
			await giveBack(counted, now);
			return { ok: false, retryAfterMs };
		},
		wait: async (rules, now) => {
			const waits = await Promise.all(rules.map((rule) => waitMs(limits, rule, now)));
			return Math.max(0, ...waits);
		},
		giveBack,
		deleteExpired: async (now) =>
			(await limits.deleteMany({ expiresAt: { $lte: now } })).deletedCount,
	};
}

/**
 * Counts one key: 0, or how long its window is still full. An upsert with `$inc` would lose counts on some servers, so a window is
 * begun by a guarded write or an insert, and counted by a guarded `$inc`.
 */
async function count(
	limits: Collection<LimitDocument>,
	rule: LimitRule,
	now: number,
): Promise<number> {
	const { key, limit, windowMs } = rule;
	const begun = { count: 1, expiresAt: now + windowMs, purgeAt: new Date(now + windowMs) };
	for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
		const open = { _id: key, expiresAt: { $gt: now }, count: { $lt: limit } };
		if ((await limits.updateOne(open, { $inc: { count: 1 } })).matchedCount === 1) return 0;
		// Before anything is written: what an attacker gets to see most is a full window.
		const fullForMs = await waitMs(limits, rule, now);
		if (fullForMs > 0) return fullForMs;
		const over = { _id: key, expiresAt: { $lte: now } };
		if ((await limits.updateOne(over, { $set: begun })).matchedCount === 1) return 0;
		if ((await insertNew(limits, [{ _id: key, ...begun }])).length === 0) return 0;
	}
	throw new Error('a limit could be neither counted nor found full');
}

/** How long the window of one key is still full; 0 when it has room. */
async function waitMs(
	limits: Collection<LimitDocument>,
	{ key, limit }: LimitRule,
	now: number,
): Promise<number> {
	const full = { _id: key, expiresAt: { $gt: now }, count: { $gte: limit } };
	return ((await limits.findOne(full))?.expiresAt ?? now) - now;
}
