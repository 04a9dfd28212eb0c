import type { Contact, ContactWrite } from './store.ts';

/** The contact that a create-or-update makes when there is none with this address. */
export function newContact(
	portalId: string,
	{ id, email, set, fields }: ContactWrite,
	now: number,
): Contact {
	return {
		id,
		portalId,
		email,
		firstName: null,
		lastName: null,
		phone: null,
		company: null,
		locale: null,
		timeZone: null,
		fields,
		invitedAt: null,
		joinedAt: null,
		lastLoginAt: null,
		revokedAt: null,
		bouncedAt: null,
		accessEndedAt: null,
		linksUsedAt: {},
		createdAt: now,
		updatedAt: now,
		...set,
	};
}
