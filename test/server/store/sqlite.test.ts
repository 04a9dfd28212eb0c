import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, describe, expect, it, jest } from '@jest/globals';

import { createSqliteStore } from '../../../server/store/sqlite/index.ts';
import { describeContract } from './contract.ts';

const prepare = jest.spyOn(DatabaseSync.prototype, 'prepare');

describeContract('SQLite', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'client-portal-store-'));
	const path = join(folder, 'made', 'when-missing.sqlite');
	const store = createSqliteStore({ path });
	await store.open();
	const raw = new DatabaseSync(path, { timeout: 5_000 });
	const run = (sql: string, id: string): Promise<void> => {
		raw.prepare(sql).run(id);
		return Promise.resolve();
	};
	return {
		store,
		another: () => createSqliteStore({ path }),
		forgetSession: (id) => run('DELETE FROM sessions WHERE linkId = ?', id),
		forgetLogin: (id) =>
			run('UPDATE contacts SET joinedAt = NULL, lastLoginAt = NULL WHERE id = ?', id),
		forgetContact: (id) => run('DELETE FROM contacts WHERE id = ?', id),
		close: async () => {
			raw.close();
			await store.close();
			rmSync(folder, { recursive: true });
		},
	};
});

describe('what the contract suite made the SQLite store ask', () => {
	const store = createSqliteStore({ path: ':memory:' });
	afterAll(() => store.close());

	it('is served by an index', async () => {
		const asked = new Set(prepare.mock.calls.map(([sql]) => sql));
		await store.open();
		const db = prepare.mock.contexts.at(-1) as DatabaseSync;
		const plans = [...asked]
			.filter((sql) => /^\s*(SELECT|UPDATE|DELETE|WITH|INSERT)/.test(sql) && !/\bjobs\b/.test(sql))
			.map((sql) => ({ sql, plan: planOf(db, sql) }));
		expect(plans.length).toBeGreaterThan(40);
		const slow = plans.filter(({ sql, plan }) => isSlow(plan) && !forOperators.test(sql));
		expect(slow).toEqual([]);
	});

	it('would be noticed without such an index', async () => {
		await store.open();
		const db = prepare.mock.contexts.at(-1) as DatabaseSync;
		for (const rest of [
			'WHERE company = ?',
			'WHERE portalId = ? ORDER BY company',
			'ORDER BY id',
		]) {
			expect(isSlow(planOf(db, `SELECT * FROM contacts ${rest}`))).toBe(true);
		}
	});
});

function planOf(db: DatabaseSync, sql: string): string[] {
	const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
	return rows.map((row) => String(row['detail']));
}

/** What a key is needed for is counted when one is dropped: store.ts says that this may read everything. */
const forOperators = /WHERE keyVersion = \? AND expiresAt > \?/;

/** Lists in a parameter, tables that stay small, and an index of nothing but what is listed. */
const mayScan = /^SCAN (json_each|meta|portals|apiKeys|admins|sends USING INDEX sendsUnfinished)\b/;

function isSlow(plan: string[]): boolean {
	return plan.some(
		(step) => step.includes('TEMP B-TREE') || (/^SCAN/.test(step) && !mayScan.test(step)),
	);
}
