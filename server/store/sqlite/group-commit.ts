import { setTimeout as sleep } from 'node:timers/promises';

import type { Connection } from './connection.ts';
import { isBusy, isFileProblem, translate } from './errors.ts';

/** Runs `work` in a transaction and answers after its commit. It may run twice, so it only reads and writes the database. */
export type Write = <T>(work: (sql: Connection) => T) => Promise<T>;

export interface FileOptions {
	path: string;
	/** How long to wait, without blocking the process, for another process to finish its transaction. */
	patienceMs: number;
}

interface Job {
	/** Runs the work; what it answers settles the promise after the commit. */
	run(): () => void;
	reject(error: unknown): void;
	/** Shared a transaction in which some job failed: from then on it has a savepoint of its own. */
	careful: boolean;
}

/** After this long in one transaction, later jobs wait for the next one, so that the process stays responsive. */
const TRANSACTION_MS = 20;

/**
 * Group commit: jobs that arrive together share one transaction, hence one fsync. A job that throws undoes only itself: the
 * transaction is undone and run again with a savepoint for each job, which would cost every job a fifth more if it were the
 * rule. A problem of the file (full, locked) fails all that share the transaction.
 * A transaction begins and ends in one turn of the event loop, so those of several connections never interleave.
 */
export function createGroupCommit(
	connection: Connection,
	options: FileOptions,
): { write: Write; drain(): Promise<void> } {
	const queue: Job[] = [];
	let running: Promise<void> | null = null;

	async function work(): Promise<void> {
		// Requests that this turn of the event loop still reads from their sockets join the same transaction.
		await new Promise((resolve) => setImmediate(resolve));
		while (queue.length > 0) {
			try {
				await begin(connection, options.patienceMs);
			} catch (error) {
				for (const job of queue.splice(0)) job.reject(translate(error, options.path));
				break;
			}
			runTransaction(connection, queue, options.path);
			if (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
		}
		running = null;
	}

	return {
		write: (task) =>
			new Promise((resolve, reject) => {
				queue.push({
					run: () => {
						const answer = task(connection);
						return () => {
							resolve(answer);
						};
					},
					reject,
					careful: false,
				});
				running ??= work();
			}),
		drain: async () => {
			while (running !== null) await running;
		},
	};
}

/** `BEGIN IMMEDIATE`, because a transaction that starts by reading may be refused when it wants to write. */
async function begin(connection: Connection, patienceMs: number): Promise<void> {
	await retryBusy(patienceMs, () => connection.run('BEGIN IMMEDIATE'));
}

/** Tries again, with short pauses that let the event loop go on, while another process holds the file. */
export async function retryBusy<T>(patienceMs: number, task: () => T): Promise<T> {
	const deadline = performance.now() + patienceMs;
	for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
		try {
			return task();
		} catch (error) {
			if (!isBusy(error) || performance.now() > deadline) throw error;
		}
		await sleep(pauseMs * (0.5 + Math.random()));
	}
}

function runTransaction(connection: Connection, queue: Job[], path: string): void {
	const startedAt = performance.now();
	const taken: Job[] = [];
	const settle: (() => void)[] = [];
	try {
		do {
			const job = queue.shift();
			if (job === undefined) break;
			taken.push(job);
			settle.push(runJob(connection, job));
		} while (performance.now() - startedAt < TRANSACTION_MS);
		connection.run('COMMIT');
	} catch (error) {
		rollBack(connection);
		if (isFileProblem(error) || taken.every((job) => job.careful)) {
			for (const job of taken) job.reject(translate(error, path));
		} else {
			for (const job of taken) job.careful = true;
			queue.unshift(...taken);
		}
		return;
	}
	for (const done of settle) done();
}

function rollBack(connection: Connection): void {
	try {
		if (connection.db.isTransaction) connection.run('ROLLBACK');
	} catch {
		// The file is gone or broken; SQLite rolls back when it is next opened, and BEGIN says what is wrong.
	}
}

/** Answers what to do after the commit; throws what undoes the whole transaction. */
function runJob(connection: Connection, job: Job): () => void {
	if (!job.careful) return job.run();
	connection.run('SAVEPOINT job');
	try {
		const done = job.run();
		connection.run('RELEASE job');
		return done;
	} catch (error) {
		if (isFileProblem(error)) throw error;
		connection.run('ROLLBACK TO job');
		connection.run('RELEASE job');
		return () => {
			job.reject(error);
		};
	}
}
