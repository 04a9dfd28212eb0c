import { describe, expect, it } from '@jest/globals';

import type { ContactWrite } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import {
	addContact,
	hardTexts,
	inParallel,
	makeLink,
	makeRedeem,
	newId,
	NOW,
} from '../fixtures.ts';

const empty = {
	firstName: null,
	lastName: null,
	phone: null,
	company: null,
	locale: null,
	timeZone: null,
	invitedAt: null,
	joinedAt: null,
	lastLoginAt: null,
	revokedAt: null,
	bouncedAt: null,
	accessEndedAt: null,
	linksUsedAt: {},
};

function write(email: string, set: Partial<ContactWrite> = {}): ContactWrite {
	return { id: newId(), email, set: {}, fields: {}, ...set };
}

export function contactsContract(current: Current): void {
	describe('ContactStore.upsertMany', () => {
		it('creates, then updates: given members replace, fields are merged', async () => {
			const { contacts } = current().store;
			const portalId = newId();
			const first = write('ann@example.org', {
				set: { firstName: 'Ann', phone: '1' },
				fields: { 'a.b': 1, $x: true, '50%': 'kept' },
			});
			const [created] = await contacts.upsertMany(portalId, [first], NOW);
			const stored = { ...empty, ...first.set, id: first.id, portalId, email: first.email };
			const times = { createdAt: NOW, updatedAt: NOW };
			expect(created).toEqual({
				created: true,
				contact: { ...stored, ...times, fields: first.fields },
			});
			const second = write('ann@example.org', {
				set: { phone: null, company: 'ACME' },
				fields: { 'a.b': 2, new: 'n' },
			});
			const [updated] = await contacts.upsertMany(portalId, [second], NOW + 9);
			const contact = {
				...stored,
				phone: null,
				company: 'ACME',
				fields: { 'a.b': 2, $x: true, '50%': 'kept', new: 'n' },
				createdAt: NOW,
				updatedAt: NOW + 9,
			};
			expect(updated).toEqual({ created: false, contact });
			expect(await contacts.get(portalId, first.id)).toEqual(contact);
			expect(await contacts.get(portalId, second.id)).toBeNull();
		});

		it('keeps every text as it is', async () => {
			const { contacts } = current().store;
			const portalId = newId();
			for (const text of hardTexts) {
				const set = { firstName: text, lastName: text, company: text, phone: text };
				const { id } = await addContact(current().store, portalId, {
					...set,
					fields: { [`k${text}`]: text },
				});
				expect(await contacts.get(portalId, id)).toMatchObject({
					...set,
					fields: { [`k${text}`]: text },
				});
			}
		});

		it('answers 1,000 writes in input order, new and known ones mixed', async () => {
			const { contacts } = current().store;
			const portalId = newId();
			const known = Array.from({ length: 500 }, (_, n) => write(`p${2 * n}@example.org`));
			const made = await contacts.upsertMany(portalId, known, NOW);
			expect(made.every(({ created }) => created)).toBe(true);
			const mixed = Array.from({ length: 1_000 }, (_, n) =>
				write(`p${n}@example.org`, { set: { firstName: `N${n}` }, fields: { n } }),
			);
			const answers = await contacts.upsertMany(portalId, mixed, NOW + 1);
			expect(answers.map(({ contact }) => contact.email)).toEqual(mixed.map(({ email }) => email));
			expect(answers.map(({ created }) => created)).toEqual(mixed.map((_, n) => n % 2 === 1));
			expect(answers.map(({ contact }) => contact.fields['n'])).toEqual(mixed.map((_, n) => n));
			expect(answers[998]?.contact.id).toBe(known[499]?.id);
			expect(await contacts.stats(portalId)).toMatchObject({ contacts: 1_000 });
		});

		it('makes one contact of one address, however many ask at once, and loses none of their fields', async () => {
			const { contacts } = current().store;
			const portalId = newId();
			const answers = await inParallel(64, (n) =>
				contacts.upsertMany(
					portalId,
					[write('same@example.org', { set: { firstName: `Name${n}` }, fields: { [`f${n}`]: n } })],
					NOW,
				),
			);
			expect(answers.flat().filter(({ created }) => created)).toHaveLength(1);
			expect(new Set(answers.flat().map(({ contact }) => contact.id)).size).toBe(1);
			const [stored] = await contacts.getManyByEmail(portalId, ['same@example.org']);
			expect(Object.keys(stored!.fields)).toHaveLength(64);
			// Whoever wrote last, the words it is found by are those of the name it has now.
			const found = await contacts.list(
				portalId,
				{ search: stored!.firstName!.toLowerCase() },
				{ limit: 5, after: null },
			);
			expect(found).toEqual([stored]);
		});

		it('keeps portals apart', async () => {
			const { contacts } = current().store;
			const [here, there] = [newId(), newId()];
			const a = await addContact(current().store, here, { email: 'x@example.org' });
			const b = await addContact(current().store, there, { email: 'x@example.org' });
			expect(a.id).not.toBe(b.id);
			expect(await contacts.get(there, a.id)).toBeNull();
			expect(await contacts.getMany(here, [a.id, b.id, newId()])).toEqual([a]);
			expect(await contacts.getManyByEmail(there, ['x@example.org', 'y@example.org'])).toEqual([b]);
			expect(await contacts.getMany(here, [])).toEqual([]);
			expect(await contacts.update(here, b.id, { firstName: 'X' }, NOW)).toBeNull();
			expect(await contacts.revoke(here, b.id, NOW)).toBeNull();
			await contacts.markInvited(here, [b.id], NOW);
			expect(await contacts.get(there, b.id)).toEqual(b);
		});
	});

	describe('ContactStore.update', () => {
		it('changes the named members and merges fields', async () => {
			const { contacts } = current().store;
			const contact = await addContact(current().store, newId(), {
				firstName: 'Quentin',
				fields: { a: 1 },
			});
			const set = { firstName: null, lastName: 'Ysolde', email: `new-${contact.id}@example.org` };
			const times = { accessEndedAt: NOW + 1, updatedAt: NOW + 1 };
			const changed = { ...contact, ...set, fields: { a: 1, 'b.c': 2 }, ...times };
			expect(
				await contacts.update(
					contact.portalId,
					contact.id,
					{ ...set, fields: { 'b.c': 2 } },
					NOW + 1,
				),
			).toEqual(changed);
			expect(await contacts.get(contact.portalId, contact.id)).toEqual(changed);
			expect(await contacts.getManyByEmail(contact.portalId, [contact.email])).toEqual([]);
			const page = { limit: 5, after: null };
			expect(await contacts.list(contact.portalId, { search: 'yso' }, page)).toEqual([changed]);
			expect(await contacts.list(contact.portalId, { search: 'que' }, page)).toEqual([]);
			expect(await contacts.update(contact.portalId, newId(), { firstName: 'x' }, NOW)).toBeNull();
		});

		it('says email_taken when the address belongs to another, for all but one of 16 at once', async () => {
			const { store } = current();
			const portalId = newId();
			const taken = await addContact(store, portalId, { email: 'taken@example.org' });
			const others = await inParallel(16, () => addContact(store, portalId));
			await expect(
				store.contacts.update(portalId, others[0]!.id, { email: taken.email }, NOW),
			).rejects.toMatchObject({ code: 'email_taken' });
			expect(await store.contacts.get(portalId, others[0]!.id)).toEqual(others[0]);
			const results = await Promise.allSettled(
				others.map(({ id }) =>
					store.contacts.update(portalId, id, { email: 'free@example.org' }, NOW),
				),
			);
			expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
			const own = await store.contacts.update(portalId, taken.id, { email: taken.email }, NOW + 1);
			expect(own).toEqual({ ...taken, updatedAt: NOW + 1 });
		});
	});

	describe('ContactStore.markInvited, revoke, restoreAccess', () => {
		it('sets invitedAt where it is null', async () => {
			const { store } = current();
			const portalId = newId();
			const [a, b] = [await addContact(store, portalId), await addContact(store, portalId)];
			await store.contacts.markInvited(portalId, [a.id], NOW + 1);
			await store.contacts.markInvited(portalId, [a.id, b.id, newId()], NOW + 2);
			expect(await store.contacts.get(portalId, a.id)).toMatchObject({ invitedAt: NOW + 1 });
			expect(await store.contacts.get(portalId, b.id)).toMatchObject({ invitedAt: NOW + 2 });
		});

		it('revokes once, ends every live session of the contact and only those, and restores', async () => {
			const { store } = current();
			const portalId = newId();
			const [contact, other] = [
				await addContact(store, portalId),
				await addContact(store, portalId),
			];
			const links = [makeLink(contact), makeLink(contact), makeLink(other)];
			await store.magicLinks.insertMany(links);
			const redeemed = await Promise.all(links.map((l) => store.magicLinks.redeem(makeRedeem(l))));
			const ids = redeemed.map((result) => (result.ok ? result.session.id : ''));
			const revoked = await store.contacts.revoke(portalId, contact.id, NOW + 50);
			expect(revoked).toMatchObject({ revokedAt: NOW + 50, joinedAt: NOW + 1 });
			const ends = await Promise.all(ids.map((id) => store.sessions.get(id)));
			expect(ends.map((session) => session?.endedAt)).toEqual([NOW + 50, NOW + 50, null]);
			const again = await store.contacts.revoke(portalId, contact.id, NOW + 60);
			expect(again).toMatchObject({ revokedAt: NOW + 50 });
			expect(await store.contacts.revoke(portalId, newId(), NOW)).toBeNull();
			await store.contacts.restoreAccess(portalId, [contact.id, other.id], NOW + 70);
			expect(await store.contacts.get(portalId, contact.id)).toMatchObject({
				revokedAt: null,
				joinedAt: NOW + 1,
			});
		});
	});
}
