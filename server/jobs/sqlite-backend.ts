import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import type { AgendaBackend, JobParameters, JobRepository, RemoveJobsOptions } from 'agenda';

import { isDeadOwner } from './owner.ts';
import { findRows, jobQueries, settle } from './sqlite-job-queries.ts';
import { createJobTable, definitionOf, jobOf, type JobRow } from './sqlite-job-rows.ts';

/**
 * Agenda's jobs in a SQLite table, for any number of processes on one file. Every write is a single statement, so it is atomic by
 * itself and needs no transaction of its own, whatever else the connection is used for. The caller opens and closes `db`.
 */
export function createSqliteBackend(db: DatabaseSync): AgendaBackend {
	const repository: JobRepository = {
		connect: () =>
			settle(() => {
				prepareTable(db);
			}),
		...jobQueries(db),
		...writers(db),
		...locks(db),
	};
	return {
		name: 'SQLite',
		repository,
		ownsConnection: false,
		connect: () => repository.connect(),
		disconnect: () => Promise.resolve(),
	};
}

function prepareTable(db: DatabaseSync): void {
	db.exec(createJobTable);
	// Jobs of processes that died may run again at once. Never NULL: a job that was running has no next run any more, and
	// only an expired lock brings it back.
	const owners = db
		.prepare('SELECT DISTINCT locked_by AS owner FROM jobs WHERE locked_by IS NOT NULL')
		.all();
	const release = db.prepare('UPDATE jobs SET locked_at = 0, locked_by = NULL WHERE locked_by = ?');
	for (const { owner } of owners) {
		if (typeof owner === 'string' && isDeadOwner(owner)) release.run(owner);
	}
}

function writers(
	db: DatabaseSync,
): Pick<
	JobRepository,
	'removeJobs' | 'saveJob' | 'saveJobState' | 'disableJobs' | 'enableJobs' | 'purgeAllJobs'
> {
	const insert = `
		INSERT INTO jobs (id, name, type, priority, next_run_at, disabled, last_modified_by, definition)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) WHERE type = 'single' DO UPDATE SET
			priority = excluded.priority, disabled = excluded.disabled, definition = excluded.definition,
			last_modified_by = excluded.last_modified_by,
			next_run_at = CASE WHEN excluded.next_run_at <= ? THEN next_run_at ELSE excluded.next_run_at END
		RETURNING *`;
	const update = `
		UPDATE jobs SET priority = ?, next_run_at = ?, disabled = ?, last_modified_by = ?, definition = ?
		WHERE id = ? AND name = ? RETURNING *`;
	/** Without any filter nothing is meant, as in Agenda's other back ends. */
	const eachMatch = (options: RemoveJobsOptions, statement: string) =>
		settle(() => {
			if (Object.values(options).every((value) => value === undefined)) return 0;
			const prepared = db.prepare(statement);
			return findRows(db, options).filter((row) => prepared.run(row.id).changes === 1).length;
		});

	return {
		removeJobs: (options) => eachMatch(options, 'DELETE FROM jobs WHERE id = ?'),
		disableJobs: (options) => eachMatch(options, 'UPDATE jobs SET disabled = 1 WHERE id = ?'),
		enableJobs: (options) => eachMatch(options, 'UPDATE jobs SET disabled = 0 WHERE id = ?'),
		purgeAllJobs: () => settle(() => Number(db.prepare('DELETE FROM jobs').run().changes)),
		saveJob: <DATA>(job: JobParameters<DATA>, options?: { lastModifiedBy?: string }) =>
			settle(() => {
				if (job.unique !== undefined) throw new Error('the SQLite back end keeps no unique() jobs');
				const nextRunAt = job.nextRunAt?.getTime() ?? null;
				const disabled = job.disabled === true ? 1 : 0;
				const by = options?.lastModifiedBy ?? null;
				const definition = definitionOf(job);
				const stored =
					job._id === undefined
						? db
								.prepare(insert)
								.get(
									randomUUID(),
									job.name,
									job.type,
									job.priority,
									nextRunAt,
									disabled,
									by,
									definition,
									Date.now(),
								)
						: db
								.prepare(update)
								.get(job.priority, nextRunAt, disabled, by, definition, job._id, job.name);
				// As in Agenda's other back ends: a job that was removed meanwhile is answered as it came.
				if (stored === undefined) return job;
				// RETURNING * of our table; its data went through JSON and is of the caller's type.
				return jobOf(stored as unknown as JobRow) as JobParameters<DATA>;
			}),
		saveJobState: (job, options) =>
			settle(() => {
				if (!saveState(db, job, options?.lastModifiedBy ?? null)) {
					throw new Error(`job ${String(job._id)} (${job.name}) does not exist any more`);
				}
			}),
	};
}

function saveState(db: DatabaseSync, job: JobParameters, by: string | null): boolean {
	const lockedAt = job.lockedAt?.getTime() ?? null;
	const { changes } = db
		.prepare(
			`UPDATE jobs SET locked_at = ?, locked_by = ?, next_run_at = ?, last_run_at = ?, last_finished_at = ?,
				failed_at = ?, fail_count = ?, fail_reason = ?, progress = ?, last_modified_by = ?
			WHERE id = ? AND name = ?`,
		)
		.run(
			lockedAt,
			lockedAt === null ? null : by,
			job.nextRunAt?.getTime() ?? null,
			job.lastRunAt?.getTime() ?? null,
			job.lastFinishedAt?.getTime() ?? null,
			job.failedAt?.getTime() ?? null,
			job.failCount ?? null,
			job.failReason ?? null,
			job.progress ?? null,
			by,
			job._id ?? null,
			job.name,
		);
	return changes === 1;
}

function locks(
	db: DatabaseSync,
): Pick<JobRepository, 'lockJob' | 'unlockJob' | 'unlockJobs' | 'getNextJobToRun'> {
	const due = `
		SELECT id FROM jobs
		WHERE name = ? AND disabled = 0
			AND ((locked_at IS NULL AND next_run_at <= ?) OR locked_at <= ?)
		ORDER BY next_run_at, priority DESC LIMIT 1`;
	const lockRow = `UPDATE jobs SET locked_at = ?, locked_by = ?, last_modified_by = ?`;
	/** RETURNING * of our table. */
	const answer = (row: unknown) => (row === undefined ? undefined : jobOf(row as JobRow));

	return {
		lockJob: (job, options) =>
			settle(() => {
				const by = options?.lastModifiedBy ?? null;
				const sql = `${lockRow} WHERE id = ? AND name = ? AND locked_at IS NULL AND next_run_at IS ? AND disabled = 0 RETURNING *`;
				return answer(
					db
						.prepare(sql)
						.get(Date.now(), by, by, job._id ?? null, job.name, job.nextRunAt?.getTime() ?? null),
				);
			}),
		// A job that is running (it has no next run) keeps its lock.
		unlockJob: (job) =>
			settle(() => {
				db.prepare(
					'UPDATE jobs SET locked_at = NULL, locked_by = NULL WHERE id = ? AND next_run_at IS NOT NULL',
				).run(job._id ?? null);
			}),
		unlockJobs: (ids) =>
			settle(() => {
				const unlock = db.prepare(
					'UPDATE jobs SET locked_at = NULL, locked_by = NULL WHERE id = ?',
				);
				for (const id of ids) unlock.run(String(id));
			}),
		getNextJobToRun: (name, nextScanAt, lockDeadline, now, options) =>
			settle(() => {
				const wanted = [name, nextScanAt.getTime(), lockDeadline.getTime()] as const;
				// Asked many times and seldom answered: only a job that is there is worth the write lock.
				if (db.prepare(due).get(...wanted) === undefined) return undefined;
				const by = options?.lastModifiedBy ?? null;
				const lockedAt = now?.getTime() ?? Date.now();
				return answer(
					db.prepare(`${lockRow} WHERE id = (${due}) RETURNING *`).get(lockedAt, by, by, ...wanted),
				);
			}),
	};
}
