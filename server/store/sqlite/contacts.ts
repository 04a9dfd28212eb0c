import { PortalError } from '../../errors.ts';
import { newContact } from '../new-contact.ts';
import { prefixesOf, searched, wordsOf } from '../search-terms.ts';
import type {
	Contact,
	ContactFilter,
	ContactStats,
	ContactStore,
	ContactWrite,
	MagicLink,
} from '../store.ts';
import type { Connection, Value } from './connection.ts';
import type { Database } from './database.ts';
import { deleteWhatIsTheirs } from './contact-remains.ts';
import { insertEvents } from './events.ts';
import { endSessionsOfContact } from './sessions.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<Contact>('contacts', {
	id: 'plain',
	portalId: 'plain',
	email: 'plain',
	firstName: 'plain',
	lastName: 'plain',
	phone: 'plain',
	company: 'plain',
	locale: 'plain',
	timeZone: 'plain',
	fields: 'json',
	invitedAt: 'plain',
	joinedAt: 'plain',
	lastLoginAt: 'plain',
	revokedAt: 'plain',
	bouncedAt: 'plain',
	accessEndedAt: 'plain',
	linksUsedAt: 'json',
	createdAt: 'plain',
	updatedAt: 'plain',
});
const SELECT = `SELECT ${table.columns} FROM contacts`;

/** Contacts written without letting anything else have a turn: an import must not hold up redemptions. */
const SLICE = 200;

/** See ContactStore. */
export function createContacts({ read, durable }: Database): ContactStore {
	return {
		upsertMany: async (portalId, writes, now) => {
			const slices = Array.from({ length: Math.ceil(writes.length / SLICE) }, (_, at) =>
				writes.slice(at * SLICE, (at + 1) * SLICE),
			);
			const answers = slices.map((slice) =>
				durable((sql) => slice.map((write) => upsert(sql, portalId, write, now))),
			);
			return (await Promise.all(answers)).flat();
		},
		get: (portalId, id) => read((sql) => findContact(sql, portalId, id)),
		getMany: (portalId, ids) =>
			read((sql) =>
				[...new Set(ids)]
					.map((id) => findContact(sql, portalId, id))
					.filter((found) => found !== null),
			),
		getManyByEmail: (portalId, emails) =>
			read((sql) =>
				[...new Set(emails)]
					.map((email) => findByEmail(sql, portalId, email))
					.filter((found) => found !== null),
			),
		list: (portalId, filter, page) => read((sql) => list(sql, portalId, filter, page)),
		update: (portalId, id, set, now, eventsOf = () => []) =>
			durable((sql) => {
				const contact = findContact(sql, portalId, id);
				if (contact === null) return null;
				const holder = set.email === undefined ? null : findByEmail(sql, portalId, set.email);
				if (holder !== null && holder.id !== id) throw new PortalError('email_taken');
				const moved = set.email !== undefined && set.email !== contact.email;
				if (moved) {
					endSessionsOfContact(sql, portalId, id, now);
					insertEvents(sql, eventsOf(contact.email));
				}
				return replace(sql, contact, {
					...contact,
					...set,
					fields: { ...contact.fields, ...set.fields },
					accessEndedAt: moved ? now : contact.accessEndedAt,
					updatedAt: now,
				});
			}),
		moveJoined: (portalId, id, { from, to }) =>
			durable((sql) => {
				const moved = `UPDATE contacts SET joinedAt = ?1, updatedAt = max(updatedAt, ?1)
					WHERE id = ?2 AND portalId = ?3 AND joinedAt = ?4`;
				return sql.run(moved, to, id, portalId, from) === 1;
			}),
		markInvited: (portalId, ids, now) =>
			durable((sql) => {
				for (const id of ids) {
					sql.run(
						'UPDATE contacts SET invitedAt = ?, updatedAt = ? WHERE id = ? AND portalId = ? AND invitedAt IS NULL',
						...[now, now, id, portalId],
					);
				}
			}),
		revoke: (portalId, id, now) =>
			durable((sql) => {
				sql.run(
					`UPDATE contacts SET revokedAt = ?, accessEndedAt = ?, updatedAt = ?
					WHERE id = ? AND portalId = ? AND revokedAt IS NULL`,
					...[now, now, now, id, portalId],
				);
				endSessionsOfContact(sql, portalId, id, now);
				return findContact(sql, portalId, id);
			}),
		restoreAccess: (portalId, ids, now) =>
			durable((sql) => {
				for (const id of ids) {
					sql.run(
						'UPDATE contacts SET revokedAt = NULL, updatedAt = ? WHERE id = ? AND portalId = ? AND revokedAt IS NOT NULL',
						...[now, id, portalId],
					);
				}
			}),
		delete: (portalId, id, now) =>
			durable((sql) => {
				const contact = findContact(sql, portalId, id);
				if (contact === null) return false;
				deleteWhatIsTheirs(sql, contact, now);
				deleteTerms(sql, contact, wordsOf(contact));
				return sql.run('DELETE FROM contacts WHERE id = ?', id) === 1;
			}),
		stats: (portalId) => read((sql) => stats(sql, portalId)),
	};
}

export function findContact(sql: Connection, portalId: string, id: string): Contact | null {
	return parseOptional(table, sql.get(`${SELECT} WHERE id = ? AND portalId = ?`, id, portalId));
}

function findByEmail(sql: Connection, portalId: string, email: string): Contact | null {
	return parseOptional(
		table,
		sql.get(`${SELECT} WHERE portalId = ? AND email = ?`, portalId, email),
	);
}

/** Records the login by a redeemed link, once; the first one makes the contact a joined one. Answers the contact as it is then. */
export function recordLogin(sql: Connection, contact: Contact, link: MagicLink): Contact {
	const { kind, redeemedAt: at } = link;
	const usedAt = contact.linksUsedAt[kind] ?? -1;
	if (at === null || (usedAt >= at && (contact.lastLoginAt ?? -1) >= at)) return contact;
	const next: Contact = {
		...contact,
		joinedAt: contact.joinedAt ?? at,
		lastLoginAt: Math.max(contact.lastLoginAt ?? 0, at),
		linksUsedAt: { ...contact.linksUsedAt, [kind]: Math.max(usedAt, at) },
		updatedAt: at,
	};
	sql.run(
		'UPDATE contacts SET joinedAt = ?, lastLoginAt = ?, linksUsedAt = ?, updatedAt = ? WHERE id = ?',
		...[next.joinedAt, next.lastLoginAt, JSON.stringify(next.linksUsedAt), next.updatedAt, next.id],
	);
	return next;
}

function upsert(
	sql: Connection,
	portalId: string,
	write: ContactWrite,
	now: number,
): { contact: Contact; created: boolean } {
	const found = findByEmail(sql, portalId, write.email);
	if (found !== null) {
		const fields = { ...found.fields, ...write.fields };
		return {
			contact: replace(sql, found, { ...found, ...write.set, fields, updatedAt: now }),
			created: false,
		};
	}
	const contact = newContact(portalId, write, now);
	sql.run(table.insert, ...table.values(contact));
	insertTerms(sql, contact, wordsOf(contact));
	return { contact, created: true };
}

function insertTerms(sql: Connection, contact: Contact, words: readonly string[]): void {
	for (const word of words) {
		sql.run('INSERT INTO contactTerms VALUES (?, ?, ?)', contact.portalId, word, contact.id);
	}
}

/** Writes `next` in place of `before`; address and search words, which are indexed, only where they changed. */
function replace(sql: Connection, before: Contact, next: Contact): Contact {
	sql.run(
		`UPDATE contacts SET firstName = ?, lastName = ?, phone = ?, company = ?, locale = ?, timeZone = ?, fields = ?,
			updatedAt = ? WHERE id = ?`,
		...[next.firstName, next.lastName, next.phone, next.company, next.locale, next.timeZone],
		...[JSON.stringify(next.fields), next.updatedAt, next.id],
	);
	if (next.email !== before.email) {
		sql.run(
			'UPDATE contacts SET email = ?, accessEndedAt = ? WHERE id = ?',
			...[next.email, next.accessEndedAt, next.id],
		);
	}
	if (searched.some((name) => next[name] !== before[name])) replaceTerms(sql, before, next);
	return next;
}

function deleteTerms(sql: Connection, contact: Contact, words: readonly string[]): void {
	for (const word of words) {
		sql.run(
			'DELETE FROM contactTerms WHERE portalId = ? AND term = ? AND contactId = ?',
			...[contact.portalId, word, contact.id],
		);
	}
}

function replaceTerms(sql: Connection, before: Contact, next: Contact): void {
	const old = new Set(wordsOf(before));
	const words = new Set(wordsOf(next));
	deleteTerms(
		sql,
		next,
		[...old].filter((word) => !words.has(word)),
	);
	insertTerms(
		sql,
		next,
		[...words].filter((word) => !old.has(word)),
	);
}

function list(
	sql: Connection,
	portalId: string,
	filter: ContactFilter,
	page: { limit: number; after: string | null },
): Contact[] {
	const conditions = ['portalId = ?'];
	const values: Value[] = [portalId];
	const where = (condition: string, ...operands: Value[]): void => {
		conditions.push(condition);
		values.push(...operands);
	};
	if (filter.state !== undefined) where('state = ?', filter.state);
	if (page.after !== null) where('id < ?', page.after);
	if (filter.invitedBefore !== undefined) where('invitedAt < ?', filter.invitedBefore);
	if (filter.joinedAfter !== undefined) where('joinedAt > ?', filter.joinedAfter);
	for (const prefix of prefixesOf(filter.search ?? '')) {
		where(
			'id IN (SELECT contactId FROM contactTerms WHERE portalId = ? AND term >= ? AND term < ?)',
			...[portalId, prefix, `${prefix}\u{10FFFF}`],
		);
	}
	const query = `${SELECT} WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`;
	return sql.all(query, ...values, page.limit).map((row) => table.parse(row));
}

function stats(sql: Connection, portalId: string): ContactStats {
	const row = sql.get(
		`SELECT count(*) AS contacts, count(invitedAt) AS invited, count(joinedAt) AS joined,
			count(*) FILTER (WHERE state = 'invited') AS pending,
			count(*) FILTER (WHERE joinedAt IS NOT NULL AND invitedAt IS NULL) AS joinedWithoutInvitation,
			count(bouncedAt) AS bounced, count(*) FILTER (WHERE state = 'revoked') AS revoked
		FROM contacts INDEXED BY contactsById WHERE portalId = ?`,
		portalId,
	);
	const count = (name: keyof ContactStats): number => Number(row?.[name]);
	return {
		contacts: count('contacts'),
		invited: count('invited'),
		joined: count('joined'),
		pending: count('pending'),
		joinedWithoutInvitation: count('joinedWithoutInvitation'),
		bounced: count('bounced'),
		revoked: count('revoked'),
	};
}
