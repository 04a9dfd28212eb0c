import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createSqliteBackend } from '../../../server/jobs/sqlite-backend.ts';
import { startChild, type Child } from '../../support/child.ts';

const worker = join(import.meta.dirname, '../../support/job-worker.ts');
const count = (lines: readonly string[], word: string) =>
	lines.filter((line) => line.startsWith(`${word} `)).length;

describe('createSqliteBackend', () => {
	let folder: string;
	let db: DatabaseSync;
	let children: Child[];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'jobs-'));
		db = new DatabaseSync(join(folder, 'jobs.sqlite'), { timeout: 5000 });
		db.exec('PRAGMA journal_mode = WAL');
		children = [];
	});
	afterEach(async () => {
		await Promise.all(children.map((child) => child.kill()));
		db.close();
		rmSync(folder, { recursive: true });
	});

	const start = (): Child => {
		const child = startChild(worker, [join(folder, 'jobs.sqlite')]);
		children.push(child);
		return child;
	};
	const backend = () => createSqliteBackend(db);
	const fill = async (jobs: number, sendId = 'a') => {
		const { repository } = backend();
		await repository.connect();
		for (let from = 0; from < jobs; from++) {
			await repository.saveJob(
				{
					name: 'send chunk',
					type: 'normal',
					priority: 0,
					nextRunAt: new Date(),
					data: { sendId, from, to: from + 1 },
				},
				undefined,
			);
		}
	};
	const chunksLeft = async () =>
		(await backend().repository.queryJobs({ name: 'send chunk' })).total;

	it('lets two processes share 200 jobs and runs none twice', async () => {
		await fill(200);
		const [a, b] = [start(), start()];
		await Promise.all([a, b].map((child) => child.until((lines) => lines.includes('ready'))));
		for (const child of [a, b]) child.tell('go');
		const all = () => [...a.lines, ...b.lines];
		await Promise.race([a, b].map((child) => child.until(() => count(all(), 'done') >= 200)));
		for (const child of [a, b]) child.tell('stop');
		expect(await Promise.all([a.ended, b.ended])).toEqual([0, 0]);
		const ran = all().filter((line) => line.startsWith('run '));
		expect(ran).toHaveLength(200);
		expect(new Set(ran).size).toBe(200);
		expect(count(a.lines, 'run')).toBeGreaterThan(0);
		expect(count(b.lines, 'run')).toBeGreaterThan(0);
		expect(await chunksLeft()).toBe(0);
	});

	it('goes on with the jobs of a process that was killed, without waiting for its locks', async () => {
		await fill(50, 'wait');
		const killed = start();
		killed.tell('go');
		await killed.until((lines) => count(lines, 'run') === 1);
		await killed.kill();
		const next = start();
		const startedAt = Date.now();
		next.tell('finish');
		next.tell('finish');
		next.tell('go');
		await next.until((lines) => count(lines, 'done') === 50);
		// The locks of the dead process would have lasted a minute.
		expect(Date.now() - startedAt).toBeLessThan(30_000);
		expect(new Set(next.lines.filter((line) => line.startsWith('run '))).size).toBe(50);
		next.tell('stop');
		expect(await next.ended).toBe(0);
		expect(await chunksLeft()).toBe(0);
	});

	it('leaves the locks of a living process alone when another one starts', async () => {
		await fill(10, 'wait');
		const busy = start();
		busy.tell('go');
		await busy.until((lines) => count(lines, 'run') === 1);
		const other = start();
		other.tell('finish');
		other.tell('go');
		await other.until((lines) => count(lines, 'done') === 9);
		other.tell('stop');
		expect(await other.ended).toBe(0);
		expect(await chunksLeft()).toBe(1);
	});

	it('keeps one job of a name that is single, and its next run when the new one is due already', async () => {
		const { repository } = backend();
		await repository.connect();
		const job = {
			name: 'sweep',
			type: 'single',
			priority: 0,
			data: null,
			repeatInterval: 60_000,
		} as const;
		const later = new Date(Date.now() + 60_000);
		const first = await repository.saveJob({ ...job, nextRunAt: later }, undefined);
		const again = await repository.saveJob(
			{ ...job, nextRunAt: new Date(0), priority: 5 },
			undefined,
		);
		expect(again).toEqual({ ...first, priority: 5 });
		expect(again.nextRunAt).toEqual(later);
		expect((await repository.queryJobs()).total).toBe(1);
	});

	it('answers queries by state and data, and removes nothing when nothing is named', async () => {
		await fill(3);
		const { repository } = backend();
		const now = new Date();
		const locked = await repository.getNextJobToRun('send chunk', now, new Date(0), now, {
			lastModifiedBy: 'me',
		});
		expect(locked?.lockedAt).toEqual(now);
		expect((await repository.queryJobs({ state: 'running' })).jobs).toMatchObject([
			{ _id: locked!._id, state: 'running' },
		]);
		expect((await repository.queryJobs({ data: { from: 2 } })).jobs).toMatchObject([
			{ data: { sendId: 'a', from: 2 } },
		]);
		expect(
			(await repository.queryJobs({ sort: { data: 'asc' }, skip: 1, limit: 1 })).jobs,
		).toMatchObject([{ data: { from: 1 } }]);
		expect(await repository.getJobsOverview()).toMatchObject([
			{ name: 'send chunk', total: 3, running: 1, queued: 2 },
		]);
		expect(await repository.removeJobs({})).toBe(0);
		expect(await repository.disableJobs({ data: { from: 1 } })).toBe(1);
		expect((await repository.queryJobs({ includeDisabled: false })).total).toBe(2);
		expect(await repository.removeJobs({ notNames: ['sweep'] })).toBe(3);
	});

	it('takes a lock only once, and gives it back unless the job is running', async () => {
		await fill(1);
		const { repository } = backend();
		const [job] = (await repository.queryJobs()).jobs;
		const locked = await repository.lockJob(job!, { lastModifiedBy: 'me' });
		expect(locked?.lockedAt).toBeInstanceOf(Date);
		expect(await repository.lockJob(job!, { lastModifiedBy: 'you' })).toBeUndefined();
		await repository.unlockJob(job!);
		const again = await repository.lockJob(job!, { lastModifiedBy: 'you' });
		await repository.saveJobState({ ...again!, nextRunAt: null }, { lastModifiedBy: 'you' });
		await repository.unlockJob(job!);
		expect((await repository.getJobById(job!._id))?.lockedAt).toEqual(again!.lockedAt);
	});
});
