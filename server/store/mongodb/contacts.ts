import type { Db, Filter } from 'mongodb';

import { PortalError } from '../../errors.ts';
import { prefixesOf } from '../search-terms.ts';
import type { Contact, ContactFilter, ContactStats, ContactStore, PortalEvent } from '../store.ts';
import {
	type ContactCollection,
	type ContactDocument,
	contactsOf,
	parseContact,
	refreshTerms,
} from './contact-documents.ts';
import { markInvited, restoreAccess, revoke } from './contact-states.ts';
import { upsertMany } from './contact-upsert.ts';
import { deleteWhatIsTheirs } from './contact-remains.ts';
import { pathsOf } from './documents.ts';
import { isDuplicateKey } from './errors.ts';
import { appendEvents } from './events.ts';
import { endSessionsOfContact } from './sessions.ts';

/** See ContactStore. */
export function createContacts(db: Db): ContactStore {
	const contacts = contactsOf(db);
	const findMany = async (filter: Filter<ContactDocument>): Promise<Contact[]> =>
		(await contacts.find(filter).toArray()).map(parseContact);
	return {
		upsertMany: (portalId, writes, now) => upsertMany(contacts, portalId, writes, now),
		get: (portalId, id) => findContact(contacts, portalId, id),
		getMany: (portalId, ids) => findMany({ portalId, _id: { $in: [...ids] } }),
		getManyByEmail: (portalId, emails) => findMany({ portalId, email: { $in: [...emails] } }),
		list: async (portalId, filter, page) => {
			const conditions = conditionsOf(portalId, filter, page.after);
			const found = await contacts.find(conditions).sort({ _id: -1 }).limit(page.limit).toArray();
			return found.map(parseContact);
		},
		update: (...change) => update(db, ...change),
		recordLeft: (portalId, id) => recordLeft(db, portalId, id),
		moveJoined: async (portalId, id, { from, to }) => {
			const who = { portalId, _id: id, joinedAt: from };
			const moved = { $set: { joinedAt: to }, $max: { updatedAt: to } };
			return (await contacts.updateOne(who, moved)).modifiedCount === 1;
		},
		markInvited: (portalId, ids, now) => markInvited(contacts, portalId, ids, now),
		revoke: async (portalId, id, now) => {
			const contact = await revoke(contacts, portalId, id, now);
			// Second: whoever redeems in between finds the contact revoked, or its session is ended here.
			await endSessionsOfContact(db, portalId, id, now);
			return contact;
		},
		restoreAccess: (portalId, ids, now) => restoreAccess(contacts, portalId, ids, now),
		delete: async (portalId, id, now) => {
			if ((await revoke(contacts, portalId, id, now)) === null) return false;
			await recordLeft(db, portalId, id);
			await deleteWhatIsTheirs(db, portalId, id, now);
			return (await contacts.deleteOne({ portalId, _id: id })).deletedCount === 1;
		},
		stats: (portalId) => stats(contacts, portalId),
	};
}

export async function findContact(
	contacts: ContactCollection,
	portalId: string,
	id: string,
): Promise<Contact | null> {
	const document = await contacts.findOne({ portalId, _id: id });
	return document === null ? null : parseContact(document);
}

function conditionsOf(
	portalId: string,
	filter: ContactFilter,
	after: string | null,
): Filter<ContactDocument> {
	const { state, invitedBefore, joinedAfter, search = '' } = filter;
	const prefixes = prefixesOf(search);
	return {
		portalId,
		...(state !== undefined && { state }),
		...(after !== null && { _id: { $lt: after } }),
		...(invitedBefore !== undefined && { invitedAt: { $lt: invitedBefore } }),
		...(joinedAfter !== undefined && { joinedAt: { $gt: joinedAfter } }),
		...(prefixes.length > 0 && { searchTerms: { $all: prefixes } }),
	};
}

async function update(
	db: Db,
	...[portalId, id, { fields = {}, ...set }, now, eventsOf = () => []]: Parameters<
		ContactStore['update']
	>
): Promise<Contact | null> {
	const contacts = contactsOf(db);
	for (;;) {
		const present = await contacts.findOne({ portalId, _id: id });
		if (present === null) return null;
		await record(db, present);
		const moved = set.email !== undefined && set.email !== present.email;
		const unrecorded = moved ? eventsOf(present.email).map((event) => JSON.stringify(event)) : [];
		const ended = moved && { accessEndedAt: now, unrecorded };
		try {
			const document = await contacts.findOneAndUpdate(
				// Of two that move a contact at once, each has to know which address it takes away.
				{ portalId, _id: id, ...(set.email !== undefined && { email: present.email }) },
				{
					$set: { ...set, ...pathsOf('fields', fields), ...ended, updatedAt: now },
				},
				{ returnDocument: 'after' },
			);
			if (document === null) continue;
			await refreshTerms(contacts, [document]);
			// Second: whoever redeems in between is refused, or its session is ended here.
			if (moved) await endSessionsOfContact(db, portalId, id, now);
			await record(db, document);
			return parseContact(document);
		} catch (error) {
			if (isDuplicateKey(error)) throw new PortalError('email_taken', { cause: error });
			throw error;
		}
	}
}

/** See ContactStore.recordLeft. */
async function recordLeft(db: Db, portalId: string, id: string): Promise<void> {
	const document = await contactsOf(db).findOne({ portalId, _id: id });
	if (document !== null) await record(db, document);
}

/** Records what was written with a new address; twice is once. */
async function record(db: Db, { _id, unrecorded = [] }: ContactDocument): Promise<void> {
	if (unrecorded.length === 0) return;
	// What `update` wrote.
	const events = unrecorded.map((text) => JSON.parse(text) as PortalEvent);
	await appendEvents(db, events);
	await contactsOf(db).updateOne({ _id, unrecorded }, { $unset: { unrecorded: 1 } });
}

async function stats(contacts: ContactCollection, portalId: string): Promise<ContactStats> {
	const ever = { $gte: 0 };
	const count = (filter: Filter<ContactDocument>): Promise<number> =>
		contacts.countDocuments({ portalId, ...filter });
	const [all, invited, joined, pending, joinedWithoutInvitation, bounced, revoked] =
		await Promise.all([
			count({}),
			count({ invitedAt: ever }),
			count({ joinedAt: ever }),
			count({ state: 'invited' }),
			count({ invitedAt: null, joinedAt: ever }),
			count({ bouncedAt: ever }),
			count({ state: 'revoked' }),
		]);
	return { contacts: all, invited, joined, pending, joinedWithoutInvitation, bounced, revoked };
}
