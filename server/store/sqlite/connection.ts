import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import {
	DatabaseSync,
	type SQLInputValue,
	type SQLOutputValue,
	type StatementSync,
} from 'node:sqlite';

export type Row = Record<string, SQLOutputValue>;
export type Value = SQLInputValue;

/** One connection to the file, its statements prepared once. */
export interface Connection {
	readonly db: DatabaseSync;
	get(sql: string, ...values: Value[]): Row | undefined;
	all(sql: string, ...values: Value[]): Row[];
	/** How many rows it changed. */
	run(sql: string, ...values: Value[]): number;
	close(): void;
}

/** 16 MB of log before it is copied into the file. Measured with bulk inserts: a quarter more rows than the default 1,000. */
const CHECKPOINT_PAGES = 4_000;

/** Reads go over the first connection. */
const cacheKb = { FULL: 8_000, NORMAL: 2_000 };

export const MEMORY = ':memory:';

/**
 * Opens the file, making folder and file when missing. The only place that names `node:sqlite`'s constructor.
 * `busyMs` is how long a statement may block the process while another one writes.
 */
export function connect(
	path: string,
	options: { synchronous: 'FULL' | 'NORMAL'; busyMs: number },
): Connection {
	if (path !== MEMORY) {
		mkdirSync(dirname(path), { recursive: true });
		// SQLite gives -wal and -shm the permissions of the file: it holds personal data, so it is its owner's only.
		closeSync(openSync(path, 'a', 0o600));
	}
	const db = new DatabaseSync(path, { timeout: options.busyMs });
	try {
		db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous};
			PRAGMA cache_size = -${String(cacheKb[options.synchronous])}; PRAGMA wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;`);
	} catch (error) {
		db.close();
		throw error;
	}
	return wrap(db);
}

function wrap(db: DatabaseSync): Connection {
	const prepared = new Map<string, StatementSync>();
	const statement = (sql: string): StatementSync => {
		let found = prepared.get(sql);
		if (found === undefined) {
			found = db.prepare(sql);
			prepared.set(sql, found);
		}
		return found;
	};
	return {
		db,
		get: (sql, ...values) => statement(sql).get(...values),
		all: (sql, ...values) => statement(sql).all(...values),
		run: (sql, ...values) => Number(statement(sql).run(...values).changes),
		close: () => {
			prepared.clear();
			db.close();
		},
	};
}
