import { describe, expect, it } from '@jest/globals';

import type { MagicLink } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { addLink, HOUR, inParallel, makeLink, makeRedeem, newId, NOW } from '../fixtures.ts';

export function redeemContract(current: Current): void {
	describe('MagicLinkStore.redeem', () => {
		it('makes the session, marks the link and records the login', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store, { destination: '/invoices' });
			const request = makeRedeem(link, { now: NOW + 5 });
			const session = { ...request.session, subject: link.subject };
			const used = {
				...link,
				redeemedAt: NOW + 5,
				redeemedNonceHash: request.nonceHash,
				redeemedUserAgent: request.userAgent,
				sessionId: session.id,
			};
			const login = { joinedAt: NOW + 5, lastLoginAt: NOW + 5 };
			const result = await store.magicLinks.redeem(request);
			expect(result).toMatchObject({
				ok: true,
				link: used,
				session,
				contact: { id: contact.id, ...login },
				admin: null,
				repeated: false,
				joinedNow: true,
			});
			expect(await store.magicLinks.get(link.id)).toEqual(used);
			expect(await store.sessions.get(session.id)).toEqual(session);
			const stored = await store.contacts.get(link.portalId, contact.id);
			expect(stored).toMatchObject(login);
			expect(result.ok && result.contact).toEqual(stored);
		});

		it('R12 an admin’s visit signs in, and leaves the contact as it is', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const visitingAdminId = newId();
			const { session, ...rest } = makeRedeem(link);
			const request = { ...rest, session: { ...session, visitingAdminId } };
			const first = await store.magicLinks.redeem(request);
			expect(first).toMatchObject({
				ok: true,
				joinedNow: false,
				link: { visitingAdminId },
				contact,
			});
			// The browser asks again, and is no admin's any more: it stays a visit.
			const again = await store.magicLinks.redeem(makeRedeem(link));
			expect(again).toMatchObject({ ok: true, joinedNow: false, repeated: true, contact });
			expect(again.ok && again.session).toEqual({
				...request.session,
				subject: link.subject,
			});
			expect(await store.contacts.get(link.portalId, contact.id)).toEqual(contact);
			const [listed] = await store.sessions.listLive(link.portalId, contact.id, request.now);
			expect(listed).toMatchObject({ visitingAdminId });
		});

		it('R4 of 64 parallel requests by 64 browsers exactly one gets a session', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const results = await inParallel(64, (n) =>
				store.magicLinks.redeem(makeRedeem(link, { nonceHash: `browser ${n}` })),
			);
			const won = results.filter((result) => result.ok);
			expect(won).toHaveLength(1);
			expect(won[0]).toMatchObject({ repeated: false, joinedNow: true });
			const lost = results.filter((result) => !result.ok);
			expect(new Set(lost.map(({ reason }) => reason))).toEqual(new Set(['redeemed']));
			const stored = await store.magicLinks.get(link.id);
			expect(stored?.sessionId).toBe(won[0]?.session.id);
		});

		it('R4 R9 64 parallel requests by one browser get one session between them', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const results = await inParallel(64, () => store.magicLinks.redeem(makeRedeem(link)));
			const sessions = results.map((result) => (result.ok ? result.session : null));
			expect(new Set(sessions.map((session) => JSON.stringify(session))).size).toBe(1);
			expect(sessions[0]).not.toBeNull();
			expect(results.filter((result) => result.ok && !result.repeated)).toHaveLength(1);
			expect(results.filter((result) => result.ok && result.joinedNow)).toHaveLength(1);
		});

		it('R8 a link is good one millisecond before it expires and not at that very time', async () => {
			const { store } = current();
			const { link: early } = await addLink(store);
			const { link: late } = await addLink(store);
			const justBefore = makeRedeem(early, { now: NOW + HOUR - 1 });
			expect(await store.magicLinks.redeem(justBefore)).toMatchObject({ ok: true });
			for (const now of [NOW + HOUR, NOW + HOUR + 1]) {
				const result = await store.magicLinks.redeem(makeRedeem(late, { now }));
				expect(result).toEqual({ ok: false, reason: 'expired', link: late });
			}
		});

		it('R18 a link of another purpose, or of another portal, is worth nothing and stays good', async () => {
			const { store } = current();
			const { link } = await addLink(store, { purpose: 'invitation' });
			expect(
				await store.magicLinks.redeem(makeRedeem(link, { purposes: ['admin', 'login'] })),
			).toEqual({
				ok: false,
				reason: 'wrong_purpose',
				link,
			});
			expect(await store.magicLinks.redeem(makeRedeem(link, { portalId: newId() }))).toEqual({
				ok: false,
				reason: 'unknown',
				link: null,
			});
			expect(await store.magicLinks.redeem(makeRedeem(link, { linkId: newId() }))).toEqual({
				ok: false,
				reason: 'unknown',
				link: null,
			});
			expect(await store.magicLinks.get(link.id)).toEqual(link);
			expect(await store.magicLinks.redeem(makeRedeem(link))).toMatchObject({ ok: true });
		});

		it('refuses a revoked link', async () => {
			const { store } = current();
			const { link } = await addLink(store, { revokedAt: NOW });
			const result = await store.magicLinks.redeem(makeRedeem(link));
			expect(result).toEqual({ ok: false, reason: 'revoked', link });
		});

		it('R21 a link made for one address never logs in after the address changed', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const { portalId } = contact;
			await store.contacts.update(portalId, contact.id, { email: 'new@example.org' }, NOW);
			const result = await store.magicLinks.redeem(makeRedeem(link));
			expect(result).toMatchObject({ ok: false, reason: 'address_changed', link: { id: link.id } });
			const stored = await store.contacts.get(portalId, contact.id);
			expect(stored).toMatchObject({ joinedAt: null, lastLoginAt: null });
		});

		it('R20 a revoked or removed contact gets no session', async () => {
			const harness = current();
			const { store } = harness;
			const { contact, link } = await addLink(store);
			await store.contacts.revoke(contact.portalId, contact.id, NOW);
			const request = makeRedeem(link);
			expect(await store.magicLinks.redeem(request)).toMatchObject({ reason: 'subject_revoked' });
			expect(await store.sessions.get(request.session.id)).toBeNull();
			expect(await store.contacts.get(contact.portalId, contact.id)).toMatchObject({
				joinedAt: null,
			});
			const gone = await addLink(store);
			await harness.forgetContact(gone.contact.id);
			expect(await store.magicLinks.redeem(makeRedeem(gone.link))).toMatchObject({
				ok: false,
				reason: 'subject_gone',
			});
		});

		it('R20 a contact revoked while it redeems keeps no live session', async () => {
			const { store } = current();
			for (let round = 0; round < 20; round += 1) {
				const { contact, link } = await addLink(store);
				const request = makeRedeem(link);
				const redeemed = store.magicLinks.redeem(request);
				await store.contacts.revoke(contact.portalId, contact.id, NOW + 2);
				await redeemed;
				const session = await store.sessions.get(request.session.id);
				expect(session === null || session.endedAt !== null).toBe(true);
			}
		});

		it('logs an admin in, unless revoked or re-addressed', async () => {
			const { store } = current();
			const email = `${newId()}@example.org`;
			const admin = await store.admins.ensure({
				id: newId(),
				email,
				createdAt: NOW,
				revokedAt: null,
			});
			const subject = { kind: 'admin', id: admin.id } as const;
			const person = { id: admin.id, portalId: newId(), email };
			const good = makeLink(person, { subject, purpose: 'admin' });
			const stale = makeLink(
				{ ...person, email: 'old@example.org' },
				{ subject, purpose: 'admin' },
			);
			const unknown = makeLink(person, {
				subject: { kind: 'admin', id: newId() },
				purpose: 'admin',
			});
			await store.magicLinks.insertMany([good, stale, unknown]);
			const redeem = (link: typeof good) =>
				store.magicLinks.redeem(makeRedeem(link, { purposes: ['admin'] }));
			expect(await redeem(good)).toMatchObject({
				ok: true,
				admin,
				contact: null,
				joinedNow: false,
			});
			expect(await redeem(stale)).toMatchObject({ ok: false, reason: 'address_changed' });
			expect(await redeem(unknown)).toMatchObject({ ok: false, reason: 'subject_gone' });
		});

		it('keeps the first joinedAt and the latest login', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const second = makeLink(contact);
			await store.magicLinks.insertMany([second]);
			await store.magicLinks.redeem(makeRedeem(link, { now: NOW + 10 }));
			const result = await store.magicLinks.redeem(makeRedeem(second, { now: NOW + 20 }));
			expect(result).toMatchObject({
				ok: true,
				joinedNow: false,
				contact: { joinedAt: NOW + 10, lastLoginAt: NOW + 20 },
			});
		});

		it('R22 redeeming ends the unused links of its kind made up to then, and no others', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store, { kind: 'login_email' });
			const make = (set: Partial<MagicLink>) => makeLink(contact, { kind: 'login_email', ...set });
			const others = {
				older: make({ createdAt: NOW - 5 }),
				sameTime: make({ createdAt: NOW + 10 }),
				newer: make({ createdAt: NOW + 11 }),
				otherKind: make({ kind: 'api' }),
			};
			const [valueUsed, valueKept] = [
				make({ kind: 'custom_value' }),
				make({ kind: 'custom_value' }),
			];
			const stranger = await addLink(store, { kind: 'login_email' });
			await store.magicLinks.insertMany([...Object.values(others), valueUsed, valueKept]);
			const redeem = (one: MagicLink, at: number, nonceHash = 'a') =>
				store.magicLinks.redeem(makeRedeem(one, { now: NOW + at, nonceHash, endOtherLinks: true }));
			// Minting ends none: the older of two that were sent works.
			expect(await redeem(link, 10)).toMatchObject({ ok: true });
			expect(await redeem(others.older, 20)).toMatchObject({ ok: false, reason: 'superseded' });
			expect(await redeem(others.older, 21)).toMatchObject({ ok: false, reason: 'superseded' });
			expect(await redeem(others.sameTime, 20)).toMatchObject({ reason: 'superseded' });
			expect(await redeem(others.newer, 20)).toMatchObject({ ok: true });
			expect(await redeem(others.otherKind, 20)).toMatchObject({ ok: true });
			expect(await redeem(valueUsed, 20)).toMatchObject({ ok: true });
			expect(await redeem(valueKept, 20)).toMatchObject({ ok: true });
			expect(await redeem(stranger.link, 20)).toMatchObject({ ok: true });
			// R9: its own redemption, said again.
			expect(await redeem(link, 30)).toMatchObject({ ok: true, repeated: true });
			const stored = await store.contacts.get(contact.portalId, contact.id);
			expect(stored?.linksUsedAt).toMatchObject({ login_email: NOW + 20, api: NOW + 20 });
		});

		it('R22 ends no other link where the portal does not want it', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const other = makeLink(contact);
			await store.magicLinks.insertMany([other]);
			for (const one of [link, other]) {
				const request = makeRedeem(one, { endOtherLinks: false });
				expect(await store.magicLinks.redeem(request)).toMatchObject({ ok: true });
			}
		});
	});
}
