import { newContact } from '../new-contact.ts';
import type { Contact, ContactWrite } from '../store.ts';
import {
	type ContactCollection,
	type ContactDocument,
	parseContact,
	refreshTerms,
	searchTermsOf,
} from './contact-documents.ts';
import { encodeKeys, insertNew, pathsOf, toDocument } from './documents.ts';

/** A contact that comes and goes between two looks more often than this is somebody else's bug. */
const ATTEMPTS = 3;

/**
 * See ContactStore.upsertMany. Known contacts are updated and the others inserted, in place of upserts, which lose some
 * races (MONGODB.md): who is refused by the unique address was overtaken by another insert, and updates.
 */
export async function upsertMany(
	contacts: ContactCollection,
	portalId: string,
	writes: readonly ContactWrite[],
	now: number,
): Promise<{ contact: Contact; created: boolean }[]> {
	const created = new Set<string>();
	const done = new Map<string, ContactDocument>();
	let open = [...writes];
	for (let attempt = 0; open.length > 0 && attempt < ATTEMPTS; attempt += 1) {
		const known = await update(contacts, portalId, open, now);
		const unknown = open.filter(({ email }) => !known.has(email));
		const documents = unknown.map((write) => newDocument(portalId, write, now));
		const refused = new Set(await insertNew(contacts, documents));
		documents.forEach((document, index) => {
			if (refused.has(index)) return;
			created.add(document.email);
			known.set(document.email, document);
		});
		for (const [email, document] of known) done.set(email, document);
		open = open.filter(({ email }) => !done.has(email));
	}
	return writes.map(({ email }) => {
		const document = done.get(email);
		if (document === undefined) throw new Error('a contact could be neither inserted nor updated');
		return { contact: parseContact(document), created: created.has(email) };
	});
}

/** Updates the contacts that exist; answers them, by address, as they are then. */
async function update(
	contacts: ContactCollection,
	portalId: string,
	writes: readonly ContactWrite[],
	now: number,
): Promise<Map<string, ContactDocument>> {
	const filter = { portalId, email: { $in: writes.map(({ email }) => email) } };
	const found = await contacts.find(filter, { projection: { email: 1 } }).toArray();
	const emails = new Set(found.map(({ email }) => email));
	const updates = writes
		.filter(({ email }) => emails.has(email))
		.map(({ email, set, fields }) => ({
			updateOne: {
				filter: { portalId, email },
				update: { $set: { ...set, ...pathsOf('fields', fields), updatedAt: now } },
			},
		}));
	if (updates.length === 0) return new Map();
	await contacts.bulkWrite(updates, { ordered: false });
	const documents = await contacts.find({ portalId, email: { $in: [...emails] } }).toArray();
	await refreshTerms(contacts, documents);
	return new Map(documents.map((document) => [document.email, document]));
}

function newDocument(portalId: string, write: ContactWrite, now: number): ContactDocument {
	const contact = newContact(portalId, write, now);
	return {
		...toDocument(contact),
		fields: encodeKeys(contact.fields),
		state: 'none',
		searchTerms: searchTermsOf(contact),
	};
}
