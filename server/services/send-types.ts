import type { ItemError } from '../errors.ts';
import type {
	Contact,
	ContactFields,
	Delivery,
	DeliveryStatus,
	EmailSource,
	FieldValue,
	LinkKind,
	Portal,
	Send,
	SendKind,
} from '../store/store.ts';

/** Whom an item is for. `set` and `fields` are written by invitations only; addresses are canonical (R35). */
export type ContactRef =
	| { id: string }
	| { email: string; set: Partial<ContactFields>; fields: Record<string, FieldValue> };

/** One e-mail that is asked for. */
export interface WantedItem {
	/** Position in the request's items. */
	index: number;
	contact: ContactRef;
	/** Index into the request's `contents`; 0 when these are empty. */
	content: number;
	/** `item.*` values. */
	item: Record<string, unknown>;
	/** Where the links of this e-mail lead; null: the request's destination. */
	destination: string | null;
	/** Invitations only; they win over the request's. */
	resend?: boolean;
	restoreAccess?: boolean;
	idempotencyKey: string | null;
}

/** An item that the route refused already, e.g. for its shape; it is answered as it is and remembered with the send. */
export interface RefusedItem {
	index: number;
	error: ItemError;
}

export type SendItem = WantedItem | RefusedItem;

export interface SendRequest {
	kind: SendKind;
	/** Empty: the built-in template of the kind. */
	contents: readonly EmailSource[];
	/** By index, without gaps. */
	items: readonly SendItem[];
	resend: boolean;
	restoreAccess: boolean;
	destination: string | null;
	/** Already held against the portal's maximum. */
	linkLifetimeMs: number;
}

/** Who asks, and how. */
export interface OrderContext {
	portal: Portal;
	/** E.g. `api_key:<id>`. */
	actor: string;
	/** Of the whole request. */
	idempotencyKey: string | null;
	/** Hash of the whole request's body, for the key. */
	fingerprint: string;
	/** How long the answer may wait for the send to finish. */
	waitMs: number;
}

/** Why a contact gets no e-mail although nothing is wrong with the request. */
export type SkipReason =
	| 'already_joined'
	| 'already_invited'
	| 'bounced'
	| 'duplicate'
	| 'revoked'
	| 'address_changed'
	| 'contact_deleted';

/** What became of one item, in the order of the request. */
export type OrderedItem =
	| {
			ok: true;
			contact: { id: string; email: string };
			/** The send that carries it: an earlier one when the item's idempotency key was used before. */
			sendId: string;
			delivery: { status: DeliveryStatus; error?: ItemError };
	  }
	| { ok: true; contact: { id: string; email: string }; skipped: string }
	| { ok: false; contact?: { id: string; email: string }; error: ItemError };

/** A send with what became of its e-mails so far. */
export interface SendReport {
	send: Send;
	/** Of the send's deliveries. */
	counts: Record<DeliveryStatus, number>;
}

export interface OrderAnswer {
	/** Null when the request led to no e-mail at all. */
	report: SendReport | null;
	items: OrderedItem[];
	/** True when nothing is on its way any more: the route answers 200, else 202. */
	finished: boolean;
}

/** Answers when the job shall run again, in milliseconds since the epoch; null: never. */
export type ChunkRun = { runAgainAt: number | null };

export interface Sends {
	/**
	 * Checks, remembers and starts a send; waits up to `ctx.waitMs` for its end.
	 * Throws `template_invalid` (with findings), `destination_not_allowed`, `idempotency_key_reused`,
	 * `idempotency_in_progress`; everything about one item is in that item's answer.
	 */
	order(ctx: OrderContext, request: SendRequest): Promise<OrderAnswer>;
	/** Throws `send_not_found`. */
	get(portal: Portal, id: string): Promise<SendReport>;
	/** By index; `after` is the last index of the page before. Throws `send_not_found`. */
	listDeliveries(
		portal: Portal,
		id: string,
		filter: { status?: DeliveryStatus },
		page: { limit: number; after: number | null },
	): Promise<Delivery[]>;
	/** The job of one chunk: sends what is not final of the rows `from <= index < to`. `touch` keeps the job's lock. */
	runChunk(sendId: string, from: number, to: number, touch: () => Promise<void>): Promise<ChunkRun>;
	/** Makes the jobs of unfinished sends that have none, deletes expired outbox messages and idempotency keys. */
	sweep(): Promise<void>;
	/** Lets go of everybody who waits for the end of a send. */
	close(): void;
}

/** What sends need of the links service (server/services/links.ts). */
export interface SendLinks {
	/** One bulk insert; the ids are derived, so that a repeated chunk gets the same links. In the order of `wishes`. */
	mintForSend(
		send: Send,
		portal: Portal,
		wishes: readonly LinkWish[],
	): Promise<{ url: string; expiresAt: number }[]>;
	/** Throws `destination_not_allowed`. */
	checkDestination(portal: Portal, destination: string): unknown;
}

export interface LinkWish {
	contact: Contact;
	purpose: 'login' | 'invitation';
	kind: LinkKind;
	destination: string | null;
}

/** What sends need of the contacts service (server/services/contacts.ts). Addresses are distinct. */
export interface SendContacts {
	upsertMany(
		portal: Portal,
		items: { email: string; set: Partial<ContactFields>; fields: Record<string, FieldValue> }[],
	): Promise<{ contact: Contact; created: boolean }[]>;
}

/** What sends need of the jobs (server/jobs/jobs.ts). */
export interface SendJobs {
	/** Adds one job per range; small sends never queue behind large ones. */
	addChunks(sendId: string, ranges: readonly ChunkRange[]): Promise<void>;
	/** The ranges of a send that have a job, running or not, by their `from`. */
	listChunks(sendId: string): Promise<Set<number>>;
}

export interface ChunkRange {
	from: number;
	to: number;
	/** How many e-mails are in the range. */
	size: number;
}
