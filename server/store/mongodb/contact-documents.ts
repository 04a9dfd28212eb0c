import type { Collection, Db } from 'mongodb';

import { wordsOf } from '../search-terms.ts';
import type { Contact, InvitationState } from '../store.ts';
import { decodeKeys, fromDocument, type Stored } from './documents.ts';

export interface ContactDocument extends Stored<Contact> {
	/** Follows from the times; stored because lists by state need it in an index. Every write that changes one changes both. */
	state: InvitationState;
	/** Every prefix of every word that the contact is found by, so that a search is an equality. */
	searchTerms: string[];
	/** Events as JSON that were written with a new address and may not be recorded yet. */
	unrecorded?: string[];
}

export type ContactCollection = Collection<ContactDocument>;

export function contactsOf(db: Db): ContactCollection {
	return db.collection<ContactDocument>('contacts');
}

export function parseContact(document: ContactDocument): Contact {
	const fields = decodeKeys(document.fields);
	return fromDocument<Contact>({ ...document, fields }, 'state', 'searchTerms', 'unrecorded');
}

/** Every prefix of every word. */
export function searchTermsOf(contact: Parameters<typeof wordsOf>[0]): string[] {
	const terms = new Set<string>();
	for (const word of wordsOf(contact)) {
		const characters = Array.from(word);
		for (let end = 1; end <= characters.length; end += 1) {
			terms.add(characters.slice(0, end).join(''));
		}
	}
	return [...terms];
}

/**
 * Writes the search terms of documents whose words have changed. The filter holds the words they were made of: who changes
 * those in the meantime writes the terms, too.
 */
export async function refreshTerms(
	contacts: ContactCollection,
	documents: readonly ContactDocument[],
): Promise<void> {
	const updates = documents.flatMap((document) => {
		const searchTerms = searchTermsOf(document);
		if (searchTerms.join('\n') === document.searchTerms.join('\n')) return [];
		const { _id, portalId, email, firstName, lastName, company } = document;
		const filter = { _id, portalId, email, firstName, lastName, company };
		return [{ updateOne: { filter, update: { $set: { searchTerms } } } }];
	});
	if (updates.length > 0) await contacts.bulkWrite(updates, { ordered: false });
}
