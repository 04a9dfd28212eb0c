import type { Db } from 'mongodb';

import { deleteSessionsOfContact } from './sessions.ts';

/** Everything of a contact but the contact itself; see ContactStore.delete. */
export async function deleteWhatIsTheirs(
	db: Db,
	portalId: string,
	contactId: string,
	now: number,
): Promise<void> {
	const deliveries = db.collection<{ _id: string; contactId: string; status: string }>(
		'deliveries',
	);
	const theirs = await deliveries.find({ contactId }, { projection: { _id: 1 } }).toArray();
	const _id = { $in: theirs.map((delivery) => delivery._id) };
	await db.collection<{ _id: string }>('outbox').deleteMany({ portalId, _id });
	// A delivery that waits to be sent again ends; it counts as skipped.
	await deliveries.updateMany(
		{ _id, status: { $in: ['queued', 'sending'] } },
		{ $set: { status: 'skipped', skipped: 'contact_deleted', error: null, updatedAt: now } },
	);
	// A provider's reason may name the address.
	await deliveries.updateMany({ _id, status: 'failed' }, { $set: { 'error.detail': null } });
	await deliveries.updateMany({ _id }, { $set: { email: '', item: '{}' } });
	await deleteSessionsOfContact(db, portalId, contactId);
	await db.collection('magicLinks').deleteMany({ 'subject.id': contactId });
	await db.collection('events').updateMany({ portalId, contactId }, { $set: { data: '{}' } });
}
