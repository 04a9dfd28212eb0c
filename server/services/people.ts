import type { Contact, InvitationState } from '../store/store.ts';

/** First and last name, or ''. */
export function fullName(contact: Pick<Contact, 'firstName' | 'lastName'>): string {
	return [contact.firstName, contact.lastName]
		.filter((part) => part !== null && part !== '')
		.join(' ');
}

/** The invitation state of a contact; `revoked` wins over `joined`, `joined` over `invited`. */
export function invitationState(contact: Contact): InvitationState {
	if (contact.revokedAt !== null) return 'revoked';
	if (contact.joinedAt !== null) return 'joined';
	return contact.invitedAt === null ? 'none' : 'invited';
}
