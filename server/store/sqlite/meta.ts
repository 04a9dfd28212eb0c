import type { MetaStore } from '../store.ts';
import type { Database } from './database.ts';

/** See MetaStore. */
export function createMeta({ read, durable }: Database): MetaStore {
	return {
		get: (name) =>
			read((sql) => {
				const row = sql.get('SELECT value FROM meta WHERE name = ?', name);
				return row === undefined ? null : String(row['value']);
			}),
		compareAndSet: (name, expected, value) =>
			durable(
				(sql) =>
					(expected === null
						? sql.run('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING', name, value)
						: sql.run(
								'UPDATE meta SET value = ? WHERE name = ? AND value = ?',
								value,
								name,
								expected,
							)) === 1,
			),
	};
}
