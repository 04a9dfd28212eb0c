import type { ItemError } from '../errors.ts';
import type {
	Delivery,
	DeliveryStatus,
	EmailSource,
	Portal,
	Send,
	SendKind,
} from '../store/store.ts';
import type { ContactInput, ContactRef } from './contacts.ts';

/** The texts of an e-mail, or the template that has them, by id or name. */
export type ContentSource = EmailSource | { template: string };

/** One e-mail that is asked for. */
export interface WantedItem {
	/** Whom it is for. What a ContactInput says about the contact is written by invitations only. */
	contact: ContactRef | ContactInput;
	/** Where a notice about a changed address goes: the old one. Every other e-mail goes to the contact's own address. */
	email?: string;
	/** Index into the request's `contents`, checked by the route; 0 when these are empty. */
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

/** An error in place of an item: the route refused it already, e.g. for its shape. It is answered as it is. */
export type SendItem = WantedItem | ItemError;

export interface SendRequest {
	kind: SendKind;
	/** Empty: the built-in template of the kind. */
	contents: readonly ContentSource[];
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
	/** The id that the send gets; one with this id that exists already stays as it is. */
	sendId?: string;
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

export interface ChunkRun {
	/** When the job shall run again, in milliseconds since the epoch; null: it is done. */
	runAgainAt: number | null;
}

export interface Sends {
	/**
	 * Checks, remembers and starts a send; waits up to `ctx.waitMs` for its end.
	 * Throws `template_invalid` (with findings), `template_not_found`, `template_not_published`, `destination_not_allowed`, `idempotency_key_reused`,
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
	/** The job of one chunk: sends what is not final of its rows. */
	runChunk(chunk: Chunk): Promise<ChunkRun>;
	/** Makes the jobs of unfinished sends that have none, deletes expired outbox messages, idempotency keys and limits. */
	sweep(): Promise<void>;
	/** Lets go of everybody who waits for the end of a send. */
	close(): void;
}

/** The rows `from <= index < to` of a send. */
export interface Chunk {
	portalId: string;
	sendId: string;
	from: number;
	to: number;
}

/** What sends need of the jobs (server/jobs/jobs.ts). */
export interface SendJobs {
	/** Adds one job per chunk; `bulk` ones never keep others waiting. */
	addChunks(chunks: readonly Chunk[], size: 'single' | 'bulk'): Promise<void>;
	/** The chunks of a send that have a job, running or not, by their `from`. */
	listChunks(sendId: string): Promise<Set<number>>;
}
