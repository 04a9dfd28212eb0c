import type { SendMailOptions } from 'nodemailer';

import type { Message } from './message.ts';

/**
 * The message as nodemailer takes it. Message-ID and boundaries come from the delivery's id, so that an e-mail that had to
 * be sent twice is recognisable as one.
 */
export function toMailOptions(message: Message, date: Date): SendMailOptions {
	return {
		messageId: messageId(message),
		date,
		from: message.from,
		to: [message.to],
		...(message.replyTo === null ? {} : { replyTo: { name: '', address: message.replyTo } }),
		subject: message.subject,
		text: message.text,
		html: message.html,
		baseBoundary: message.id,
		newline: 'windows',
		headers: { 'Auto-Submitted': 'auto-generated' },
		disableFileAccess: true,
		disableUrlAccess: true,
	};
}

/** `<delivery id@the sender's domain>`. */
export function messageId(message: Message): string {
	const domain = message.from.address.slice(message.from.address.lastIndexOf('@') + 1);
	return `<${message.id}@${domain}>`;
}

/** The whole e-mail as it would travel: headers and MIME parts, lines ended by CRLF. */
export async function composeSource(message: Message, date: Date): Promise<string> {
	// Loaded with the first e-mail that somebody looks at: the outbox keeps e-mails without it.
	const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
	const source = await new MailComposer(toMailOptions(message, date)).compile().build();
	return source.toString('utf8');
}
