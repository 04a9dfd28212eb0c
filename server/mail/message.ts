import type { Portal } from '../store/store.ts';
import type { MailBatch, Recipient } from './mailer.ts';
import { renderMessage } from './render.ts';

/** One mailbox with a display name that is safe in a header; the name may be ''. */
export interface Mailbox {
	name: string;
	address: string;
}

/** Whom an e-mail is from and to. */
export interface Envelope {
	/** The delivery's id. */
	id: string;
	from: Mailbox;
	to: Mailbox;
	replyTo: string | null;
}

/** One finished e-mail: what a transport sends. */
export interface Message extends Envelope {
	subject: string;
	html: string;
	text: string;
}

/** Longer names are cut: some servers refuse long header words. */
const maxNameCharacters = 100;

/** Renders one recipient's e-mail. `missing` names the values the contact lacked. Throws TemplateError. */
export function buildMessage(
	batch: MailBatch,
	recipient: Recipient,
): { message: Message; missing: string[] } {
	const { subject, html, text, missing } = renderMessage(batch, recipient);
	const envelope = envelopeOf(batch.portal, recipient);
	const message = { ...envelope, subject: headerLine(subject), html, text };
	return { message, missing };
}

export function envelopeOf(portal: Portal, recipient: Recipient): Envelope {
	return {
		id: recipient.deliveryId,
		...senderOf(portal),
		to: mailboxOf(recipient),
	};
}

export function mailboxOf({ name, email }: Recipient): Mailbox {
	return { name: displayName(name), address: email };
}

/** The mailboxes that an e-mail of this portal comes from and is answered to. */
function senderOf(portal: Portal): Pick<Message, 'from' | 'replyTo'> {
	return {
		from: {
			name: displayName(portal.sender.name === '' ? portal.name : portal.sender.name),
			address: portal.sender.email,
		},
		replyTo: portal.sender.replyTo,
	};
}

/** A name as a header may show it (R36). Quoting and encoding are the transport's. */
export function displayName(name: string): string {
	const line = headerLine(name);
	if (line.length <= maxNameCharacters) return line;
	return Array.from(line).slice(0, maxNameCharacters).join('').trim();
}

/** What most names and subjects are, and what needs no change. */
const plainWords = /^[\w.,:;!'-]+(?: [\w.,:;!'-]+)*$/;
/** The beginning of an RFC 2047 encoded word: plain text to whoever wrote it, but not to a mail program. */
const encodedWord = /=\?(?=[^?\s]+\?[bq]\?)/gi;

/**
 * Text from people as one header line: no control characters, none of the bidi controls that could make an address read
 * backwards, and nothing that a mail program would decode into either.
 */
export function headerLine(text: string): string {
	if (plainWords.test(text)) return text;
	return text
		.toWellFormed()
		.replace(/\p{Bidi_Control}/gu, '')
		.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.replace(encodedWord, '= ?')
		.trim();
}
