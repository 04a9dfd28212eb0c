import type { Admin, AdminStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<Admin>('admins', {
	id: 'plain',
	email: 'plain',
	createdAt: 'plain',
	revokedAt: 'plain',
});
const SELECT = `SELECT ${table.columns} FROM admins`;

/** See AdminStore. */
export function createAdmins({ read, durable }: Database): AdminStore {
	return {
		ensure: (admin) =>
			durable((sql) => {
				sql.run(`${table.insert} ON CONFLICT (email) DO NOTHING`, ...table.values(admin));
				const row = sql.get(`${SELECT} WHERE email = ?`, admin.email);
				return parseOptional(table, row) ?? admin;
			}),
		get: (id) => read((sql) => findAdmin(sql, id)),
		list: () => read((sql) => sql.all(`${SELECT} ORDER BY id`).map((row) => table.parse(row))),
	};
}

export function findAdmin(sql: Connection, id: string): Admin | null {
	return parseOptional(table, sql.get(`${SELECT} WHERE id = ?`, id));
}
