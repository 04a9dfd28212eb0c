import { PortalError } from '../../errors.ts';
import type { Template, TemplateHead, TemplateStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { defineTable, listNewest, parseOptional } from './table.ts';

const head = {
	id: 'plain',
	portalId: 'plain',
	name: 'plain',
	kind: 'plain',
	draftValues: 'json',
	publishedValues: 'json',
	version: 'plain',
	publishedAt: 'plain',
	createdAt: 'plain',
	updatedAt: 'plain',
	updatedBy: 'plain',
} as const;
const heads = defineTable<TemplateHead>('templates', head);
const table = defineTable<Template>('templates', { ...head, draft: 'json', published: 'json' });
const SELECT = `SELECT ${table.columns} FROM templates`;

/** See TemplateStore. */
export function createTemplates({ read, durable }: Database): TemplateStore {
	return {
		insert: (template) =>
			durable((sql) => {
				refuseTaken(sql, template);
				sql.run(table.insert, ...table.values(template));
			}),
		get: (portalId, id) => read((sql) => find(sql, portalId, id)),
		getByName: (portalId, name) =>
			read((sql) => {
				const row = sql.get(`${SELECT} WHERE portalId = ? AND name = ?`, portalId, name);
				return parseOptional(table, row);
			}),
		list: (portalId, page) => read((sql) => listNewest(sql, heads, portalId, page)),
		update: ({ portalId, id, version }, set, { now, actor }) =>
			durable((sql) => {
				const template = find(sql, portalId, id);
				if (template?.version !== version) return null;
				const changed: Template = { ...template, ...set, updatedAt: now, updatedBy: actor };
				refuseTaken(sql, changed);
				sql.run(
					`UPDATE templates SET (${table.columns}) = (${table.placeholders}) WHERE id = ?`,
					...table.values(changed),
					id,
				);
				return changed;
			}),
		delete: (portalId, id) =>
			durable(
				(sql) => sql.run('DELETE FROM templates WHERE portalId = ? AND id = ?', portalId, id) === 1,
			),
	};
}

function find(sql: Connection, portalId: string, id: string): Template | null {
	const row = sql.get(`${SELECT} WHERE portalId = ? AND id = ?`, portalId, id);
	return parseOptional(table, row);
}

/** The transaction around it lets nobody take the name in between. */
function refuseTaken(sql: Connection, { portalId, name, id }: Template): void {
	const other = sql.get(
		'SELECT id FROM templates WHERE portalId = ? AND name = ? AND id <> ?',
		...[portalId, name, id],
	);
	if (other !== undefined) throw new PortalError('template_name_taken');
}
