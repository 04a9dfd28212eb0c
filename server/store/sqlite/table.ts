import type { Connection, Row, Value } from './connection.ts';

/** `json`: kept as JSON text; `boolean`: 0 or 1; `plain`: text, number or null as it is. */
type Codec = 'plain' | 'json' | 'boolean';

/** How rows of type `T` lie in a table whose columns are named like T's members. */
export interface Table<T> {
	readonly name: string;
	/** The columns, quoted, for a SELECT or RETURNING. */
	readonly columns: string;
	/** One `?` per column. */
	readonly placeholders: string;
	/** `INSERT INTO … VALUES (?, …)`, its placeholders in the order of `values`. */
	readonly insert: string;
	values(row: T): Value[];
	parse(row: Row): T;
}

export function defineTable<T extends object>(
	name: string,
	codecs: Record<keyof T & string, Codec>,
): Table<T> {
	const entries = Object.entries<Codec>(codecs) as [keyof T & string, Codec][];
	const columns = entries.map(([column]) => `"${column}"`).join(', ');
	const placeholders = entries.map(() => '?').join(', ');
	const special = entries.filter(([, codec]) => codec !== 'plain');
	const encode = (codec: Codec, value: unknown): Value => {
		if (codec === 'json') return JSON.stringify(value);
		if (codec === 'boolean') return value === true ? 1 : 0;
		// Every plain member is text, a number or null: `codecs` is written beside its type.
		return value as Value;
	};
	return {
		name,
		columns,
		placeholders,
		insert: `INSERT INTO "${name}" (${columns}) VALUES (${placeholders})`,
		values: (row) => entries.map(([column, codec]) => encode(codec, row[column])),
		parse: (row) => {
			const parsed: Record<string, unknown> = { ...row };
			for (const [column, codec] of special) {
				parsed[column] = codec === 'json' ? JSON.parse(String(row[column])) : row[column] === 1;
			}
			// Only this table's `values` writes such rows.
			return parsed as T;
		},
	};
}

/** Parses the row if there is one. */
export function parseOptional<T>(table: Table<T>, row: Row | undefined): T | null {
	return row === undefined ? null : table.parse(row);
}

/** The portal's rows, newest first (by id); `after` is the last id of the page before. */
export function listNewest<T>(
	sql: Connection,
	table: Table<T>,
	portalId: string,
	{ limit, after }: { limit: number; after: string | null },
): T[] {
	const query = `SELECT ${table.columns} FROM "${table.name}"
		WHERE portalId = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?`;
	return sql.all(query, portalId, after, after, limit).map((row) => table.parse(row));
}
