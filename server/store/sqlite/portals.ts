import type { Portal, PortalStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<Portal>('portals', {
	id: 'plain',
	slug: 'plain',
	name: 'plain',
	domains: 'json',
	appUrl: 'plain',
	destinations: 'json',
	sender: 'json',
	supportEmail: 'plain',
	brand: 'json',
	lifetimes: 'json',
	endOtherLinks: 'boolean',
	locale: 'plain',
	timeZone: 'plain',
	customValues: 'json',
	createdAt: 'plain',
	updatedAt: 'plain',
});
const SELECT = `SELECT ${table.columns} FROM portals`;

/** See PortalStore. */
export function createPortals({ read, durable }: Database): PortalStore {
	return {
		insert: (portal) =>
			durable(
				(sql) =>
					sql.run(`${table.insert} ON CONFLICT (slug) DO NOTHING`, ...table.values(portal)) === 1,
			),
		get: (id) => read((sql) => find(sql, id)),
		getBySlug: (slug) =>
			read((sql) => parseOptional(table, sql.get(`${SELECT} WHERE slug = ?`, slug))),
		list: ({ limit, after }) =>
			read((sql) =>
				sql
					.all(`${SELECT} WHERE id > ? ORDER BY id LIMIT ?`, after ?? '', limit)
					.map((row) => table.parse(row)),
			),
		update: (id, set, now) => durable((sql) => change(sql, id, now, () => set)),
		setCustomValue: (id, key, value, now) =>
			durable((sql) =>
				change(sql, id, now, ({ customValues }) => ({
					customValues: { ...customValues, [key]: value },
				})),
			),
		deleteCustomValue: (id, key, now) =>
			durable((sql) => {
				const portal = find(sql, id);
				if (portal === null || !Object.hasOwn(portal.customValues, key)) return false;
				const kept = Object.entries(portal.customValues).filter(([name]) => name !== key);
				change(sql, id, now, () => ({ customValues: Object.fromEntries(kept) }));
				return true;
			}),
	};
}

function find(sql: Connection, id: string): Portal | null {
	return parseOptional(table, sql.get(`${SELECT} WHERE id = ?`, id));
}

/** Reads, changes and writes a portal; the transaction around it lets nobody in between. */
function change(
	sql: Connection,
	id: string,
	now: number,
	set: (portal: Portal) => Partial<Portal>,
): Portal | null {
	const portal = find(sql, id);
	if (portal === null) return null;
	const changed: Portal = { ...portal, ...set(portal), updatedAt: now };
	sql.run(
		`UPDATE portals SET (${table.columns}) = (${table.placeholders}) WHERE id = ?`,
		...table.values(changed),
		id,
	);
	return changed;
}
