import type { Database } from './database.ts';

/** Rows deleted in one transaction: few enough to keep the process responsive. */
const BATCH = 500;

/** Deletes the rows whose `expiresAt` has come; answers how many. */
export async function deleteExpired(
	{ relaxed }: Database,
	table: 'outbox' | 'idempotencyKeys' | 'limits',
	now: number,
): Promise<number> {
	let total = 0;
	for (;;) {
		const deleted = await relaxed((sql) =>
			sql.run(
				`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE expiresAt <= ? LIMIT ?)`,
				now,
				BATCH,
			),
		);
		total += deleted;
		if (deleted < BATCH) return total;
	}
}
