import type { DatabaseSync } from 'node:sqlite';

import {
	computeJobState,
	type JobParameters,
	type JobRepository,
	type JobsQueryOptions,
	type RemoveJobsOptions,
} from 'agenda';

import { jobOf, matchesData, type JobRow } from './sqlite-job-rows.ts';

/** Runs `work` now, in one go; what it throws becomes a rejection, as Agenda expects. */
export function settle<T>(work: () => T): Promise<T> {
	return new Promise((resolve) => {
		resolve(work());
	});
}

/** The rows that match all of `options`; a filter that is not given matches everything. */
export function findRows(
	db: DatabaseSync,
	options: RemoveJobsOptions & JobsQueryOptions,
): JobRow[] {
	const ids = options.id === undefined ? options.ids?.map(String) : [String(options.id)];
	const names = options.name === undefined ? options.names : [options.name];
	const search = options.search?.toLowerCase();
	// The table is STRICT and its columns are those of JobRow.
	const rows = db.prepare('SELECT * FROM jobs').all() as unknown as JobRow[];
	return rows.filter(
		(row) =>
			(ids?.includes(row.id) ?? true) &&
			(names?.includes(row.name) ?? true) &&
			!(options.notNames?.includes(row.name) ?? false) &&
			(search === undefined || row.name.toLowerCase().includes(search)) &&
			(options.includeDisabled !== false || row.disabled === 0) &&
			(options.data === undefined || matchesData(jobOf(row).data, options.data)),
	);
}

/** The reading half of Agenda's repository. */
export function jobQueries(
	db: DatabaseSync,
): Pick<
	JobRepository,
	'queryJobs' | 'getJobsOverview' | 'getDistinctJobNames' | 'getJobById' | 'getQueueSize'
> {
	const statesOf = (options: JobsQueryOptions) => {
		const now = new Date();
		return findRows(db, options).map((row) => {
			const job = jobOf(row);
			return { ...job, state: computeJobState(job, now) };
		});
	};
	const distinctNames = () =>
		db
			.prepare('SELECT DISTINCT name FROM jobs ORDER BY name')
			.all()
			.map(({ name }) => String(name));
	return {
		queryJobs: (options = {}) =>
			settle(() => {
				const {
					state,
					sort = { nextRunAt: 'desc', lastRunAt: 'desc' },
					skip = 0,
					limit = 0,
				} = options;
				const found = statesOf(options)
					.filter((job) =>
						state === 'paused' ? job.disabled === true : state === undefined || job.state === state,
					)
					.sort((a, b) => compareBy(sort, a, b));
				const jobs = found.slice(skip, limit > 0 ? skip + limit : undefined);
				return { jobs, total: found.length };
			}),
		getJobsOverview: () =>
			settle(() =>
				distinctNames().map((name) => {
					const jobs = statesOf({ name });
					const count = (state: string) => jobs.filter((job) => job.state === state).length;
					return {
						name,
						total: jobs.length,
						running: count('running'),
						scheduled: count('scheduled'),
						queued: count('queued'),
						completed: count('completed'),
						failed: count('failed'),
						repeating: count('repeating'),
						paused: jobs.filter((job) => job.disabled === true).length,
					};
				}),
			),
		getDistinctJobNames: () => settle(distinctNames),
		getJobById: (id) =>
			settle(() => {
				const [row] = findRows(db, { id });
				return row === undefined ? null : jobOf(row);
			}),
		getQueueSize: () =>
			settle(() => {
				const due = db
					.prepare('SELECT count(*) AS n FROM jobs WHERE next_run_at < ?')
					.get(Date.now());
				return Number(due?.['n'] ?? 0);
			}),
	};
}

function compareBy(
	sort: NonNullable<JobsQueryOptions['sort']>,
	a: JobParameters,
	b: JobParameters,
): number {
	for (const [member, direction] of Object.entries(sort)) {
		const [x, y] = [sortKey(a, member), sortKey(b, member)];
		if (x !== y) return (x < y ? -1 : 1) * (direction === 'asc' ? 1 : -1);
	}
	return 0;
}

function sortKey(job: JobParameters, member: string): number | string {
	const value: unknown = Object.entries(job).find(([name]) => name === member)?.[1];
	if (value instanceof Date) return value.getTime();
	if (typeof value === 'string' || typeof value === 'number') return value;
	return value === null || value === undefined ? -Infinity : JSON.stringify(value);
}
