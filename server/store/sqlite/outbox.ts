import type { OutboxMessage, OutboxStore } from '../store.ts';
import type { Database } from './database.ts';
import { deleteExpired } from './expiry.ts';
import { defineTable, listNewest, parseOptional } from './table.ts';

type Listed = Omit<OutboxMessage, 'sealed'>;

const listed = {
	id: 'plain',
	portalId: 'plain',
	sendId: 'plain',
	to: 'plain',
	subject: 'plain',
	createdAt: 'plain',
	expiresAt: 'plain',
} as const;
const heads = defineTable<Listed>('outbox', listed);
const table = defineTable<OutboxMessage>('outbox', { ...listed, sealed: 'plain' });

/** See OutboxStore. */
export function createOutbox(database: Database): OutboxStore {
	const { read, relaxed } = database;
	return {
		insertMany: (messages) =>
			relaxed((sql) => {
				for (const message of messages) {
					sql.run(`${table.insert} ON CONFLICT (id) DO NOTHING`, ...table.values(message));
				}
			}),
		list: (portalId, page) => read((sql) => listNewest(sql, heads, portalId, page)),
		get: (portalId, id) =>
			read((sql) => {
				const row = sql.get(
					`SELECT ${table.columns} FROM outbox WHERE id = ? AND portalId = ?`,
					id,
					portalId,
				);
				return parseOptional(table, row);
			}),
		deleteExpired: (now) => deleteExpired(database, 'outbox', now),
	};
}
