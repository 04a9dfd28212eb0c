import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import type { Contact, Portal, PortalEvent, Store } from '../store/store.ts';
import type { Events, EventType } from './events.ts';
import type { Sends } from './send-types.ts';

/** How long a change that is asked for again is completed: well within the time that keys are kept. */
const retriedMs = 24 * 60 * 60_000;

/** What is done to one contact and is audited. All of it throws `contact_not_found`. */
export interface ContactChanges {
	/**
	 * A new address ends links and sessions at once (R20), and the old address is told (R46). Throws `email_taken`.
	 */
	update(
		portal: Portal,
		id: string,
		set: Parameters<Store['contacts']['update']>[2],
		actor: string,
	): Promise<Contact>;
	/** Ends the contact's access: links, sessions and further sign-ins. */
	revoke(portal: Portal, id: string, actor: string): Promise<Contact>;
	/** Lets a revoked contact sign in again, with new links. */
	restore(portal: Portal, id: string, actor: string): Promise<void>;
	/** Deletes the contact and everything of theirs; what remains names nobody. */
	delete(portal: Portal, id: string, actor: string): Promise<void>;
}

export function createContactChanges(parts: {
	store: Store;
	clock: Clock;
	events: Events;
	sends: Pick<Sends, 'order'>;
}): ContactChanges {
	const { store, clock, events, sends } = parts;
	const found = (contact: Contact | null): Contact => {
		if (contact === null) throw new PortalError('contact_not_found');
		return contact;
	};
	const record = (
		portal: Portal,
		type: EventType,
		actor: string,
		contactId: string,
		data: Record<string, unknown> = {},
	): Promise<void> => events.record({ portalId: portal.id, type, actor, contactId, data });

	return {
		async update(portal, id, set, actor) {
			const now = clock.now();
			const type = 'contact.address_changed';
			let change: PortalEvent | undefined;
			const eventsOf = (from: string): PortalEvent[] => {
				const data = { from, to: set.email };
				change = events.complete({ portalId: portal.id, type, actor, contactId: id, data });
				return [change];
			};
			const contact = found(await store.contacts.update(portal.id, id, set, now, eventsOf));
			if (set.email === undefined) return contact;
			// Asked for again after it was cut short, the address is the new one already: the notice may still be missing.
			const page = { limit: 1, after: null };
			change ??= (await events.list(portal.id, { contactId: id, type }, page))[0];
			if (change?.data['to'] === contact.email && now - change.at < retriedMs) {
				await tellOldAddress(sends, portal, contact, change);
			}
			return contact;
		},
		async revoke(portal, id, actor) {
			const contact = found(await store.contacts.revoke(portal.id, id, clock.now()));
			await record(portal, 'contact.revoked', actor, id);
			return contact;
		},
		async restore(portal, id, actor) {
			if (found(await store.contacts.get(portal.id, id)).revokedAt === null) return;
			await store.contacts.restoreAccess(portal.id, [id], clock.now());
			await record(portal, 'contact.restored', actor, id);
		},
		async delete(portal, id, actor) {
			if (!(await store.contacts.delete(portal.id, id, clock.now()))) {
				throw new PortalError('contact_not_found');
			}
			await record(portal, 'contact.deleted', actor, id);
		},
	};
}

/** Queues the notice, once for a change; it holds no link, so it may go to an address that signs nobody in any more. */
async function tellOldAddress(
	sends: Pick<Sends, 'order'>,
	portal: Portal,
	contact: Contact,
	{ id, actor, data }: PortalEvent,
): Promise<void> {
	const email = String(data['from']);
	await sends.order(
		{ portal, actor, idempotencyKey: `address-changed ${id}`, fingerprint: id, waitMs: 0 },
		{
			kind: 'address_changed',
			contents: [],
			items: [
				{
					contact: { id: contact.id },
					...{ email, content: 0, item: {}, destination: null, idempotencyKey: null },
				},
			],
			...{ resend: false, restoreAccess: false, destination: null },
			linkLifetimeMs: portal.lifetimes.signIn,
		},
	);
}
