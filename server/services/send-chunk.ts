import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import type { MailBatch, Mailer } from '../mail/mailer.ts';
import type { Contact, Delivery, DeliveryOutcome, Portal, Send, Store } from '../store/store.ts';
import { compileContents, type PreparedContent } from './compile-content.ts';
import { destinationProblem } from './destinations.ts';
import type { Links } from './links.ts';
import type { PortalUrls } from './portal-urls.ts';
import { resolveRecipients, type DeliveryRow } from './recipient-values.ts';
import { finishSend } from './send-finish.ts';
import { recordInvited } from './send-invited.ts';
import { failed, outcomeOf, refOf } from './send-outcomes.ts';
import type { Chunk, ChunkRun, SkipReason } from './send-types.ts';

/** Pauses between attempts to write outcomes to a database that is away; half a minute in all. */
const firstPatienceMs = 250;
const lastPatienceMs = 16_000;
export interface ChunkParts {
	store: Store;
	clock: Clock;
	config: Pick<Config, 'mailAttempts'>;
	log: Pick<Logger, 'warn'>;
	mailer: Pick<Mailer, 'send'>;
	links: Pick<Links, 'mintForSend'>;
	urls: Pick<PortalUrls, 'origin'>;
	/** Called when a send has come to its end. */
	onFinished(sendId: string): void;
}

/**
 * Sends what is not final of a chunk, records one outcome per delivery, and ends the send with its last delivery. Run again after a
 * crash it takes only what is left; what was on its way then is sent once more, marked `repeated`, with the same links.
 */
export async function runChunk(parts: ChunkParts, chunk: Chunk): Promise<ChunkRun> {
	const { store, clock } = parts;
	const send = await store.sends.get(chunk.portalId, chunk.sendId);
	const portal = await store.portals.get(chunk.portalId);
	if (send === null || portal === null || send.status === 'finished') return { runAgainAt: null };
	const rows = await store.deliveries.claim(send.id, chunk, clock.now());
	if (rows.length > 0) {
		const outcomes = await deliver(parts, send, portal, rows);
		await record(parts, outcomes);
	}
	const runAgainAt = await nextTry(parts, chunk);
	if (runAgainAt === null && (await finishSend(parts, send))) parts.onFinished(send.id);
	return { runAgainAt };
}

/** Writes the outcomes, patiently: when they are lost, e-mails that left must leave again. */
async function record(
	{ store, clock, log }: ChunkParts,
	outcomes: readonly DeliveryOutcome[],
): Promise<void> {
	for (let waitMs = firstPatienceMs; ; waitMs *= 2) {
		try {
			await store.deliveries.finish(outcomes, clock.now());
			return;
		} catch (error) {
			if (waitMs > lastPatienceMs || !isAway(error)) throw error;
			log.warn({ err: error }, 'outcomes of e-mails wait for the database');
		}
		await sleep(waitMs);
	}
}

/** Whether the database could not be reached or has no room: trouble that passes. */
function isAway(error: unknown): boolean {
	return error instanceof PortalError && error.status === 503;
}

/** When the earliest of the chunk's deferred rows may be tried again. */
async function nextTry({ store, clock }: ChunkParts, chunk: Chunk): Promise<number | null> {
	const { sendId, from, to } = chunk;
	const page = { limit: to - from, after: from === 0 ? null : from - 1 };
	const waiting = (await store.deliveries.list(sendId, { status: 'queued' }, page)).filter(
		({ index }) => index < to,
	);
	if (waiting.length === 0) return null;
	return Math.min(...waiting.map(({ notBefore }) => notBefore ?? clock.now()));
}

async function deliver(
	parts: ChunkParts,
	send: Send,
	portal: Portal,
	claimed: readonly Delivery[],
): Promise<DeliveryOutcome[]> {
	const { store, clock, mailer } = parts;
	let ready;
	try {
		await store.sends.setStatus(send.id, ['queued'], 'sending', { now: clock.now() });
		ready = await prepare(parts, send, portal, claimed);
	} catch (error) {
		await release(parts, claimed, error);
		throw error;
	}
	const { batch, rows, outcomes } = ready;
	if (batch.recipients.length === 0) return outcomes;
	const results = await mailer.send(batch);
	rows.forEach(({ delivery }, n) => {
		const result = results[n];
		if (result !== undefined) outcomes.push(outcomeOf(parts, send, delivery, result));
	});
	return outcomes;
}

/**
 * Gives rows back when something failed before anything left, so that the next run is no repetition. Should this fail too, the next
 * run is merely marked as one. A database that was away is no attempt; any other fault is, so that it ends at last.
 */
async function release(
	{ store, clock, log }: ChunkParts,
	claimed: readonly Delivery[],
	error: unknown,
): Promise<void> {
	const taken = isAway(error) ? 1 : 0;
	const rows = claimed.map((delivery) => ({
		...refOf(delivery),
		status: 'queued' as const,
		attempts: delivery.attempts - taken,
	}));
	try {
		await store.deliveries.finish(rows, clock.now());
	} catch (cause) {
		log.warn({ err: cause }, 'claimed deliveries could not be given back');
	}
}

/** What goes to the mailer, row by row, and the outcomes of those that do not. */
interface Ready {
	batch: MailBatch;
	rows: DeliveryRow[];
	outcomes: DeliveryOutcome[];
}

async function prepare(
	parts: ChunkParts,
	send: Send,
	portal: Portal,
	claimed: readonly Delivery[],
): Promise<Ready> {
	const { store, clock, links, urls } = parts;
	const ids = claimed.map(({ contactId }) => contactId);
	await recordInvited(store, send, ids);
	const contacts = await store.contacts.getMany(portal.id, ids);
	const contactOf = new Map(contacts.map((contact) => [contact.id, contact]));
	const { contents, problem } = compileAgain(portal, send);
	const outcomes: DeliveryOutcome[] = [];
	const rows: DeliveryRow[] = [];
	for (const delivery of claimed) {
		const contact = contactOf.get(delivery.contactId) ?? null;
		const skipped = skipReason(send, delivery, contact);
		const error = problem ?? refusal(parts, portal, delivery);
		if (skipped !== null) outcomes.push({ ...refOf(delivery), status: 'skipped', skipped });
		else if (error !== null) outcomes.push(failed(delivery, error.code, error.detail ?? null));
		else if (contact !== null) rows.push({ delivery, contact });
	}
	const now = clock.now();
	const url = urls.origin(portal);
	const recipients =
		rows.length === 0
			? []
			: await resolveRecipients(links, { send, portal, url }, contents, rows, now);
	const batch = { portal, kind: send.kind, sendId: send.id, contents, recipients, now };
	return { batch, rows, outcomes };
}

/** The texts were fit to send when they were ordered; a custom value may have been deleted since. */
function compileAgain(
	portal: Portal,
	send: Send,
): { contents: readonly PreparedContent[]; problem: PortalError | null } {
	try {
		return { contents: compileContents(portal, send.kind, send.contents), problem: null };
	} catch (error) {
		if (error instanceof PortalError) return { contents: [], problem: error };
		throw error;
	}
}

/** What has changed since the order, so that nothing may go to this address any more (R15, R20). */
function skipReason(send: Send, delivery: Delivery, contact: Contact | null): SkipReason | null {
	if (contact === null) return 'contact_deleted';
	if (send.kind === 'address_changed') return null;
	if (contact.revokedAt !== null) return 'revoked';
	if (contact.bouncedAt !== null) return 'bounced';
	return contact.email === delivery.email ? null : 'address_changed';
}

function refusal({ config }: ChunkParts, portal: Portal, delivery: Delivery): PortalError | null {
	// Deferred e-mails are given up earlier: this one ended its process, or met an unknown fault, again and again.
	if (delivery.attempts > config.mailAttempts) {
		const detail = `The e-mail was begun ${String(config.mailAttempts)} times without an end.`;
		return new PortalError('internal_error', { detail });
	}
	return delivery.destination === null ? null : destinationProblem(portal, delivery.destination);
}
