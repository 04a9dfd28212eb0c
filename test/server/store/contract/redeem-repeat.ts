import { describe, expect, it } from '@jest/globals';

import type { Redeemed } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { addLink, inParallel, makeEvent, makeRedeem, MINUTE, NOW } from '../fixtures.ts';

export function redeemRepeatContract(current: Current): void {
	describe('MagicLinkStore.redeem, again', () => {
		it('R9 for 60 s the same browser gets the same session again, and nothing new', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const first = await store.magicLinks.redeem(makeRedeem(link, { now: NOW }));
			const before = await store.contacts.get(contact.portalId, contact.id);
			const again = await store.magicLinks.redeem(makeRedeem(link, { now: NOW + MINUTE }));
			expect(again).toEqual({ ...first, repeated: true, joinedNow: false });
			expect(await store.contacts.get(contact.portalId, contact.id)).toEqual(before);
			const late = await store.magicLinks.redeem(makeRedeem(link, { now: NOW + MINUTE + 1 }));
			expect(late).toMatchObject({ ok: false, reason: 'redeemed' });
			const other = makeRedeem(link, { now: NOW, nonceHash: 'another browser' });
			expect(await store.magicLinks.redeem(other)).toMatchObject({ ok: false, reason: 'redeemed' });
		});

		it('R7 what is recorded of a redemption stands when it is answered, once, and nothing of a refusal', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const listed = () => store.events.list(link.portalId, {}, { limit: 10, after: null });
			const eventsOf = (redeemed: Redeemed) => [
				makeEvent(link.portalId, {
					id: redeemed.session.id,
					contactId: redeemed.contact?.id ?? null,
				}),
			];
			const stranger = makeRedeem(link, { purposes: ['admin'] });
			await store.magicLinks.redeem(stranger, eventsOf);
			expect(await listed()).toEqual([]);
			const first = await store.magicLinks.redeem(makeRedeem(link), eventsOf);
			await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 3 }), eventsOf);
			const id = first.ok && first.session.id;
			expect(await listed()).toMatchObject([{ id, contactId: contact.id }]);
		});

		it('R9 R18 the same browser with the wrong purpose gets nothing', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			await store.magicLinks.redeem(makeRedeem(link));
			const wrong = makeRedeem(link, { purposes: ['admin'] });
			expect(await store.magicLinks.redeem(wrong)).toMatchObject({ reason: 'wrong_purpose' });
		});

		it('R9 a session that was ended does not come back', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const first = await store.magicLinks.redeem(makeRedeem(link));
			await store.sessions.end(first.ok ? first.session.id : '', NOW + 2);
			const again = await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 3 }));
			expect(again).toMatchObject({ ok: false, reason: 'redeemed' });
		});

		it('R9 a contact revoked in the meantime gets nothing', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			await store.magicLinks.redeem(makeRedeem(link));
			await store.contacts.revoke(contact.portalId, contact.id, NOW + 2);
			const again = await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 3 }));
			expect(again).toMatchObject({ ok: false, reason: 'subject_revoked' });
		});

		it('R7 a process that died before the session was written: the same browser gets it after all, once', async () => {
			const harness = current();
			const { store } = harness;
			const { contact, link } = await addLink(store);
			const first = makeRedeem(link, { now: NOW + 1 });
			await store.magicLinks.redeem(first);
			await harness.forgetSession(link.id);
			await harness.forgetLogin(contact.id);
			const stranger = makeRedeem(link, { nonceHash: 'another browser' });
			expect(await store.magicLinks.redeem(stranger)).toMatchObject({ reason: 'redeemed' });
			const results = await inParallel(16, () =>
				store.magicLinks.redeem(makeRedeem(link, { now: NOW + 30 })),
			);
			for (const result of results) {
				// The session that the link names: its secret is derived from its id and the nonce.
				expect(result).toMatchObject({
					ok: true,
					repeated: true,
					session: { id: first.session.id, secretHash: first.session.secretHash },
				});
				expect(result.ok && result.session).toEqual(results[0]!.ok && results[0]!.session);
			}
			expect(results.filter((result) => result.ok && result.joinedNow)).toHaveLength(1);
			const stored = await store.contacts.get(contact.portalId, contact.id);
			expect(stored).toMatchObject({ joinedAt: NOW + 1, lastLoginAt: NOW + 1 });
		});

		it('R7 a process that died before the contact was written: the same browser completes it', async () => {
			const harness = current();
			const { store } = harness;
			const { contact, link } = await addLink(store);
			const first = await store.magicLinks.redeem(makeRedeem(link));
			await harness.forgetLogin(contact.id);
			const again = await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 30 }));
			expect(again).toMatchObject({
				ok: true,
				repeated: true,
				joinedNow: true,
				session: first.ok && first.session,
				contact: { joinedAt: NOW + 1 },
			});
			const [stored] = await store.contacts.getMany(contact.portalId, [contact.id]);
			expect(stored).toMatchObject({ joinedAt: NOW + 1, lastLoginAt: NOW + 1 });
		});
	});
}
