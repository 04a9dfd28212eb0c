import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { createIdSequence } from '../ids.ts';
import type {
	Contact,
	ContactFields,
	ContactFilter,
	FieldValue,
	Portal,
	Store,
} from '../store/store.ts';
import type { Events } from './events.ts';

/** What a request says about one contact; the address is canonical. */
export interface ContactInput {
	email: string;
	set: Partial<ContactFields>;
	fields: Record<string, FieldValue>;
}

/** How requests name a contact; the address is canonical. */
export type ContactRef = { id: string } | { email: string };

export interface Contacts {
	/** Creates or updates by address, one answer per item in order. An address given twice is one contact, later members win. */
	upsertMany(
		portal: Portal,
		items: readonly ContactInput[],
		actor: string,
	): Promise<{ contact: Contact; created: boolean }[]>;
	/** One answer per reference, null for unknown ones. */
	find(portal: Portal, refs: readonly ContactRef[]): Promise<(Contact | null)[]>;
	/** Throws `contact_not_found`. */
	get(portal: Portal, id: string): Promise<Contact>;
	list(
		portal: Portal,
		filter: ContactFilter,
		page: { limit: number; after: string | null },
	): Promise<Contact[]>;
}

export function createContacts(parts: { store: Store; clock: Clock; events: Events }): Contacts {
	const { store } = parts;
	const nextId = createIdSequence();
	const found = (contact: Contact | null): Contact => {
		if (contact === null) throw new PortalError('contact_not_found');
		return contact;
	};

	return {
		upsertMany: (portal, items, actor) => upsertMany({ ...parts, nextId }, portal, items, actor),
		async find(portal, refs) {
			const ids = refs.flatMap((ref) => ('id' in ref ? [ref.id] : []));
			const emails = refs.flatMap((ref) => ('email' in ref ? [ref.email] : []));
			const [byId, byEmail] = await Promise.all([
				ids.length === 0 ? [] : store.contacts.getMany(portal.id, [...new Set(ids)]),
				emails.length === 0 ? [] : store.contacts.getManyByEmail(portal.id, [...new Set(emails)]),
			]);
			const ofId = new Map(byId.map((contact) => [contact.id, contact]));
			const ofEmail = new Map(byEmail.map((contact) => [contact.email, contact]));
			return refs.map((ref) =>
				'id' in ref ? (ofId.get(ref.id) ?? null) : (ofEmail.get(ref.email) ?? null),
			);
		},
		get: async (portal, id) => found(await store.contacts.get(portal.id, id)),
		list: (portal, filter, page) => store.contacts.list(portal.id, filter, page),
	};
}

interface UpsertParts {
	store: Store;
	clock: Clock;
	events: Events;
	nextId: (atMs: number) => string;
}

async function upsertMany(
	{ store, clock, events, nextId }: UpsertParts,
	portal: Portal,
	items: readonly ContactInput[],
	actor: string,
): Promise<{ contact: Contact; created: boolean }[]> {
	if (items.length === 0) return [];
	const now = clock.now();
	const merged = new Map<string, ContactInput>();
	for (const item of items) {
		const earlier = merged.get(item.email);
		merged.set(item.email, {
			email: item.email,
			set: { ...earlier?.set, ...item.set },
			fields: { ...earlier?.fields, ...item.fields },
		});
	}
	const writes = [...merged.values()].map((item) => ({ id: nextId(now), ...item }));
	const results = await store.contacts.upsertMany(portal.id, writes, now);
	await events.record(
		...results
			.filter((result) => result.created)
			.map(({ contact }) => ({
				portalId: portal.id,
				type: 'contact.created' as const,
				actor,
				contactId: contact.id,
			})),
	);
	const byEmail = new Map(results.map((result) => [result.contact.email, result]));
	const seen = new Set<string>();
	return items.map((item) => {
		const result = byEmail.get(item.email);
		if (result === undefined)
			throw new PortalError('internal_error', { reason: 'upsert lost a row' });
		const first = !seen.has(item.email);
		seen.add(item.email);
		return { contact: result.contact, created: result.created && first };
	});
}
