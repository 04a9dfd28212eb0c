import { randomBytes } from 'node:crypto';

import { plan } from 'custom-values';

import {
	envelopeOf,
	headerLine,
	mailboxOf,
	type Envelope,
	type Mailbox,
	type Message,
} from './message.ts';
import type { CompiledContent, MailBatch, Recipient } from './mailer.ts';

/** One of many who get the same e-mail in one request. */
export interface Member {
	recipient: Recipient;
	/** Their part of the request: JSON, as it travels. */
	personalization: Buffer;
	missing: string[];
}

/** What one request carries: bodies with tags in them, and for each member what stands in their place. */
export interface Parcel {
	bodies: Bodies;
	members: Member[];
}

/** Who of a batch goes how. `failed`: what rendering them threw. */
export interface Parcels {
	parcels: Parcel[];
	alone: Recipient[];
	failed: { recipient: Recipient; error: unknown }[];
}

const comma = Buffer.from(',');

type Bodies = Pick<Message, 'html' | 'text'>;

interface Personalization {
	to: [Address];
	custom_args: { delivery_id: string };
	subject?: string;
	substitutions?: Record<string, string>;
}

interface Address {
	email: string;
	name?: string;
}

/** SendGrid takes 1,000 recipients and less than 30 MB in one request; the rest is left for what it adds. */
const most = { recipients: 1000, bytes: 20_000_000 };

/** Puts those who get the same content into as few requests as the plans of their e-mails allow. */
export function parcelsOf(batch: MailBatch): Parcels {
	const made: Parcels = { parcels: [], alone: [], failed: [] };
	for (const [index, recipients] of Map.groupBy(batch.recipients, ({ content }) => content)) {
		const content = batch.contents[index];
		if (content === undefined || recipients.length === 1) made.alone.push(...recipients);
		else addParcels(made, batch, content, recipients);
	}
	return made;
}

function addParcels(
	made: Parcels,
	batch: MailBatch,
	content: CompiledContent,
	recipients: readonly Recipient[],
): void {
	const salt = randomBytes(4).toString('hex');
	const planned = plan(content, recipients, { now: batch.now, onMissing: 'empty', salt });
	const bodies = { html: planned.html, text: planned.text };
	const members: Member[] = [];
	const seen = new Set<string>();
	for (const [n, recipient] of recipients.entries()) {
		const one = planned.recipients[n];
		const subject = one?.kind === 'shared' ? headerLine(one.subject) : '';
		if (one?.kind === 'failed') made.failed.push({ recipient, error: one.error });
		// What SendGrid would refuse, it refuses for the whole request: an empty subject, an address that is there twice.
		else if (one?.kind !== 'shared' || subject === '' || seen.has(recipient.email)) {
			made.alone.push(recipient);
		} else {
			seen.add(recipient.email);
			const { substitutions, missing } = one;
			const base = personalizationOf({ id: recipient.deliveryId, to: mailboxOf(recipient) });
			const personalization = JSON.stringify({ ...base, subject, substitutions });
			members.push({ recipient, personalization: Buffer.from(personalization), missing });
		}
	}
	made.parcels.push(...packed(bodies, members));
}

function packed(bodies: Bodies, members: readonly Member[]): Parcel[] {
	const parcels: Parcel[] = [];
	const room = most.bytes - Buffer.byteLength(JSON.stringify(bodies));
	let left = 0;
	for (const member of members) {
		const bytes = member.personalization.length;
		const parcel = parcels.at(-1);
		if (parcel === undefined || bytes > left || parcel.members.length === most.recipients) {
			parcels.push({ bodies, members: [member] });
			left = room - bytes;
		} else {
			parcel.members.push(member);
			left -= bytes;
		}
	}
	return parcels;
}

/** The same request for the first half of its members, and for the second. */
export function halvesOf({ bodies, members }: Parcel): [Parcel, Parcel] {
	const middle = Math.ceil(members.length / 2);
	return [
		{ bodies, members: members.slice(0, middle) },
		{ bodies, members: members.slice(middle) },
	];
}

/** The body of the request for a parcel. Its members are JSON already: a thousand of them are not written twice. */
export function parcelBody(batch: MailBatch, { bodies, members }: Parcel): Buffer {
	const [first] = members;
	if (first === undefined) throw new RangeError('a parcel without members');
	const common = commonBody(batch, envelopeOf(batch.portal, first.recipient), bodies);
	const parts = members.flatMap(({ personalization }) => [comma, personalization]);
	parts[0] = Buffer.from('{"personalizations":[');
	return Buffer.concat([...parts, Buffer.from(`],${JSON.stringify(common).slice(1)}`)]);
}

/** The body of the request for one e-mail. */
export function messageBody(batch: MailBatch, message: Message): Buffer {
	const body = {
		personalizations: [personalizationOf(message)],
		subject: message.subject,
		...commonBody(batch, message, message),
	};
	return Buffer.from(JSON.stringify(body));
}

/** Nothing in a request rewrites a link (R28), and its labels hold no secret. */
function commonBody({ kind }: MailBatch, { from, replyTo }: Envelope, bodies: Bodies): object {
	const content = [
		{ type: 'text/plain', value: bodies.text },
		{ type: 'text/html', value: bodies.html },
	];
	return {
		from: addressOf(from),
		...(replyTo === null ? {} : { reply_to: { email: replyTo } }),
		content: content.filter(({ value }) => value !== ''),
		headers: { 'Auto-Submitted': 'auto-generated' },
		categories: [kind],
		tracking_settings: {
			click_tracking: { enable: false, enable_text: false },
			open_tracking: { enable: false },
			subscription_tracking: { enable: false },
			ganalytics: { enable: false },
		},
	};
}

function personalizationOf({ id, to }: Pick<Envelope, 'id' | 'to'>): Personalization {
	return { to: [addressOf(plainName(to))], custom_args: { delivery_id: id } };
}

function addressOf({ name, address }: Mailbox): Address {
	return name === '' ? { email: address } : { email: address, name };
}

/**
 * A recipient's name without what ends or begins an address: SendGrid does not quote these names, so that it takes `Doe, Jane`
 * for two addresses, and would send a name's own address the e-mail (sendgrid/sendgrid-nodejs#448).
 */
function plainName({ name, address }: Mailbox): Mailbox {
	return {
		name: name
			.replace(/[,;:<>()[\]"\\@]+/g, ' ')
			.replace(/ +/g, ' ')
			.trim(),
		address,
	};
}
