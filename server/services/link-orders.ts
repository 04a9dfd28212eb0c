import type { Clock } from '../clock.ts';
import { itemError, PortalError, type ItemError } from '../errors.ts';
import { derivedUuidV7, uuidV7 } from '../ids.ts';
import type { Contact, IdempotencyKey, MagicLink, Portal, Store } from '../store/store.ts';
import type { ContactRef, Contacts } from './contacts.ts';
import { destinationProblem } from './destinations.ts';
import type { Events } from './events.ts';
import { hashOf, idempotencyRow, type KeyScope } from './idempotency.ts';
import type { Links, LinkWish, MintedLink } from './links.ts';

/** One link asked for by API or n8n; `error` when the route refused the item already. */
export interface LinkOrderItem {
	contact: ContactRef;
	destination: string | null;
	lifetimeMs: number;
	idempotencyKey: string | null;
}

/** Who asks, why, and under which key of the whole request. */
export interface LinkOrderContext {
	actor: string;
	reason: string | null;
	kind: 'api' | 'dashboard';
	idempotencyKey: string | null;
	/** Hash of the request's body, for the key. */
	fingerprint: string;
}

export type LinkOrderResult =
	| { ok: true; minted: MintedLink; contact: Contact }
	| { ok: false; error: ItemError };

export interface LinkOrders {
	/**
	 * Makes a link for each item, one insert for all. Generating a link for somebody is impersonation, so each is an event with
	 * actor and reason (R46). With an idempotency key the same link is derived again; once it was used: `link_already_used` (R47).
	 * Throws `idempotency_key_reused` when the request's key came with another body before.
	 */
	order(
		portal: Portal,
		items: readonly (LinkOrderItem | ItemError)[],
		by: LinkOrderContext,
	): Promise<LinkOrderResult[]>;
}

export function createLinkOrders(parts: {
	store: Store;
	clock: Clock;
	links: Links;
	contacts: Contacts;
	events: Events;
}): LinkOrders {
	const { clock, links, contacts, events } = parts;
	return {
		async order(portal, items, by) {
			await claimRequestKey(parts, portal, by);
			const results: (LinkOrderResult | undefined)[] = items.map((item) =>
				'code' in item ? { ok: false, error: item } : undefined,
			);
			const open = items.flatMap((item, index) => ('code' in item ? [] : [{ index, item }]));
			const people = await contacts.find(
				portal,
				open.map(({ item }) => item.contact),
			);
			const keyTimes = await claimKeys(parts, portal, open);
			const wishes: { index: number; contact: Contact; wish: LinkWish }[] = [];
			open.forEach(({ index, item }, n) => {
				const contact = people[n] ?? null;
				const refusal = refuse(portal, item, contact, keyTimes[n]);
				if (refusal !== null) results[index] = { ok: false, error: refusal };
				else if (contact !== null) {
					const wish = toWish(portal, contact, item, by, keyTimes[n] ?? clock.now());
					wishes.push({ index, contact, wish });
				}
			});
			const minted = await links.mint(
				portal,
				wishes.map(({ wish }) => wish),
			);
			wishes.forEach(({ index, contact }, n) => {
				const link = minted[n];
				if (link === undefined) return;
				results[index] =
					link.link.redeemedAt === null
						? { ok: true, minted: link, contact }
						: { ok: false, error: itemError('link_already_used') };
			});
			const made = results.flatMap((result) => (result?.ok === true ? [result] : []));
			await events.record(
				...made.map(({ minted: { link }, contact }) => ({
					// Asked for again under its key, a link is recorded once (R47); for another actor or reason, once more (R46).
					id: eventId(link, by),
					portalId: portal.id,
					type: 'link.generated' as const,
					actor: by.actor,
					contactId: contact.id,
					linkId: link.id,
					data: by.reason === null ? {} : { reason: by.reason },
				})),
			);
			return results.map((result) => {
				if (result === undefined) throw new PortalError('internal_error', { reason: 'item lost' });
				return result;
			});
		},
	};
}

function eventId({ id, createdAt }: MagicLink, { actor, reason }: LinkOrderContext): string {
	return derivedUuidV7(createdAt, 'link.generated', id, actor, reason ?? '');
}

function refuse(
	portal: Portal,
	item: LinkOrderItem,
	contact: Contact | null,
	keyTime: number | 'reused' | null | undefined,
): ItemError | null {
	if (contact === null) return itemError('contact_not_found');
	if (contact.revokedAt !== null) return itemError('contact_revoked');
	if (keyTime === 'reused') return itemError('idempotency_key_reused');
	const problem = item.destination === null ? null : destinationProblem(portal, item.destination);
	return problem === null ? null : itemError(problem.code, problem.detail);
}

async function claimRequestKey(
	{ store, clock }: { store: Store; clock: Clock },
	portal: Portal,
	{ idempotencyKey, fingerprint }: LinkOrderContext,
): Promise<void> {
	if (idempotencyKey === null) return;
	const now = clock.now();
	const row = rowOf(portal, ['magic-links', idempotencyKey], fingerprint, now);
	const [stored] = await store.idempotencyKeys.claimMany([row], now);
	if (stored?.fingerprint !== fingerprint) throw new PortalError('idempotency_key_reused');
}

/** Owned by nobody: a link is derived from its key again, and nothing else is looked up. */
function rowOf(
	portal: Portal,
	key: [scope: KeyScope, key: string],
	fingerprint: string,
	now: number,
): IdempotencyKey {
	return idempotencyRow(portal, key, { fingerprint, ownerId: '', index: 0 }, now);
}

/** For each item: when its key was first used, `reused` when for something else, null without a key. */
async function claimKeys(
	{ store, clock }: { store: Store; clock: Clock },
	portal: Portal,
	open: readonly { item: LinkOrderItem }[],
): Promise<(number | 'reused' | null)[]> {
	const now = clock.now();
	const keyed = open.flatMap(({ item }, n) =>
		item.idempotencyKey === null ? [] : [{ item, n, key: item.idempotencyKey }],
	);
	const times: (number | 'reused' | null)[] = open.map(() => null);
	if (keyed.length === 0) return times;
	const rows = keyed.map(({ item, key }) => {
		const fingerprint = hashOf([item.contact, item.destination, item.lifetimeMs]);
		return rowOf(portal, ['magic-link', key], fingerprint, now);
	});
	const stored = await store.idempotencyKeys.claimMany(rows, now);
	keyed.forEach(({ n }, k) => {
		const row = stored[k];
		times[n] = row?.fingerprint === rows[k]?.fingerprint ? (row?.createdAt ?? null) : 'reused';
	});
	return times;
}

function toWish(
	portal: Portal,
	contact: Contact,
	item: LinkOrderItem,
	{ actor, kind }: { actor: string; kind: 'api' | 'dashboard' },
	at: number | 'reused',
): LinkWish {
	const key = item.idempotencyKey;
	const atMs = at === 'reused' ? 0 : at;
	return {
		// The contact is part of it: whoever is created at the address of a deleted contact gets another link (R20).
		id: key === null ? uuidV7(atMs) : derivedUuidV7(atMs, 'keyed-link', portal.id, contact.id, key),
		subject: { kind: 'contact', id: contact.id },
		email: contact.email,
		purpose: 'login',
		kind,
		destination: item.destination,
		lifetimeMs: item.lifetimeMs,
		sendId: null,
		createdBy: actor,
		hasCode: false,
	};
}
