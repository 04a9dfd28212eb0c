import type { LimitRule, LimitStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { deleteExpired } from './expiry.ts';

/** See LimitStore. A power cut may take back the last counts; a crash or a restart of the server takes none. */
export function createLimits(database: Database): LimitStore {
	return {
		hit: (rules, now) => database.relaxed((sql) => hit(sql, rules, now)),
		wait: (rules, now) => database.read((sql) => wait(sql, rules, now)),
		giveBack: (rules, now) =>
			database.relaxed((sql) => {
				for (const { key } of rules) {
					sql.run(
						'UPDATE limits SET count = count - 1 WHERE id = ? AND expiresAt > ? AND count > 0',
						...[key, now],
					);
				}
			}),
		deleteExpired: (now) => deleteExpired(database, 'limits', now),
	};
}

function hit(
	sql: Connection,
	rules: readonly LimitRule[],
	now: number,
): Awaited<ReturnType<LimitStore['hit']>> {
	const retryAfterMs = wait(sql, rules, now);
	if (retryAfterMs > 0) return { ok: false, retryAfterMs };
	for (const { key, windowMs } of rules) {
		sql.run(
			`INSERT INTO limits (id, count, expiresAt) VALUES (?1, 1, ?2)
			ON CONFLICT (id) DO UPDATE SET
				count = CASE WHEN expiresAt > ?3 THEN count + 1 ELSE 1 END,
				expiresAt = CASE WHEN expiresAt > ?3 THEN expiresAt ELSE ?2 END`,
			...[key, now + windowMs, now],
		);
	}
	return { ok: true };
}

function wait(sql: Connection, rules: readonly LimitRule[], now: number): number {
	const ends = rules.map(({ key, limit }) => {
		const found = 'SELECT expiresAt FROM limits WHERE id = ? AND expiresAt > ? AND count >= ?';
		return Number(sql.get(found, key, now, limit)?.['expiresAt'] ?? now);
	});
	return Math.max(0, ...ends.map((end) => end - now));
}
