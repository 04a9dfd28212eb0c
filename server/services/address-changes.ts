import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import type { Contact, Portal, PortalEvent, Store } from '../store/store.ts';
import type { Events } from './events.ts';
import type { Sends } from './send-types.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** How long a notice that is missing is made up for: well within the time that keys are kept, or it could be sent twice. */
const madeUpForMs = 6 * day;
/** When it is looked whether a notice is missing: by then nobody is at it any more, and its key may be taken over. */
const lookedAfterMs = 2 * minute;
/** Of a contact's latest changes so many are looked at. */
const looked = 20;

/** Whose address was changed. */
export interface ChangedContact {
	portalId: string;
	contactId: string;
}

/** A job that waits. */
export interface AddressChangeJob {
	/** Takes this one back, and no other of the same contact. */
	drop(): Promise<void>;
}

/** What changes of addresses need of the jobs (server/jobs/jobs.ts). */
export interface AddressChangeJobs {
	/** Adds a job that completes the contact's changes after this time, also when this process has died by then. */
	addAddressChange(who: ChangedContact, afterMs: number): Promise<AddressChangeJob>;
}

interface Parts {
	store: Store;
	clock: Clock;
	events: Events;
	sends: Pick<Sends, 'order'>;
	jobs: AddressChangeJobs;
}

/**
 * Updates a contact, its address included. A new address is recorded with the change, and the old one is told, however this ends: the
 * job that looks whether it was is there before the change (R46). Null when unknown. A change that is refused leaves no job.
 */
export async function changeAddress(
	parts: Parts,
	portal: Portal,
	id: string,
	set: Parameters<Store['contacts']['update']>[2] & { email: string },
	actor: string,
): Promise<Contact | null> {
	const { store, clock, events, jobs } = parts;
	const before = await store.contacts.get(portal.id, id);
	if (before === null) return null;
	const job =
		before.email === set.email
			? null
			: await jobs.addAddressChange({ portalId: portal.id, contactId: id }, lookedAfterMs);
	const now = clock.now();
	const type = 'contact.address_changed';
	let change: PortalEvent | undefined;
	const contact = await store.contacts
		.update(portal.id, id, set, now, (from) => {
			const data = { from, to: set.email };
			change = events.complete({ portalId: portal.id, type, actor, contactId: id, data });
			return [change];
		})
		.catch(async (error: unknown) => {
			// Of any other failure it is not known whether it came before the change or after it.
			if (error instanceof PortalError && error.code === 'email_taken') await job?.drop();
			throw error;
		});
	if (contact === null) return null;
	// Asked for again after it was cut short, the address is the new one already: the notice may still be missing.
	change ??= (await changesOf(parts, portal, id, 1))[0];
	if (change?.data['to'] === contact.email) await tellOldAddress(parts, portal, change);
	return contact;
}

/** The job of a change: records and tells what was cut short. Can be repeated. */
export async function completeChanges(
	parts: Parts,
	{ portalId, contactId }: ChangedContact,
): Promise<void> {
	const { store } = parts;
	const portal = await store.portals.get(portalId);
	if (portal === null) return;
	await store.contacts.recordLeft(portalId, contactId);
	// The contact may be deleted by now: of its changes nothing is known then but that they were.
	if ((await store.contacts.get(portalId, contactId)) === null) return;
	for (const change of await changesOf(parts, portal, contactId, looked)) {
		await tellOldAddress(parts, portal, change);
	}
}

/** The newest first; those whose notice is made up for. */
async function changesOf(
	{ clock, events }: Parts,
	portal: Portal,
	contactId: string,
	limit: number,
): Promise<PortalEvent[]> {
	const filter = { contactId, type: 'contact.address_changed' };
	const changes = await events.list(portal.id, filter, { limit, after: null });
	return changes.filter(({ at }) => clock.now() - at < madeUpForMs);
}

/** Queues the notice, once for a change; it holds no link, so it may go to an address that signs nobody in any more. */
async function tellOldAddress(
	{ sends }: Parts,
	portal: Portal,
	{ id, actor, contactId, data }: PortalEvent,
): Promise<void> {
	const email = data['from'];
	// What was known of a contact is taken out of its events before the contact is deleted, and a crash may come in between.
	if (contactId === null || typeof email !== 'string') return;
	await sends.order(
		{ portal, actor, idempotencyKey: `address-changed ${id}`, fingerprint: id, waitMs: 0 },
		{
			kind: 'address_changed',
			contents: [],
			items: [
				{
					contact: { id: contactId },
					...{ email, content: 0, item: {}, destination: null, idempotencyKey: null },
				},
			],
			...{ resend: false, restoreAccess: false, destination: null },
			linkLifetimeMs: portal.lifetimes.signIn,
		},
	);
}
