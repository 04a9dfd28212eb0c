import type { Contact, LinkKind } from '../store.ts';
import { type ContactCollection, type ContactDocument, parseContact } from './contact-documents.ts';

/*
 * Each write below changes a time and `state` together, in one document, and its filter holds everything that the new state
 * follows from: so the two agree whatever happens in between.
 */

/** See ContactStore.markInvited. */
export async function markInvited(
	contacts: ContactCollection,
	portalId: string,
	ids: readonly string[],
	now: number,
): Promise<void> {
	const who = { portalId, _id: { $in: [...ids] }, invitedAt: null };
	const set = { invitedAt: now, updatedAt: now };
	const whoHasNoState = {
		updateMany: {
			filter: { ...who, state: 'none' as const },
			update: { $set: { ...set, state: 'invited' as const } },
		},
	};
	const whoHas = {
		updateMany: {
			filter: { ...who, state: { $in: ['joined' as const, 'revoked' as const] } },
			update: { $set: set },
		},
	};
	// Once more at the end, for a contact whose access is restored in between.
	await contacts.bulkWrite([whoHasNoState, whoHas, whoHasNoState], { ordered: true });
}

/** Sets `revokedAt` where it is null. Null when unknown. */
export async function revoke(
	contacts: ContactCollection,
	portalId: string,
	id: string,
	now: number,
): Promise<Contact | null> {
	await contacts.updateOne(
		{ portalId, _id: id, revokedAt: null },
		{ $set: { revokedAt: now, accessEndedAt: now, state: 'revoked', updatedAt: now } },
	);
	const document = await contacts.findOne({ portalId, _id: id });
	return document === null ? null : parseContact(document);
}

/** See ContactStore.restoreAccess. */
export async function restoreAccess(
	contacts: ContactCollection,
	portalId: string,
	ids: readonly string[],
	now: number,
): Promise<void> {
	const who = { portalId, _id: { $in: [...ids] }, state: 'revoked' as const };
	const set = { revokedAt: null, updatedAt: now };
	const ever = { $gte: 0 };
	await contacts.bulkWrite(
		[
			{
				updateMany: {
					filter: { ...who, joinedAt: ever },
					update: { $set: { ...set, state: 'joined' } },
				},
			},
			{
				updateMany: {
					filter: { ...who, joinedAt: null, invitedAt: ever },
					update: { $set: { ...set, state: 'invited' } },
				},
			},
			{
				updateMany: {
					filter: { ...who, joinedAt: null, invitedAt: null },
					update: { $set: { ...set, state: 'none' } },
				},
			},
			// Invited between the second and the third.
			{
				updateMany: {
					filter: { ...who, joinedAt: null, invitedAt: ever },
					update: { $set: { ...set, state: 'invited' } },
				},
			},
		],
		{ ordered: true },
	);
}

/**
 * Records a login at `at`, by a link of this kind, unless the contact's access has ended since it was read; the first one makes it a joined one.
 * Null when it may not log in any more.
 */
export async function recordLogin(
	contacts: ContactCollection,
	who: Pick<ContactDocument, 'portalId' | '_id' | 'email' | 'accessEndedAt'>,
	at: number,
	kind: LinkKind,
): Promise<{ contact: Contact; joinedNow: boolean } | null> {
	const { portalId, _id, email, accessEndedAt } = who;
	const allowed = { portalId, _id, email, accessEndedAt, revokedAt: null };
	const after = { returnDocument: 'after' } as const;
	const login = { $max: { lastLoginAt: at, updatedAt: at, [`linksUsedAt.${kind}`]: at } };
	const joined = await contacts.findOneAndUpdate(
		{ ...allowed, joinedAt: null },
		{ ...login, $set: { joinedAt: at, state: 'joined' } },
		after,
	);
	if (joined !== null) return { contact: parseContact(joined), joinedNow: true };
	const known = await contacts.findOneAndUpdate(allowed, login, after);
	return known === null ? null : { contact: parseContact(known), joinedNow: false };
}
