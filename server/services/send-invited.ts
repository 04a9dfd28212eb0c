import { derivedUuidV7 } from '../ids.ts';
import type { Send, Store } from '../store/store.ts';
import type { EventType } from './events.ts';

/**
 * Records that the contacts of an invitation are invited. Called when the order is stored and again by each chunk, in case the
 * process died in between: state and events come out once, the events' ids being derived.
 */
export async function recordInvited(
	store: Pick<Store, 'contacts' | 'events'>,
	send: Send,
	contactIds: readonly string[],
): Promise<void> {
	if (send.kind !== 'invitation') return;
	const { portalId, createdAt } = send;
	await store.contacts.markInvited(portalId, contactIds, createdAt);
	const type: EventType = 'contact.invited';
	await store.events.append(
		contactIds.map((contactId) => ({
			id: derivedUuidV7(createdAt, type, send.id, contactId),
			portalId,
			type,
			at: createdAt,
			actor: send.createdBy,
			contactId,
			linkId: null,
			sendId: send.id,
			data: {},
		})),
	);
}
