import type { ApiKey, ApiKeyStore } from '../store.ts';
import type { Database } from './database.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<ApiKey>('apiKeys', {
	id: 'plain',
	portalId: 'plain',
	name: 'plain',
	scopes: 'json',
	secretHash: 'plain',
	keyVersion: 'plain',
	createdAt: 'plain',
	revokedAt: 'plain',
});
const SELECT = `SELECT ${table.columns} FROM apiKeys`;

/** See ApiKeyStore. */
export function createApiKeys({ read, durable }: Database): ApiKeyStore {
	return {
		insert: (key) =>
			durable((sql) => {
				sql.run(table.insert, ...table.values(key));
			}),
		get: (id) => read((sql) => parseOptional(table, sql.get(`${SELECT} WHERE id = ?`, id))),
		list: () => read((sql) => sql.all(`${SELECT} ORDER BY id`).map((row) => table.parse(row))),
		revoke: (id, now) =>
			durable(
				(sql) =>
					sql.run(
						'UPDATE apiKeys SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL',
						now,
						id,
					) === 1,
			),
	};
}
