import { describe, expect, it } from '@jest/globals';

import type {
	Contact,
	ContactFilter,
	InvitationState,
	Store,
} from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { addContact, inParallel, makeLink, makeRedeem, newId, NOW } from '../fixtures.ts';

function stateOf(contact: Contact): InvitationState {
	if (contact.revokedAt !== null) return 'revoked';
	if (contact.joinedAt !== null) return 'joined';
	return contact.invitedAt === null ? 'none' : 'invited';
}

async function everyone(
	store: Store,
	portalId: string,
	filter: ContactFilter = {},
): Promise<Contact[]> {
	return await store.contacts.list(portalId, filter, { limit: 1_000, after: null });
}

/** The next number of a small linear congruential generator: a failing run can be run again. */
function generator(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((state / 2_147_483_648) * below);
	};
}

/** Lets 200 random changes of 40 contacts race each other, 20 at a time. */
async function shuffle(store: Store, portalId: string): Promise<void> {
	const people = await inParallel(40, () => addContact(store, portalId));
	const random = generator(7);
	for (let round = 0; round < 10; round += 1) {
		await inParallel(20, async (n) => {
			const contact = people[random(people.length)]!;
			const now = NOW + round * 100 + n;
			const action = random(4);
			if (action === 0) await store.contacts.markInvited(portalId, [contact.id], now);
			if (action === 1) await store.contacts.revoke(portalId, contact.id, now);
			if (action === 2) await store.contacts.restoreAccess(portalId, [contact.id], now);
			if (action === 3) {
				const link = makeLink(contact);
				await store.magicLinks.insertMany([link]);
				await store.magicLinks.redeem(makeRedeem(link, { now }));
			}
		});
	}
}

export function contactListContract(current: Current): void {
	describe('ContactStore.list', () => {
		it('lists newest first, page by page, each contact once', async () => {
			const { store } = current();
			const portalId = newId();
			const made = await inParallel(25, () => addContact(store, portalId));
			const newestFirst = made.sort((a, b) => (a.id < b.id ? 1 : -1));
			const seen: Contact[] = [];
			for (let after: string | null = null; ; after = seen.at(-1)!.id) {
				const page: Contact[] = await store.contacts.list(portalId, {}, { limit: 10, after });
				seen.push(...page);
				if (page.length < 10) break;
			}
			expect(seen).toEqual(newestFirst);
			expect(await everyone(store, newId())).toEqual([]);
		});

		it('finds by prefixes of words of name, company and address, all of which must match', async () => {
			const { store } = current();
			const portalId = newId();
			const add = (email: string, firstName: string, lastName: string, company: string) =>
				addContact(store, portalId, { email, firstName, lastName, company });
			await add('jl@firma.example', 'Jean-Luc', 'Müller', 'Firma "Süd" GmbH');
			await add('anna.maria+x@söhne.example', 'Anna', 'Ørsted', 'Jean & Co');
			await add('yamada@example.org', '太郎', '山田', '100% _Luck_');
			const find = async (search: string): Promise<string[]> =>
				(await everyone(store, portalId, { search })).map(({ email }) => email.split('@')[0]!);
			expect(await find('jean')).toEqual(['anna.maria+x', 'jl']);
			expect(await find('jean müll')).toEqual(['jl']);
			expect(await find('muller gmb')).toEqual(['jl']);
			expect(await find('luc')).toEqual(['yamada', 'jl']);
			expect(await find('anna.maria+x@söhne.ex')).toEqual(['anna.maria+x']);
			expect(await find('söhne')).toEqual(['anna.maria+x']);
			expect(await find('maria')).toEqual(['anna.maria+x']);
			expect(await find('山')).toEqual(['yamada']);
			expect(await find('ean')).toEqual([]);
			expect(await find('jean anna yamada')).toEqual([]);
			expect(await find('%')).toEqual([]);
			expect(await find('100%')).toEqual(['yamada']);
			expect(await find('_')).toEqual(['yamada']);
			expect(await find('.*')).toEqual([]);
			expect(await find('  ')).toHaveLength(3);
			expect(await find('firma.example')).toEqual(['jl']);
		});

		it('pages through what a search finds', async () => {
			const { store } = current();
			const portalId = newId();
			await inParallel(7, (n) =>
				addContact(store, portalId, { firstName: n % 2 ? 'Odd' : 'Even' }),
			);
			const evens = await everyone(store, portalId, { search: 'ev' });
			expect(evens).toHaveLength(4);
			const { contacts } = store;
			const second = await contacts.list(
				portalId,
				{ search: 'ev' },
				{ limit: 2, after: evens[1]!.id },
			);
			expect(second).toEqual(evens.slice(2));
		});

		it('filters by state and by times, together with a search', async () => {
			const { store } = current();
			const portalId = newId();
			const people = await inParallel(6, (n) =>
				addContact(store, portalId, { firstName: `P${n}` }),
			);
			const [early, late, joiner, both, revoked] = people as [
				Contact,
				Contact,
				Contact,
				Contact,
				Contact,
			];
			await store.contacts.markInvited(portalId, [early.id, both.id], NOW + 10);
			await store.contacts.markInvited(portalId, [late.id, revoked.id], NOW + 20);
			for (const [contact, now] of [
				[joiner, NOW + 30],
				[both, NOW + 40],
			] as const) {
				const link = makeLink(contact);
				await store.magicLinks.insertMany([link]);
				await store.magicLinks.redeem(makeRedeem(link, { now }));
			}
			await store.contacts.revoke(portalId, revoked.id, NOW + 50);
			const names = async (filter: ContactFilter): Promise<string[]> =>
				(await everyone(store, portalId, filter)).map(({ firstName }) => firstName!).sort();
			expect(await names({ state: 'none' })).toEqual(['P5']);
			expect(await names({ state: 'invited' })).toEqual(['P0', 'P1']);
			expect(await names({ state: 'joined' })).toEqual(['P2', 'P3']);
			expect(await names({ state: 'revoked' })).toEqual(['P4']);
			expect(await names({ invitedBefore: NOW + 20 })).toEqual(['P0', 'P3']);
			expect(await names({ invitedBefore: NOW + 21 })).toEqual(['P0', 'P1', 'P3', 'P4']);
			expect(await names({ joinedAfter: NOW + 30 })).toEqual(['P3']);
			expect(await names({ joinedAfter: NOW + 29 })).toEqual(['P2', 'P3']);
			expect(await names({ state: 'joined', invitedBefore: NOW + 20, joinedAfter: NOW })).toEqual([
				'P3',
			]);
			expect(await names({ state: 'invited', search: 'p1' })).toEqual(['P1']);
			expect(await names({ search: 'p', invitedBefore: NOW + 20 })).toEqual(['P0', 'P3']);
		});
	});

	describe('ContactStore.stats', () => {
		it('R50 equals a recount, and so do the states, after random changes that race each other', async () => {
			const { store } = current();
			const portalId = newId();
			await shuffle(store, portalId);
			const all = await everyone(store, portalId);
			const count = (test: (contact: Contact) => boolean): number => all.filter(test).length;
			expect(await store.contacts.stats(portalId)).toEqual({
				contacts: 40,
				invited: count(({ invitedAt }) => invitedAt !== null),
				joined: count(({ joinedAt }) => joinedAt !== null),
				pending: count((contact) => stateOf(contact) === 'invited'),
				joinedWithoutInvitation: count((c) => c.joinedAt !== null && c.invitedAt === null),
				bounced: 0,
				revoked: count(({ revokedAt }) => revokedAt !== null),
			});
			for (const state of ['none', 'invited', 'joined', 'revoked'] as const) {
				const expected = all.filter((contact) => stateOf(contact) === state);
				expect(await everyone(store, portalId, { state })).toEqual(expected);
			}
			expect(new Set(all.map(stateOf)).size).toBe(4);
		});

		it('counts nothing for a portal without contacts', async () => {
			expect(await current().store.contacts.stats(newId())).toEqual({
				contacts: 0,
				invited: 0,
				joined: 0,
				pending: 0,
				joinedWithoutInvitation: 0,
				bounced: 0,
				revoked: 0,
			});
		});
	});
}
