import { toJobId, type JobParameters } from 'agenda';

/** How a job lies in the table. Times are milliseconds since the epoch. */
export interface JobRow {
	id: string;
	name: string;
	type: 'normal' | 'single';
	priority: number;
	next_run_at: number | null;
	locked_at: number | null;
	/** Which run of which process holds the lock (owner.ts). */
	locked_by: string | null;
	last_run_at: number | null;
	last_finished_at: number | null;
	failed_at: number | null;
	fail_count: number | null;
	fail_reason: string | null;
	progress: number | null;
	disabled: 0 | 1;
	last_modified_by: string | null;
	/** JSON: what the job is for and when it repeats; nothing that is searched. */
	definition: string;
}

export const createJobTable = `
	CREATE TABLE IF NOT EXISTS jobs (
		id TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		type TEXT NOT NULL,
		priority INTEGER NOT NULL,
		next_run_at INTEGER,
		locked_at INTEGER,
		locked_by TEXT,
		last_run_at INTEGER,
		last_finished_at INTEGER,
		failed_at INTEGER,
		fail_count INTEGER,
		fail_reason TEXT,
		progress REAL,
		disabled INTEGER NOT NULL,
		last_modified_by TEXT,
		definition TEXT NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS jobs_next ON jobs (name, next_run_at, priority DESC);
	CREATE UNIQUE INDEX IF NOT EXISTS jobs_single ON jobs (name) WHERE type = 'single';
`;

const definitionMembers = [
	'data',
	'repeatInterval',
	'repeatTimezone',
	'repeatAt',
	'startDate',
	'endDate',
	'skipDays',
	'fork',
] as const satisfies (keyof JobParameters)[];

const dateColumns = [
	['lockedAt', 'locked_at'],
	['lastRunAt', 'last_run_at'],
	['lastFinishedAt', 'last_finished_at'],
	['failedAt', 'failed_at'],
] as const satisfies [keyof JobParameters, keyof JobRow][];

export function definitionOf(job: JobParameters): string {
	return JSON.stringify(Object.fromEntries(definitionMembers.map((name) => [name, job[name]])));
}

/** What Agenda reads of a row. */
export function jobOf(row: JobRow): JobParameters & { _id: ReturnType<typeof toJobId> } {
	// The column holds what `definitionOf` wrote.
	const definition = JSON.parse(row.definition) as Partial<JobParameters>;
	const job: JobParameters & { _id: ReturnType<typeof toJobId> } = {
		...definition,
		data: definition.data,
		_id: toJobId(row.id),
		name: row.name,
		type: row.type,
		priority: row.priority,
		nextRunAt: row.next_run_at === null ? null : new Date(row.next_run_at),
		disabled: row.disabled === 1,
	};
	if (definition.startDate !== undefined) job.startDate = new Date(definition.startDate);
	if (definition.endDate !== undefined) job.endDate = new Date(definition.endDate);
	for (const [member, column] of dateColumns) {
		const at = row[column];
		if (at !== null) job[member] = new Date(at);
	}
	if (row.fail_count !== null) job.failCount = row.fail_count;
	if (row.fail_reason !== null) job.failReason = row.fail_reason;
	if (row.progress !== null) job.progress = row.progress;
	if (row.last_modified_by !== null) job.lastModifiedBy = row.last_modified_by;
	return job;
}

/** True when `data` holds every member of `wanted`, at any depth: Agenda's partial match. */
export function matchesData(data: unknown, wanted: unknown): boolean {
	if (!isRecord(wanted)) return data === wanted;
	return (
		isRecord(data) &&
		Object.entries(wanted).every(([name, value]) => matchesData(data[name], value))
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
