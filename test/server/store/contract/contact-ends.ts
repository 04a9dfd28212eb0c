import { describe, expect, it } from '@jest/globals';

import { invitationState } from '../../../../server/services/people.ts';
import type { Contact, Store } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import {
	addContact,
	addLink,
	HOUR,
	makeDelivery,
	makeEvent,
	makeLink,
	makeMessage,
	makeRedeem,
	makeSend,
	newId,
	NOW,
} from '../fixtures.ts';

/** The same numbers for the same seed, so that a failure can be seen again (mulberry32). */
function seeded(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % below;
	};
}

async function allOf(store: Store, portalId: string): Promise<Contact[]> {
	return store.contacts.list(portalId, {}, { limit: 1000, after: null });
}

function recount(contacts: readonly Contact[]): Awaited<ReturnType<Store['contacts']['stats']>> {
	const count = (is: (contact: Contact) => boolean): number => contacts.filter(is).length;
	return {
		contacts: contacts.length,
		invited: count(({ invitedAt }) => invitedAt !== null),
		joined: count(({ joinedAt }) => joinedAt !== null),
		pending: count((contact) => invitationState(contact) === 'invited'),
		joinedWithoutInvitation: count((one) => one.joinedAt !== null && one.invitedAt === null),
		bounced: count(({ bouncedAt }) => bouncedAt !== null),
		revoked: count(({ revokedAt }) => revokedAt !== null),
	};
}

export function contactEndsContract(current: Current): void {
	describe('ContactStore, when access ends', () => {
		it.each(['revoked and restored', 'moved and moved back'])(
			'R20 a contact %s keeps no link and no session from before',
			async (how) => {
				const { store } = current();
				const { contact, link } = await addLink(store);
				const { portalId, id, email } = contact;
				const open = makeLink(contact);
				await store.magicLinks.insertMany([open]);
				const request = makeRedeem(link, { now: NOW + 1 });
				await store.magicLinks.redeem(request);
				if (how === 'revoked and restored') {
					await store.contacts.revoke(portalId, id, NOW + 2);
					await store.contacts.restoreAccess(portalId, [id], NOW + 3);
				} else {
					await store.contacts.update(portalId, id, { email: `x-${email}` }, NOW + 2);
					await store.contacts.update(portalId, id, { email }, NOW + 3);
				}
				expect(await store.sessions.get(request.session.id)).toMatchObject({ endedAt: NOW + 2 });
				expect(await store.magicLinks.redeem(makeRedeem(open, { now: NOW + 4 }))).toMatchObject({
					ok: false,
					reason: 'revoked',
				});
				const fresh = makeLink(contact, { createdAt: NOW + 5 });
				await store.magicLinks.insertMany([fresh]);
				const again = await store.magicLinks.redeem(makeRedeem(fresh, { now: NOW + 6 }));
				expect(again).toMatchObject({ ok: true });
			},
		);

		it('R20 writing the same address, or other members, ends nothing', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const request = makeRedeem(link);
			await store.magicLinks.redeem(request);
			const set = { email: contact.email, firstName: 'Ada' };
			const after = await store.contacts.update(contact.portalId, contact.id, set, NOW + 2);
			expect(after).toMatchObject({ firstName: 'Ada', accessEndedAt: null });
			expect(await store.sessions.get(request.session.id)).toMatchObject({ endedAt: null });
		});

		it('R46 what is recorded of a new address is recorded once, whatever is asked for after that', async () => {
			const { store } = current();
			const contact = await addContact(store, newId());
			const { portalId, id, email: before } = contact;
			const email = `next-${before}`;
			const eventsOf = (from: string) => [makeEvent(portalId, { contactId: id, data: { from } })];
			const listed = () =>
				store.events.list(portalId, { contactId: id }, { limit: 9, after: null });
			await store.contacts.update(portalId, id, { email }, NOW + 1, eventsOf);
			const recorded = await listed();
			expect(recorded).toMatchObject([{ data: { from: before } }]);
			const moved = await store.contacts.get(portalId, id);
			for (const someone of [id, newId()]) await store.contacts.recordLeft(portalId, someone);
			await store.contacts.update(portalId, id, { email }, NOW + 1, eventsOf);
			expect(await listed()).toEqual(recorded);
			expect(await store.contacts.get(portalId, id)).toEqual(moved);
		});

		it('R20 a contact whose address changes while it redeems keeps no live session', async () => {
			const { store } = current();
			for (let round = 0; round < 20; round += 1) {
				const { contact, link } = await addLink(store);
				const request = makeRedeem(link, { now: NOW + 1 });
				const redeemed = store.magicLinks.redeem(request);
				const email = `moved-${contact.email}`;
				await store.contacts.update(contact.portalId, contact.id, { email }, NOW + 2);
				await redeemed;
				const session = await store.sessions.get(request.session.id);
				expect(session === null || session.endedAt !== null).toBe(true);
			}
		});
	});

	describe('ContactStore.delete', () => {
		/** A contact with one of everything, all of it naming the person. */
		async function everything(store: Store) {
			const { contact, link } = await addLink(store, { email: `gone-${newId()}@example.org` });
			const { portalId, id, email } = contact;
			await store.contacts.update(portalId, id, { firstName: 'Gone', fields: { a: 1 } }, NOW);
			const used = makeLink(contact);
			await store.magicLinks.insertMany([used]);
			const request = makeRedeem(used);
			await store.magicLinks.redeem(request);
			const send = makeSend({ portalId });
			await store.sends.insert(send);
			const about = { portalId, contactId: id, email };
			const [sent, failed, waiting] = [
				makeDelivery(send.id, 0, { ...about, status: 'sent' }),
				makeDelivery(newId(), 0, about),
				makeDelivery(newId(), 0, about),
			];
			await store.deliveries.insertMany([sent, failed, waiting]);
			const error = { code: 'mail_rejected', detail: `no ${email}` } as const;
			const { id: failedId, sendId } = failed;
			await store.deliveries.finish([{ id: failedId, sendId, status: 'failed', error }], NOW);
			await store.outbox.insertMany([
				makeMessage(portalId, { id: sent.id, to: email, expiresAt: NOW + 1000 * HOUR }),
			]);
			const event = makeEvent(portalId, { contactId: id, data: { to: email } });
			await store.events.append([event]);
			return {
				contact,
				links: [link, used],
				session: request.session,
				event,
				sent,
				failed,
				waiting,
			};
		}

		it('R20 leaves nothing that names the person, and nothing that signs in', async () => {
			const { store } = current();
			const theirs = await everything(store);
			const { portalId, id, email } = theirs.contact;
			expect(await store.contacts.delete(newId(), id, NOW + 5)).toBe(false);
			expect(await store.contacts.get(portalId, id)).not.toBeNull();
			expect(await store.contacts.delete(portalId, id, NOW + 5)).toBe(true);

			expect(await store.contacts.get(portalId, id)).toBeNull();
			const search = { search: 'gone' };
			expect(await store.contacts.list(portalId, search, { limit: 9, after: null })).toEqual([]);
			for (const link of theirs.links) {
				expect(await store.magicLinks.get(link.id)).toBeNull();
				expect(await store.magicLinks.redeem(makeRedeem(link))).toMatchObject({ ok: false });
			}
			expect(await store.sessions.get(theirs.session.id)).toBeNull();
			expect(await store.outbox.get(portalId, theirs.sent.id)).toBeNull();
			const events = await store.events.list(
				portalId,
				{ contactId: id },
				{ limit: 9, after: null },
			);
			expect(events).toEqual([{ ...theirs.event, data: {} }]);
			const refs = [theirs.sent, theirs.failed, theirs.waiting];
			const rows = (await store.deliveries.getByIndex(refs)).sort((a, b) => (a.id < b.id ? -1 : 1));
			expect(rows).toMatchObject([
				{ status: 'sent', error: null },
				{ status: 'failed', error: { code: 'mail_rejected', detail: null } },
				{ status: 'skipped', skipped: 'contact_deleted', error: null },
			]);
			expect(JSON.stringify([events, rows])).not.toContain(email);
			for (const row of rows) expect(row).toMatchObject({ email: '', item: {}, contactId: id });
			expect(await store.contacts.delete(portalId, id, NOW + 6)).toBe(false);
		});

		it('touches nobody else, and the address is free again', async () => {
			const { store } = current();
			const theirs = await everything(store);
			const { portalId, id, email } = theirs.contact;
			const other = await everything(store);
			await store.contacts.delete(portalId, id, NOW + 5);
			expect(await store.contacts.get(other.contact.portalId, other.contact.id)).not.toBeNull();
			expect(await store.magicLinks.get(other.links[0]!.id)).toEqual(other.links[0]);
			expect(await store.sessions.get(other.session.id)).toMatchObject({ endedAt: null });
			expect(await store.deliveries.getByIndex([other.waiting])).toEqual([other.waiting]);
			expect(await store.outbox.get(other.contact.portalId, other.sent.id)).not.toBeNull();
			const again = await addContact(store, portalId, { email });
			expect(again.id).not.toBe(id);
			expect(again.joinedAt).toBeNull();
		});
	});

	describe('ContactStore.moveJoined', () => {
		it('R10 moves the time once, for one of 16 callers, and only from where it was', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const { portalId, id } = contact;
			const move = (from: number, to: number, portal = portalId) =>
				store.contacts.moveJoined(portal, id, { from, to });
			expect(await move(NOW + 1, NOW + 9)).toBe(false);
			await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 1 }));
			expect(await move(NOW + 2, NOW + 9)).toBe(false);
			expect(await move(NOW + 1, NOW + 9, newId())).toBe(false);
			const before = await store.contacts.get(portalId, id);
			const moved = await Promise.all(Array.from({ length: 16 }, () => move(NOW + 1, NOW + 9)));
			expect(moved.filter(Boolean)).toHaveLength(1);
			const after = await store.contacts.get(portalId, id);
			expect(after).toEqual({ ...before, joinedAt: NOW + 9, updatedAt: NOW + 9 });
		});
	});

	describe('ContactStore.stats', () => {
		it.each([1, 2, 3])('R50 equals a recount after random interleavings, seed %d', async (seed) => {
			const { store } = current();
			const random = seeded(seed);
			const portalId = newId();
			const first = await Promise.all(
				Array.from({ length: 12 }, () => addContact(store, portalId)),
			);
			const contacts = [...first];
			const pick = (): Contact => contacts[random(contacts.length)]!;
			const acts: ((at: number) => Promise<unknown>)[] = [
				async () => contacts.push(await addContact(store, portalId)),
				(at) => store.contacts.markInvited(portalId, [pick().id, pick().id], at),
				(at) => store.contacts.revoke(portalId, pick().id, at),
				async (at) => {
					const joinedAt = (await store.contacts.get(portalId, pick().id))?.joinedAt ?? NOW;
					await store.contacts.moveJoined(portalId, pick().id, { from: joinedAt, to: at });
				},
				(at) => store.contacts.restoreAccess(portalId, [pick().id], at),
				async (at) => {
					const link = makeLink(pick(), { createdAt: at });
					await store.magicLinks.insertMany([link]);
					await store.magicLinks.redeem(makeRedeem(link, { now: at + 1 }));
				},
				(at) => store.contacts.update(portalId, pick().id, { email: `${newId()}@a.example` }, at),
				(at) => store.contacts.delete(portalId, pick().id, at),
			];
			// The last is the rarest, so that somebody is left.
			const choose = () => acts[random(4) === 0 ? random(acts.length) : random(acts.length - 1)]!;
			for (let round = 0; round < 25; round += 1) {
				const at = NOW + round * 10;
				await Promise.all(Array.from({ length: 6 }, () => choose()(at)));
				const left = await allOf(store, portalId);
				expect(await store.contacts.stats(portalId)).toEqual(recount(left));
				const states = await Promise.all(
					(['none', 'invited', 'joined', 'revoked'] as const).map((state) =>
						store.contacts.list(portalId, { state }, { limit: 1000, after: null }),
					),
				);
				expect(states.flat().map((one) => invitationState(one))).toEqual(
					states.flatMap((page, n) =>
						page.map(() => (['none', 'invited', 'joined', 'revoked'] as const)[n]),
					),
				);
				expect(states.flat()).toHaveLength(left.length);
			}
		});
	});
}
