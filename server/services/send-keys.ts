import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import type { Delivery, IdempotencyKey, Send, Store } from '../store/store.ts';
import { hashOf, idempotencyRow } from './idempotency.ts';
import type { OrderContext, SendRequest, WantedItem } from './send-types.ts';

/** After this long without its send, a key's first request is taken to have died, and the next one may take the key over. */
const abandonedAfterMs = 60_000;
/** A request that has not stored its send by then gives up, well before another one may take its keys over. */
const giveUpAfterMs = 30_000;

interface Parts {
	store: Store;
	clock: Clock;
}

/** What the idempotency key of an item says. */
export type KeyVerdict =
	| { kind: 'free' }
	| { kind: 'earlier'; delivery: Delivery }
	| { kind: 'duplicate' }
	| { kind: 'refused'; code: 'idempotency_key_reused' | 'idempotency_in_progress' };

/**
 * The send that the key of the whole request has made, whatever has become of what it was made from. Null when there is none yet.
 * Throws `idempotency_key_reused`.
 */
export async function knownSend({ store, clock }: Parts, ctx: OrderContext): Promise<Send | null> {
	if (ctx.idempotencyKey === null) return null;
	const { portal, fingerprint, idempotencyKey } = ctx;
	const owner = { fingerprint, ownerId: '', index: 0 };
	const now = clock.now();
	const { id } = idempotencyRow(portal, ['send', idempotencyKey], owner, now);
	const stored = await store.idempotencyKeys.get(id, now);
	if (stored === null) return null;
	if (stored.fingerprint !== fingerprint) throw new PortalError('idempotency_key_reused');
	return store.sends.get(portal.id, stored.ownerId);
}

/**
 * Claims the key of the whole request for the send that is about to be made (R47). Answers the send that has it already, or null
 * when the key is ours. Throws `idempotency_key_reused` or `idempotency_in_progress`.
 */
export async function claimRequestKey(
	parts: Parts,
	ctx: OrderContext,
	sendId: string,
): Promise<Send | null> {
	if (ctx.idempotencyKey === null) return null;
	const { portal, fingerprint } = ctx;
	const owner = { fingerprint, ownerId: sendId, index: 0 };
	const now = parts.clock.now();
	const wanted = idempotencyRow(portal, ['send', ctx.idempotencyKey], owner, now);
	const [stored = wanted] = await parts.store.idempotencyKeys.claimMany([wanted], wanted.createdAt);
	if (stored.ownerId === sendId) return null;
	if (stored.fingerprint !== wanted.fingerprint) throw new PortalError('idempotency_key_reused');
	const send = await parts.store.sends.get(ctx.portal.id, stored.ownerId);
	if (send !== null) return send;
	if (isAbandoned(stored, wanted.createdAt) && (await takeOver(parts, stored, wanted))) return null;
	throw new PortalError('idempotency_in_progress', { retryAfterSeconds: abandonedAfterMs / 1000 });
}

/** Claims the keys of items, one answer per item of the request. A key remembers an e-mail; an item that led to none is free again. */
export async function claimItemKeys(
	parts: Parts,
	ctx: OrderContext,
	request: SendRequest,
	sendId: string,
): Promise<KeyVerdict[]> {
	const verdicts = request.items.map((): KeyVerdict => ({ kind: 'free' }));
	const now = parts.clock.now();
	const wanted = request.items.flatMap((item, index) => {
		if ('code' in item || item.idempotencyKey === null) return [];
		const fingerprint = fingerprintOf(request, item);
		const owner = { fingerprint, ownerId: sendId, index };
		return [idempotencyRow(ctx.portal, ['send-item', item.idempotencyKey], owner, now)];
	});
	if (wanted.length === 0) return verdicts;
	const stored = await parts.store.idempotencyKeys.claimMany(wanted, now);
	const pairs = wanted.map((key, n) => ({ key, stored: stored[n] ?? key }));
	const others = pairs.filter((pair) => pair.stored.ownerId !== sendId);
	const earlier = await findEarlier(parts, ctx, others);
	for (const pair of pairs) {
		verdicts[pair.key.index] = await judge(parts, pair, earlier);
	}
	return verdicts;
}

/** Throws when keys were claimed so long ago that another request may have taken them over. */
export function assertKeysHold({ clock }: Parts, claimedAt: number): void {
	if (clock.now() - claimedAt <= giveUpAfterMs) return;
	throw new PortalError('database_unavailable', {
		detail:
			'The request took too long and was given up before anything was sent. Please try again.',
		retryAfterSeconds: abandonedAfterMs / 1000,
	});
}

interface Pair {
	key: IdempotencyKey;
	stored: IdempotencyKey;
}

interface Earlier {
	deliveries: Map<string, Delivery>;
	/** Ids of owning sends that exist. */
	sends: Set<string>;
}

/** What other sends made of the items whose keys they own. */
async function findEarlier(
	{ store }: Parts,
	ctx: OrderContext,
	others: readonly Pair[],
): Promise<Earlier> {
	const refs = others.map(({ stored }) => ({ sendId: stored.ownerId, index: stored.index }));
	const found = refs.length === 0 ? [] : await store.deliveries.getByIndex(refs);
	const owners = [...new Set(refs.map(({ sendId }) => sendId))];
	const sends = await Promise.all(owners.map((id) => store.sends.get(ctx.portal.id, id)));
	return {
		deliveries: new Map(
			found.map((delivery) => [refOf(delivery.sendId, delivery.index), delivery]),
		),
		sends: new Set(sends.flatMap((send) => (send === null ? [] : [send.id]))),
	};
}

async function judge(
	parts: Parts,
	{ key, stored }: Pair,
	{ deliveries, sends }: Earlier,
): Promise<KeyVerdict> {
	if (stored.fingerprint !== key.fingerprint) {
		return { kind: 'refused', code: 'idempotency_key_reused' };
	}
	if (stored.ownerId === key.ownerId) {
		return stored.index === key.index ? { kind: 'free' } : { kind: 'duplicate' };
	}
	const ownerExists = sends.has(stored.ownerId);
	const delivery = deliveries.get(refOf(stored.ownerId, stored.index));
	// Rows of a send that was never stored belong to a request that died: nothing of them ever leaves.
	if (ownerExists && delivery !== undefined) return { kind: 'earlier', delivery };
	const isFree = ownerExists || isAbandoned(stored, parts.clock.now());
	if (isFree && (await takeOver(parts, stored, key))) return { kind: 'free' };
	return { kind: 'refused', code: 'idempotency_in_progress' };
}

function takeOver({ store }: Parts, from: IdempotencyKey, to: IdempotencyKey): Promise<boolean> {
	const { ownerId, index } = to;
	return store.idempotencyKeys.takeOver(from.id, from.ownerId, { ownerId, index });
}

/** Judged by the time in the owner's id, which a take-over renews. */
function isAbandoned({ ownerId }: IdempotencyKey, now: number): boolean {
	const madeAt = Number.parseInt(ownerId.replaceAll('-', '').slice(0, 12), 16);
	return now - madeAt >= abandonedAfterMs;
}

function fingerprintOf(
	{ kind, contents, destination, linkLifetimeMs }: SendRequest,
	item: WantedItem,
): string {
	return hashOf([
		kind,
		item.contact,
		// A template counts as what was asked for, whatever it says by now, and so does the built-in e-mail.
		contents[item.content] ?? null,
		item.item,
		item.destination ?? destination,
		linkLifetimeMs,
	]);
}

function refOf(sendId: string, index: number): string {
	return `${sendId}/${String(index)}`;
}
