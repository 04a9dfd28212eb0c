import { compile } from 'custom-values';
import { buildMessage } from '../../server/mail/message.ts';
import type { MailBatch } from '../../server/mail/mailer.ts';
import { messageBody, parcelBody, parcelsOf } from '../../server/mail/sendgrid-requests.ts';
import { batchOf, recipientOf } from '../server/mail/batch.ts';
import { compiledMail } from './contenders.ts';
import { catalogue, recipients } from './login-data.ts';

const people = 1_000;
const runs = 40;

/** Builds the request for 1,000 recipients of the login mail, as it travels, and what full bodies would be instead. */
export function run(): string[] {
	const batch = loginBatch();
	const shared = measure(() => bodiesOf(batch));
	const full = measure(() => fullBodies(batch));
	const requests = bodiesOf(batch).length;
	const line = ({ bytes, ms }: Measured) =>
		`${(bytes / 1e6).toFixed(2)} MB, ${ms.toFixed(1)} ms of CPU`;
	return [
		`SendGrid, ${people.toLocaleString('en')} recipients of the login e-mail in ${requests} request: ${line(shared)} (aim: 1.5 MB, 12 ms)`,
		`with full bodies, a request each: ${line(full)}; ${(full.bytes / shared.bytes).toFixed(1)} times the bytes`,
	];
}

interface Measured {
	bytes: number;
	ms: number;
}

function loginBatch(): MailBatch {
	const part = (context: 'subject' | 'text', source: string) =>
		compile(source, { catalogue, context });
	const content = {
		subject: part('subject', 'Your sign-in link for << portal.name >>'),
		html: compiledMail(),
		text: part('text', 'Hello << contact.first_name | there >>,\n\n<< contact.magic_link >>\n'),
	};
	const who = recipients(people).map((values, n) =>
		recipientOf(n, { values: { ...values }, email: values.contact.email }),
	);
	return batchOf(who, { contents: [content] });
}

function bodiesOf(batch: MailBatch): Buffer[] {
	return parcelsOf(batch).parcels.map((parcel) => parcelBody(batch, parcel));
}

function fullBodies(batch: MailBatch): Buffer[] {
	return batch.recipients.map((recipient) =>
		messageBody(batch, buildMessage(batch, recipient).message),
	);
}

/** Processor time over many runs: the clock of the processor ticks in milliseconds. */
function measure(work: () => Buffer[]): Measured {
	for (let run = 0; run < runs; run++) work();
	const start = process.cpuUsage();
	let bytes = 0;
	for (let run = 0; run < runs; run++) {
		bytes = work().reduce((sum, body) => sum + body.length, 0);
	}
	const { user, system } = process.cpuUsage(start);
	return { bytes, ms: (user + system) / 1000 / runs };
}

if (import.meta.main) {
	for (const line of run()) process.stdout.write(`${line}\n`);
}
