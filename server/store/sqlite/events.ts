import type { EventStore, PortalEvent } from '../store.ts';
import type { Connection, Value } from './connection.ts';
import type { Database } from './database.ts';
import { defineTable } from './table.ts';

const table = defineTable<PortalEvent>('events', {
	id: 'plain',
	portalId: 'plain',
	type: 'plain',
	at: 'plain',
	actor: 'plain',
	contactId: 'plain',
	linkId: 'plain',
	sendId: 'plain',
	data: 'json',
});

const insertNew = `${table.insert} ON CONFLICT (id) DO NOTHING`;

/** See EventStore. */
export function createEvents({ read, relaxed }: Database): EventStore {
	return {
		append: (events) =>
			relaxed((sql) => {
				insertEvents(sql, events);
			}),
		appendVisit: (event, max) =>
			relaxed((sql) => {
				const row = sql.get(
					// The list is the condition of the index eventsVisits, in its words.
					`SELECT count(*) AS n FROM events
					WHERE linkId = ? AND type = ? AND type IN ('link.visited', 'link.refused', 'link.questioned')`,
					...[event.linkId, event.type],
				);
				if (Number(row?.['n']) >= max) return false;
				insertEvents(sql, [event]);
				return true;
			}),
		list: (portalId, filter, { limit, after }) =>
			read((sql) => {
				const conditions = ['portalId = ?'];
				const values: Value[] = [portalId];
				for (const [condition, value] of [
					['contactId = ?', filter.contactId],
					['type = ?', filter.type],
					['id < ?', after ?? undefined],
				] as const) {
					if (value === undefined) continue;
					conditions.push(condition);
					values.push(value);
				}
				return sql
					.all(
						`SELECT ${table.columns} FROM events WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
						...values,
						limit,
					)
					.map((row) => table.parse(row));
			}),
	};
}

/** Inserts what is not there yet. */
export function insertEvents(sql: Connection, events: readonly PortalEvent[]): void {
	for (const event of events) sql.run(insertNew, ...table.values(event));
}
