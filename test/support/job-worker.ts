/**
 * A process that works on the jobs of a SQLite file: `node job-worker.ts FILE`. It prints `ready` and obeys lines on stdin:
 * `go` starts the jobs, `add SEND FROM single|bulk` adds one, `list SEND` prints the send's chunks, `finish` lets waiting ones end,
 * `at TIME` sets the clock that jobs are added by, `change CONTACT MS` adds the job of a new address, which prints `told CONTACT` (`fail`: not the first time), `drop CONTACT` takes it back, `stop` stops the jobs
 * and ends the process. A chunk prints `run SEND FROM` and `done SEND FROM`; the send's name says what
 * happens in between: `wait` waits for `finish`, `fail` throws the first time, `later` asks to run again once.
 */
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

import { createJobs } from '../../server/jobs/jobs.ts';
import { createSqliteBackend } from '../../server/jobs/sqlite-backend.ts';
import type { AddressChangeJob, ChangedContact } from '../../server/services/address-changes.ts';
import type { Chunk } from '../../server/services/send-types.ts';

const [, , path] = process.argv;
const db = new DatabaseSync(path!, { timeout: 5000 });
let time: number | null = null;
const jobs = createJobs({
	clock: { now: () => time ?? Date.now() },
	store: { jobBackend: () => Promise.resolve(createSqliteBackend(db)) },
	log: {
		error: (_details, message) => {
			console.error(message);
		},
	},
});

let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
	finish = resolve;
});
const seen = new Set<string>();
const changes = new Map<string, AddressChangeJob>();

async function runChunk({ sendId, from }: Chunk) {
	const again = seen.has(`${sendId} ${String(from)}`);
	seen.add(`${sendId} ${String(from)}`);
	console.log(`run ${sendId} ${String(from)}`);
	if (sendId === 'wait') await finished;
	if (sendId === 'fail' && !again) throw new Error('not this time');
	if (sendId === 'later' && !again) return { runAgainAt: Date.now() + 20 };
	await new Promise((resolve) => setImmediate(resolve));
	console.log(`done ${sendId} ${String(from)}`);
	return { runAgainAt: null };
}

async function completeAddressChanges({ contactId }: ChangedContact) {
	const again = seen.has(contactId);
	seen.add(contactId);
	if (contactId === 'fail' && !again) throw new Error('not this time');
	await new Promise((resolve) => setImmediate(resolve));
	console.log(`told ${contactId}`);
}

async function obey(command: string, sendId = '', from = '', size = ''): Promise<void> {
	if (command === 'go') {
		await jobs.start({ runChunk, completeAddressChanges, sweep: () => Promise.resolve() });
		console.log('started');
	}
	if (command === 'add') {
		const chunk = { portalId: 'p', sendId, from: Number(from), to: Number(from) + 1 };
		await jobs.addChunks([chunk], size === 'bulk' ? 'bulk' : 'single');
	}
	if (command === 'at') time = Number(sendId);
	if (command === 'change') {
		changes.set(
			sendId,
			await jobs.addAddressChange({ portalId: 'p', contactId: sendId }, Number(from)),
		);
		console.log(`added ${sendId}`);
	}
	if (command === 'drop') {
		await changes.get(sendId)?.drop();
		console.log(`dropped ${sendId}`);
	}
	if (command === 'list') {
		console.log(`list ${[...(await jobs.listChunks(sendId))].sort().join(',')}`);
	}
	if (command === 'finish') finish();
	if (command === 'stop') {
		await jobs.stop(10_000);
		console.log('stopped');
		process.exit(0);
	}
}

createInterface(process.stdin).on('line', (line) => {
	const [command = '', ...rest] = line.split(' ');
	void obey(command, ...rest);
});
console.log('ready');
