import type { Delivery, DeliveryOutcome, DeliveryStatus, DeliveryStore } from '../store.ts';
import type { Connection, Row } from './connection.ts';
import type { Database } from './database.ts';
import { defineTable } from './table.ts';

const table = defineTable<Delivery>('deliveries', {
	id: 'plain',
	portalId: 'plain',
	sendId: 'plain',
	index: 'plain',
	contactId: 'plain',
	email: 'plain',
	content: 'plain',
	destination: 'plain',
	status: 'plain',
	skipped: 'plain',
	error: 'json',
	attempts: 'plain',
	repeated: 'boolean',
	notBefore: 'plain',
	missing: 'json',
	messageId: 'plain',
	createdAt: 'plain',
	updatedAt: 'plain',
	item: 'json',
});
const SELECT = `SELECT ${table.columns} FROM deliveries`;

/** See DeliveryStore. */
export function createDeliveries({ read, durable }: Database): DeliveryStore {
	const parseAll = (rows: Row[]): Delivery[] => rows.map((row) => table.parse(row));
	return {
		insertMany: (deliveries) =>
			durable((sql) => {
				for (const delivery of deliveries) {
					sql.run(`${table.insert} ON CONFLICT DO NOTHING`, ...table.values(delivery));
				}
			}),
		claim: (sendId, { from, to }, now) =>
			durable((sql) =>
				parseAll(
					sql.all(
						`UPDATE deliveries
						SET status = 'sending', attempts = attempts + 1, repeated = (repeated OR status = 'sending'), updatedAt = ?
						WHERE sendId = ? AND "index" >= ? AND "index" < ? AND status IN ('queued', 'sending')
							AND (notBefore IS NULL OR notBefore <= ?)
						RETURNING ${table.columns}`,
						...[now, sendId, from, to, now],
					),
				).sort((a, b) => a.index - b.index),
			),
		finish: (outcomes, now) =>
			durable((sql) => {
				for (const outcome of outcomes) finish(sql, outcome, now);
			}),
		count: (sendId) => read((sql) => count(sql, sendId)),
		list: (sendId, { status }, { limit, after }) =>
			read((sql) => {
				const start = after ?? -1;
				return parseAll(
					status === undefined
						? sql.all(
								`${SELECT} WHERE sendId = ? AND "index" > ? ORDER BY "index" LIMIT ?`,
								sendId,
								start,
								limit,
							)
						: sql.all(
								`${SELECT} WHERE sendId = ? AND status = ? AND "index" > ? ORDER BY "index" LIMIT ?`,
								...[sendId, status, start, limit],
							),
				);
			}),
		getByIndex: (refs) =>
			read((sql) =>
				refs.flatMap(({ sendId, index }) =>
					parseAll(sql.all(`${SELECT} WHERE sendId = ? AND "index" = ?`, sendId, index)),
				),
			),
	};
}

function finish(sql: Connection, outcome: DeliveryOutcome, now: number): void {
	const { id, sendId, status, error, skipped, messageId, missing, notBefore, attempts } = outcome;
	sql.run(
		`UPDATE deliveries
		SET status = ?, error = ?, skipped = ?, messageId = ?, missing = ?, notBefore = ?, updatedAt = ?,
			attempts = coalesce(?, attempts)
		WHERE id = ? AND sendId = ? AND status IN ('queued', 'sending')`,
		...[status, JSON.stringify(error ?? null), skipped ?? null, messageId ?? null],
		...[JSON.stringify(missing ?? []), notBefore ?? null, now, attempts ?? null, id, sendId],
	);
}

function count(sql: Connection, sendId: string): Record<DeliveryStatus, number> {
	const counts = { queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
	const rows = sql.all(
		'SELECT status, count(*) AS rows FROM deliveries WHERE sendId = ? GROUP BY status',
		sendId,
	);
	for (const row of rows) Object.assign(counts, { [String(row['status'])]: row['rows'] });
	return counts;
}
