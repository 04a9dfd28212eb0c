import { uuidV7 } from '../../ids.ts';
import { KEPT_MS, LONGEST_LIFE_MS } from '../retention.ts';
import type { Value } from './connection.ts';
import type { Database } from './database.ts';

/** Rows deleted in one transaction: few enough to keep the process responsive. */
const BATCH = 500;

/** Deletes the rows whose `expiresAt` has come; answers how many. */
export function deleteExpired(
	database: Database,
	table: 'outbox' | 'idempotencyKeys' | 'limits',
	now: number,
): Promise<number> {
	return deleteInBatches(database, table, 'expiresAt <= ?', now);
}

/**
 * Deletes links or sessions that are forgotten, answers how many. They are found by their ids, which begin with the time they
 * were made at, so that minting need not feed an index of `expiresAt`, which made it a fifteenth slower.
 */
export function deleteForgotten(
	database: Database,
	table: 'magicLinks' | 'sessions',
	now: number,
): Promise<number> {
	const madeBefore = Math.max(0, now - KEPT_MS - LONGEST_LIFE_MS);
	const firstId = uuidV7(madeBefore, new Uint8Array(10));
	return deleteInBatches(database, table, 'id < ? AND expiresAt <= ?', firstId, now - KEPT_MS);
}

async function deleteInBatches(
	{ relaxed }: Database,
	table: string,
	condition: string,
	...values: Value[]
): Promise<number> {
	const sql = `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${condition} LIMIT ?)`;
	let total = 0;
	for (;;) {
		const deleted = await relaxed((connection) => connection.run(sql, ...values, BATCH));
		total += deleted;
		if (deleted < BATCH) return total;
	}
}
