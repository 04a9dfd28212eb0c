import type { IdempotencyKey, IdempotencyKeyStore } from '../store.ts';
import type { Database } from './database.ts';
import { deleteExpired } from './expiry.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<IdempotencyKey>('idempotencyKeys', {
	id: 'plain',
	portalId: 'plain',
	fingerprint: 'plain',
	ownerId: 'plain',
	index: 'plain',
	createdAt: 'plain',
	expiresAt: 'plain',
});

/** See IdempotencyKeyStore. */
export function createIdempotencyKeys(database: Database): IdempotencyKeyStore {
	return {
		claimMany: (keys, now) =>
			database.durable((sql) =>
				keys.map((key) => {
					sql.run('DELETE FROM idempotencyKeys WHERE id = ? AND expiresAt <= ?', key.id, now);
					sql.run(`${table.insert} ON CONFLICT (id) DO NOTHING`, ...table.values(key));
					const row = sql.get(`SELECT ${table.columns} FROM idempotencyKeys WHERE id = ?`, key.id);
					return parseOptional(table, row) ?? key;
				}),
			),
		get: (id, now) =>
			database.read((sql) => {
				const select = `SELECT ${table.columns} FROM idempotencyKeys`;
				return parseOptional(table, sql.get(`${select} WHERE id = ? AND expiresAt > ?`, id, now));
			}),
		takeOver: (id, from, to) =>
			database.durable(
				(sql) =>
					sql.run(
						'UPDATE idempotencyKeys SET ownerId = ?, "index" = ? WHERE id = ? AND ownerId = ?',
						...[to.ownerId, to.index, id, from],
					) === 1,
			),
		deleteExpired: (now) => deleteExpired(database, 'idempotencyKeys', now),
	};
}
