import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { connect, type Connection } from '../../../server/store/sqlite/connection.ts';
import { createGroupCommit } from '../../../server/store/sqlite/group-commit.ts';
import { inParallel } from './fixtures.ts';

describe('group commit', () => {
	let folder: string;
	let connection: Connection;
	let commits: number;
	let write: ReturnType<typeof createGroupCommit>['write'];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'client-portal-commit-'));
		const path = join(folder, 'x.sqlite');
		connection = connect(path, { synchronous: 'FULL', busyMs: 20 });
		connection.db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT) STRICT');
		commits = 0;
		const counting: Connection = {
			...connection,
			run: (sql, ...values) => {
				if (sql === 'COMMIT') commits += 1;
				return connection.run(sql, ...values);
			},
		};
		write = createGroupCommit(counting, { path, patienceMs: 100 }).write;
	});
	afterEach(() => {
		connection.close();
		rmSync(folder, { recursive: true });
	});

	const insert = (n: number, text = ''): Promise<number> =>
		write((sql) => sql.run('INSERT INTO t VALUES (?, ?)', n, text));
	const count = (): unknown => connection.get('SELECT count(*) AS n FROM t')?.['n'];

	it('syncs each commit to the disk', () => {
		expect(connection.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
		expect(connection.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
	});

	it('lets writes that arrive together share one commit', async () => {
		await inParallel(64, (n) => insert(n));
		expect(commits).toBe(1);
		expect(count()).toBe(64);
	});

	it('undoes a write that fails alone in its transaction', async () => {
		await expect(
			write((sql) => {
				sql.run('INSERT INTO t VALUES (2, ?)', 'half');
				throw new Error('changed its mind');
			}),
		).rejects.toThrow('changed its mind');
		expect(count()).toBe(0);
	});

	it('undoes a write that fails, whole and alone, and does the others once', async () => {
		const results = await Promise.allSettled([
			insert(1),
			write((sql) => {
				sql.run('INSERT INTO t VALUES (2, ?)', 'half');
				throw new Error('changed its mind');
			}),
			insert(1),
			insert(3),
		]);
		expect(results.map(({ status }) => status)).toEqual([
			'fulfilled',
			'rejected',
			'rejected',
			'fulfilled',
		]);
		expect(results[1]).toMatchObject({ reason: { message: 'changed its mind' } });
		expect(results[2]).toMatchObject({ reason: { errcode: 1555 } });
		expect(connection.all('SELECT n FROM t')).toEqual([{ n: 1 }, { n: 3 }]);
		expect(commits).toBe(1);
	});

	it('gives others a turn when a transaction gets long', async () => {
		const slow = (n: number): Promise<number> =>
			write((sql) => {
				const until = performance.now() + 15;
				while (performance.now() < until);
				return sql.run('INSERT INTO t VALUES (?, ?)', n, '');
			});
		await inParallel(6, slow);
		expect(commits).toBeGreaterThanOrEqual(3);
		expect(count()).toBe(6);
	});

	it('says disk_full to everyone in the transaction, keeps what was there, and goes on when there is room', async () => {
		await insert(1);
		const pages = Number(connection.get('PRAGMA page_count')?.['page_count']);
		connection.db.exec(`PRAGMA max_page_count = ${pages + 2}`);
		const large = 'x'.repeat(100_000);
		const results = await Promise.allSettled([insert(2), insert(3, large), insert(4)]);
		for (const result of results.slice(0, 2)) {
			expect(result).toMatchObject({
				status: 'rejected',
				reason: { code: 'disk_full', detail: expect.stringContaining('Free some space') },
			});
		}
		// It was not in that transaction yet, and is small enough for the next one.
		expect(results[2]).toMatchObject({ status: 'fulfilled' });
		expect(connection.all('SELECT n FROM t')).toEqual([{ n: 1 }, { n: 4 }]);
		connection.db.exec('PRAGMA max_page_count = 1000000');
		await insert(3, large);
		expect(count()).toBe(3);
	});
});
