import {
	Agenda,
	backoffStrategies,
	InMemoryNotificationChannel,
	type AgendaBackend,
	type Job,
} from 'agenda';

import type { Clock } from '../clock.ts';
import type { AddressChangeJobs, ChangedContact } from '../services/address-changes.ts';
import type { Chunk, ChunkRun, SendJobs } from '../services/send-types.ts';
import type { Store } from '../store/store.ts';
import { ownOwner } from './owner.ts';

/** What the jobs do. */
interface JobHandlers {
	runChunk(chunk: Chunk): Promise<ChunkRun>;
	completeAddressChanges(who: ChangedContact): Promise<void>;
	sweep(): Promise<void>;
}

export interface Jobs extends SendJobs, AddressChangeJobs {
	/** Connects to the store's jobs and starts to work on them; unfinished ones of earlier runs go on. */
	start(handlers: JobHandlers): Promise<void>;
	/** Takes no further job and resolves when those at work have ended, at the latest after `timeoutMs`. */
	stop(timeoutMs: number): Promise<void>;
}

const bulk = 'send chunk';
const single = 'send single';
const addressChange = 'address change';
const sweep = 'sweep';
const sweepEveryMs = 60_000;

/** Per process. Of bulk one at a time, so that a crash repeats one chunk at most; the mailer has many e-mails of it in flight. */
const concurrency = { [bulk]: 1, [single]: 5, [addressChange]: 1, [sweep]: 1 };

/** When a job shall run again, in milliseconds since the epoch; null: it is done. */
type NextRun = number | null;

/**
 * Agenda over the store's jobs. `clock`: it has to go as the system's does, which Agenda looks at to see what is due.
 * `lockLifetimeMs`: how long after a crash another process takes a job over.
 */
export function createJobs(parts: {
	store: Pick<Store, 'jobBackend'>;
	clock: Clock;
	log: { error(details: object, message: string): void };
	lockLifetimeMs?: number;
}): Jobs {
	const { store, clock, log, lockLifetimeMs = 60_000 } = parts;
	const atWork = new Set<Job>();
	let agenda: Agenda | null = null;
	let stopping = false;

	const started = (): Agenda => {
		if (agenda === null) throw new Error('the jobs are not started');
		return agenda;
	};

	return {
		async start(handlers) {
			const backend = await store.jobBackend();
			// Agenda leaves a failing connect() unhandled and then waits for ever; here it is an error.
			await backend.connect();
			const channel = new InMemoryNotificationChannel();
			agenda = createAgenda(backend, channel);
			agenda.on('error', (error: unknown) => {
				log.error({ err: error }, 'the jobs have trouble');
			});
			agenda.on('fail', (error: unknown, { attrs: { name, data } }: Job) => {
				log.error({ err: error, job: name, data }, 'a job failed and will be tried again');
			});
			trackWork(agenda, channel, atWork);
			defineJobs(agenda, handlers, { clock, lockLifetimeMs, isStopping: () => stopping });
			await agenda.start();
			await agenda.every(sweepEveryMs, sweep);
		},
		async stop(timeoutMs) {
			if (agenda === null) return;
			stopping = true;
			await agenda.stop(false);
			await untilIdle(agenda, atWork, timeoutMs);
			agenda = null;
		},
		async addChunks(chunks, size) {
			for (const chunk of chunks) await started().now(size === 'bulk' ? bulk : single, chunk);
		},
		async addAddressChange(who, afterMs) {
			const at = new Date(clock.now() + afterMs);
			const job = await started().schedule(at, addressChange, who);
			return {
				async drop() {
					await job.remove();
				},
			};
		},
		listChunks: (sendId) => listChunks(started(), sendId),
	};
}

/** Resolves when no job is at work, or after `timeoutMs`. */
async function untilIdle(agenda: Agenda, atWork: Set<Job>, timeoutMs: number): Promise<void> {
	if (atWork.size === 0) return;
	await new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, timeoutMs);
		agenda.on('complete', () => {
			if (atWork.size > 0) return;
			clearTimeout(timer);
			resolve();
		});
	});
}

function createAgenda(
	backend: AgendaBackend,
	notificationChannel: InMemoryNotificationChannel,
): Agenda {
	return new Agenda({
		name: ownOwner,
		backend,
		// Without it a job for now waits for the next scan.
		notificationChannel,
	});
}

function defineJobs(
	agenda: Agenda,
	handlers: JobHandlers,
	parts: { clock: Clock; lockLifetimeMs: number; isStopping: () => boolean },
): void {
	const { clock, lockLifetimeMs: lockLifetime, isStopping } = parts;
	const options = (name: keyof typeof concurrency) => ({
		concurrency: concurrency[name],
		// Fewer: one process would lock every job. More: lock slots leak.
		lockLimit: concurrency[name],
		lockLifetime,
		// Without it a failed job never runs again. There is no last try: what makes a job fail as a whole is a database that is
		// away; e-mails that fail are counted and given up one by one.
		backoff: backoffStrategies.exponential({
			delay: 1000,
			factor: 2,
			maxDelay: 60_000,
			maxRetries: Infinity,
			jitter: 0.1,
		}),
	});
	/** How a job runs whose work is done once it does not ask to run again. */
	const run =
		<Data>(work: (data: Data) => Promise<NextRun>) =>
		async (job: Job<Data>) => {
			// A job that Agenda began as it was stopped is left to the next start.
			const runAgainAt = isStopping()
				? clock.now()
				: await holdingLock(job, lockLifetime, () => work(job.attrs.data));
			// A job that sets its next run is kept by Agenda. One that is done is removed here and not by `removeOnComplete`, which
			// happens after `complete`, when the store may be closing.
			if (runAgainAt === null) await job.remove();
			else job.schedule(new Date(runAgainAt));
		};
	const runChunk = run(async (chunk: Chunk) => (await handlers.runChunk(chunk)).runAgainAt);
	for (const name of [bulk, single] as const) agenda.define(name, runChunk, options(name));
	const runChange = run(async (who: ChangedContact) => {
		await handlers.completeAddressChanges(who);
		return null;
	});
	agenda.define(addressChange, runChange, options(addressChange));
	const runSweep = async (job: Job) => {
		if (!isStopping()) await holdingLock(job, lockLifetime, () => handlers.sweep());
	};
	agenda.define(sweep, runSweep, options(sweep));
}

/** Keeps the job's lock alive while `work` lasts. */
async function holdingLock<T, D>(
	job: Job<D>,
	lockLifetime: number,
	work: () => Promise<T>,
): Promise<T> {
	let touched = Promise.resolve();
	const timer = setInterval(() => {
		// A touch that fails is made up for by the next one; the third in a row costs the lock.
		touched = job.touch().catch(() => undefined);
	}, lockLifetime / 4);
	try {
		return await work();
	} finally {
		clearInterval(timer);
		await touched;
	}
}

/** Keeps the jobs at work in `atWork`, and lets Agenda look for more when one is done. */
function trackWork(agenda: Agenda, channel: InMemoryNotificationChannel, atWork: Set<Job>): void {
	agenda.on('start', (job: Job) => {
		atWork.add(job);
	});
	agenda.on('complete', (job: Job) => {
		atWork.delete(job);
		// Agenda frees the job's slot right after this event; by itself it would fill it only at the next scan.
		setImmediate(() => {
			const { _id: jobId, name: jobName, priority } = job.attrs;
			if (channel.state !== 'connected' || jobId === undefined) return;
			void channel.publish({ jobId, jobName, priority, nextRunAt: null, timestamp: new Date() });
		});
	});
}

async function listChunks(agenda: Agenda, sendId: string): Promise<Set<number>> {
	const { jobs } = await agenda.queryJobs({ names: [bulk, single], data: { sendId } });
	// The data of these two names is what `addChunks` wrote.
	return new Set(jobs.map((job) => (job.data as Chunk).from));
}
