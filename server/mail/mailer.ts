import type { CompiledText, Values } from 'custom-values';

import type { ErrorCode } from '../errors.ts';
import type { Portal, SendKind } from '../store/store.ts';

/** The compiled form of one e-mail: what `compileContent` makes of an EmailSource. */
export interface CompiledContent {
	subject: CompiledText;
	html: CompiledText;
	text: CompiledText;
}

/** One e-mail to one person. */
export interface Recipient {
	/** The delivery's id: the same e-mail keeps it however often it is tried. */
	deliveryId: string;
	contactId: string;
	/** Canonical address. */
	email: string;
	/** Display name, or ''. */
	name: string;
	/** Index into `contents`. */
	content: number;
	values: Values;
	locale: string;
	timeZone: string;
}

export interface MailBatch {
	portal: Portal;
	/** What the e-mails are; the only thing that a provider's statistics learn. */
	kind: SendKind;
	sendId: string | null;
	contents: readonly CompiledContent[];
	recipients: readonly Recipient[];
	/** Milliseconds since the epoch. */
	now: number;
}

/** What became of one e-mail. `deferred`: not sent, worth trying again. */
export type Outcome =
	| { status: 'sent'; messageId: string | null; missing: string[] }
	| { status: 'failed'; code: ErrorCode; detail: string; missing: string[] }
	| {
			status: 'deferred';
			code: ErrorCode;
			detail: string;
			retryAfterMs: number | null;
			/** False when the e-mail was not tried itself or any other would have met the same: no reason to give it up. */
			counts: boolean;
	  };

/** A way out of the house. Never throws for what happens to e-mails; answers one outcome per recipient, in order. */
export interface Mailer {
	readonly transport: 'outbox' | 'sendgrid' | 'smtp';
	/** At most 1,000 recipients. */
	send(batch: MailBatch): Promise<Outcome[]>;
	/** For doctor: resolves when the provider answers and accepts the credentials; rejects with a sentence that says what to do. */
	check(): Promise<void>;
	close(): Promise<void>;
}
