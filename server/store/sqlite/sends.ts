import type { Send, SendStore } from '../store.ts';
import type { Database } from './database.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<Send>('sends', {
	id: 'plain',
	portalId: 'plain',
	kind: 'plain',
	status: 'plain',
	transport: 'plain',
	recipients: 'plain',
	linkLifetimeMs: 'plain',
	createdBy: 'plain',
	createdAt: 'plain',
	updatedAt: 'plain',
	finishedAt: 'plain',
	missing: 'json',
	contents: 'json',
	unsent: 'json',
});
const SELECT = `SELECT ${table.columns} FROM sends`;

/** See SendStore. */
export function createSends({ read, durable }: Database): SendStore {
	return {
		insert: (send) =>
			durable(
				(sql) =>
					sql.run(`${table.insert} ON CONFLICT (id) DO NOTHING`, ...table.values(send)) === 1,
			),
		get: (portalId, id) =>
			read((sql) => {
				const row = sql.get(`${SELECT} WHERE id = ? AND portalId = ?`, id, portalId);
				return parseOptional(table, row);
			}),
		listUnfinished: (limit) =>
			read((sql) =>
				sql
					.all(
						`${SELECT} WHERE status IN ('queued', 'sending') ORDER BY createdAt, id LIMIT ?`,
						limit,
					)
					.map((row) => table.parse(row)),
			),
		setStatus: (id, from, to, { now, missing }) =>
			durable(
				(sql) =>
					sql.run(
						`UPDATE sends SET status = ?, updatedAt = ?, finishedAt = coalesce(?, finishedAt),
							missing = coalesce(?, missing)
						WHERE id = ? AND status IN (SELECT value FROM json_each(?))`,
						...[to, now, to === 'finished' ? now : null],
						...[missing === undefined ? null : JSON.stringify(missing), id, JSON.stringify(from)],
					) === 1,
			),
	};
}
