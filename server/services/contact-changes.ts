import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import type { Contact, Portal, Store } from '../store/store.ts';
import {
	changeAddress,
	completeChanges,
	type AddressChangeJobs,
	type ChangedContact,
} from './address-changes.ts';
import type { Events, EventType } from './events.ts';
import type { Sends } from './send-types.ts';

/** What is done to one contact and is audited. What an admin or the API asks for throws `contact_not_found`. */
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
	/** The job of a new address: records it and tells the old one, if a crash kept the update from it. */
	completeAddressChanges(who: ChangedContact): Promise<void>;
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
	jobs: AddressChangeJobs;
}): ContactChanges {
	const { store, clock, events } = parts;
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
		async update(portal, id, { email, ...set }, actor) {
			const contact =
				email === undefined
					? await store.contacts.update(portal.id, id, set, clock.now())
					: await changeAddress(parts, portal, id, { ...set, email }, actor);
			return found(contact);
		},
		completeAddressChanges: (who) => completeChanges(parts, who),
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
