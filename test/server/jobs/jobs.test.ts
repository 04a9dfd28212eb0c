import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startChild, type Child } from '../../support/child.ts';

describe('createJobs', () => {
	let folder: string;
	let worker: Child;

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'jobs-'));
		worker = startWorker();
		await printed('started');
	});
	afterEach(async () => {
		await worker.kill();
		rmSync(folder, { recursive: true });
	});

	/** A process whose jobs are started. */
	const startWorker = (): Child => {
		const file = join(import.meta.dirname, '../../support/job-worker.ts');
		const child = startChild(file, [join(folder, 'jobs.sqlite')]);
		child.tell('go');
		return child;
	};
	const printed = (line: string, times = 1) =>
		worker.until((lines) => lines.filter((printedLine) => printedLine === line).length >= times);
	const jobsInTable = () => {
		const db = new DatabaseSync(join(folder, 'jobs.sqlite'));
		const rows = db.prepare("SELECT * FROM jobs WHERE name <> 'sweep'").all();
		db.close();
		return rows;
	};

	/** As if the time of every job had come. */
	const makeDue = () => {
		const db = new DatabaseSync(join(folder, 'jobs.sqlite'));
		db.exec('UPDATE jobs SET next_run_at = 0');
		db.close();
	};

	it('does not let a small send wait behind bulk', async () => {
		for (const from of [0, 1, 2, 3]) worker.tell(`add wait ${String(from)} bulk`);
		await worker.until((lines) => lines.filter((line) => line.startsWith('run wait')).length === 1);
		worker.tell('add small 0 single');
		await printed('done small 0');
		expect(worker.lines.filter((line) => line.startsWith('run wait'))).toHaveLength(1);
	});

	it('runs a chunk again when it failed, and when it asks for it', async () => {
		worker.tell('add fail 0 single');
		worker.tell('add later 0 single');
		await printed('done fail 0');
		await printed('done later 0');
		expect(worker.lines.filter((line) => line === 'run later 0')).toHaveLength(2);
		worker.tell('stop');
		expect(await worker.ended).toBe(0);
		expect(jobsInTable()).toEqual([]);
	});

	it('looks after a new address, again when that failed, and also after a new start', async () => {
		for (const who of ['fail', 'soon']) worker.tell(`change ${who} 20`);
		await printed('told soon');
		await printed('told fail');
		const inAnHour = Date.now() + 3_600_000;
		worker.tell(`at ${String(inAnHour)}`);
		worker.tell('change late 3000');
		await printed('added late');
		worker.tell('stop');
		expect(await worker.ended).toBe(0);
		expect(worker.lines).not.toContain('told late');
		expect(jobsInTable()).toMatchObject([{ name: 'address change', next_run_at: inAnHour + 3000 }]);
		makeDue();
		worker = startWorker();
		await printed('started');
		await printed('told late');
	});

	it('drops the job of a new address that it is told to drop, and no other', async () => {
		for (const who of ['refused', 'kept']) worker.tell(`change ${who} 3600000`);
		await printed('added kept');
		worker.tell('drop refused');
		await printed('dropped refused');
		worker.tell('stop');
		expect(await worker.ended).toBe(0);
		const left = jobsInTable().map(({ definition }) => JSON.parse(String(definition)));
		expect(left).toMatchObject([{ data: { contactId: 'kept' } }]);
	});

	it('lists the chunks that run or wait, not those that are done', async () => {
		for (const from of [0, 1, 2]) worker.tell(`add wait ${String(from)} bulk`);
		worker.tell('list wait');
		await printed('list 0,1,2');
		worker.tell('finish');
		await worker.until(
			(lines) => lines.filter((line) => line.startsWith('done wait')).length === 3,
		);
		worker.tell('add small 0 single');
		await printed('done small 0');
		worker.tell('stop');
		await worker.ended;
		expect(jobsInTable()).toEqual([]);
	});

	it('finishes what is at work when it stops, and leaves the rest to the next start', async () => {
		for (const from of [0, 1]) worker.tell(`add wait ${String(from)} bulk`);
		await printed('run wait 0');
		worker.tell('stop');
		worker.tell('finish');
		expect(await worker.ended).toBe(0);
		expect(worker.lines.slice(-2)).toEqual(['done wait 0', 'stopped']);
		expect(jobsInTable()).toMatchObject([{ locked_at: null, locked_by: null }]);
	});
});
