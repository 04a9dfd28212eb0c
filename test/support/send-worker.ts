/**
 * A process that sends: `node send-worker.ts DATABASE_URL JOURNAL [COUNT]`. With COUNT it makes that many contacts and orders one send to all
 * of them. Every e-mail that leaves is a line `ADDRESS LINK` in the journal. It prints `left N` after each batch; with COUNT, the
 * second batch leaves and is never heard of again, as when the process dies at the worst moment. It prints `finished` when the send is.
 */
import { appendFileSync } from 'node:fs';

import { systemClock } from '../../server/clock.ts';
import { createJobs } from '../../server/jobs/jobs.ts';
import type { Mailer } from '../../server/mail/mailer.ts';
import { createOutboxMailer } from '../../server/mail/outbox.ts';
import { createWaitingRoom } from '../../server/services/send-waiting.ts';
import { createSends } from '../../server/services/sends.ts';
import { inviteFor, openParts } from '../server/sends/world.ts';

const [, , url, journal, count] = process.argv;
const base = await openParts(url!, systemClock);
const outbox = createOutboxMailer(base);
let batches = 0;
const mailer: Mailer = {
	...outbox,
	async send(batch) {
		const outcomes = await outbox.send(batch);
		const lines = batch.recipients.map(({ email, values }) => {
			const { invitation_link: links } = values['contact'] as {
				invitation_link: Record<string, string>;
			};
			return `${email} ${links['']!}\n`;
		});
		appendFileSync(journal!, lines.join(''));
		console.log(`left ${String(outcomes.length)}`);
		if (count !== undefined && ++batches === 2) await new Promise(() => undefined);
		return outcomes;
	},
};
// Another process takes over after this long, unless it knows at once that the owner is dead.
const jobs = createJobs({ ...base, lockLifetimeMs: 15_000 });
const sends = createSends({ ...base, mailer, jobs });
await jobs.start({ ...sends, completeAddressChanges: () => Promise.resolve() });
if (count !== undefined) {
	const { portal } = base;
	await sends.order(
		{ portal, actor: 'test', idempotencyKey: null, fingerprint: '', waitMs: 0 },
		{
			kind: 'invitation',
			contents: [],
			items: Array.from({ length: Number(count) }, (_, n) =>
				inviteFor(`p${String(n)}@example.com`),
			),
			resend: false,
			restoreAccess: false,
			destination: null,
			linkLifetimeMs: 3_600_000,
		},
	);
	console.log('ordered');
}
const [send] = await base.store.sends.listUnfinished(1);
if (send !== undefined) {
	await createWaitingRoom(base).untilFinished(send.portalId, send.id, Infinity);
}
console.log('finished');
await jobs.stop(10_000);
await base.store.close();
process.exit(0);
