import { PortalError } from '../../errors.ts';
import type { Database } from './database.ts';

const CALLS = 32;

/** Proves what redeeming relies on: of parallel guarded updates one wins, none is lost, and a commit can be read back. */
export async function selfTest({ read, durable, relaxed }: Database): Promise<void> {
	const name = `selfTest:${crypto.randomUUID()}`;
	await durable((sql) => sql.run('INSERT INTO meta VALUES (?, ?)', name, '0'));
	const guarded = await Promise.all(
		Array.from({ length: CALLS }, () =>
			durable((sql) => sql.run(`UPDATE meta SET value = '1' WHERE name = ? AND value = '0'`, name)),
		),
	);
	await Promise.all(
		Array.from({ length: CALLS }, () =>
			relaxed((sql) => sql.run('UPDATE meta SET value = value + 1 WHERE name = ?', name)),
		),
	);
	const stored = await read((sql) => sql.get('SELECT value FROM meta WHERE name = ?', name));
	await durable((sql) => sql.run('DELETE FROM meta WHERE name = ?', name));
	const winners = guarded.reduce((sum, changed) => sum + changed, 0);
	if (winners !== 1 || Number(stored?.['value']) !== CALLS + 1) {
		throw new PortalError('database_unavailable', {
			detail:
				'The SQLite file does not keep parallel writes apart, so a link could be used twice. Move it to a local disk: network file systems are not safe for SQLite.',
		});
	}
}
