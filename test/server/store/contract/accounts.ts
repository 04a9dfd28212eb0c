import { describe, expect, it } from '@jest/globals';

import type { ApiKey } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { addLink, hardTexts, inParallel, makeLink, makeRedeem, newId, NOW } from '../fixtures.ts';

export function accountsContract(current: Current): void {
	describe('SessionStore', () => {
		it('moves lastSeenAt forward only, and ends a session once', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const request = makeRedeem(link, { now: NOW });
			await store.magicLinks.redeem(request);
			const session = { ...request.session, subject: link.subject };
			const { id } = session;
			await store.sessions.touch(id, NOW + 10);
			await store.sessions.touch(id, NOW + 5);
			expect(await store.sessions.get(id)).toEqual({ ...session, lastSeenAt: NOW + 10 });
			expect(await store.sessions.end(id, NOW + 20)).toBe(true);
			expect(await store.sessions.end(id, NOW + 30)).toBe(false);
			expect(await store.sessions.get(id)).toMatchObject({ endedAt: NOW + 20 });
			expect(await store.sessions.get(newId())).toBeNull();
			await store.sessions.touch(newId(), NOW);
			expect(await store.sessions.end(newId(), NOW)).toBe(false);
		});

		it('R44 lists the live sessions of a contact, newest first, and ends all but one or all', async () => {
			const { store } = current();
			const { contact, link } = await addLink(store);
			const more = [makeLink(contact), makeLink(contact), makeLink(contact)];
			await store.magicLinks.insertMany(more);
			const requests = [link, ...more].map((one) => makeRedeem(one, { now: NOW }));
			for (const request of requests) await store.magicLinks.redeem(request);
			const [a, b, c, d] = requests.map(({ session }) => session.id);
			const other = await addLink(store);
			await store.magicLinks.redeem(makeRedeem(other.link, { now: NOW }));
			const { idleMs, expiresAt } = requests[0]!.session;
			const list = async (now: number) =>
				(await store.sessions.listLive(contact.portalId, contact.id, now)).map(({ id }) => id);

			expect(await list(NOW + 1)).toEqual([d, c, b, a]);
			await store.sessions.touch(d!, NOW + 10);
			expect(await list(NOW + idleMs + 9)).toEqual([d]);
			expect(await list(NOW + idleMs + 10)).toEqual([]);
			for (let at = NOW; at < expiresAt; at += idleMs - 1) await store.sessions.touch(c!, at);
			expect(await list(expiresAt - 1)).toEqual([c]);
			expect(await list(expiresAt)).toEqual([]);
			expect(await store.sessions.listLive(newId(), contact.id, NOW + 1)).toEqual([]);

			await store.sessions.endAll(newId(), contact.id, NOW + 2, null);
			await store.sessions.endAll(contact.portalId, contact.id, NOW + 2, b!);
			expect(await list(NOW + 2)).toEqual([b]);
			expect(await store.sessions.get(a!)).toMatchObject({ endedAt: NOW + 2 });
			await store.sessions.endAll(contact.portalId, contact.id, NOW + 3, null);
			expect(await list(NOW + 3)).toEqual([]);
			expect(await store.sessions.get(a!)).toMatchObject({ endedAt: NOW + 2 });
			const theirs = await store.sessions.listLive(
				other.contact.portalId,
				other.contact.id,
				NOW + 3,
			);
			expect(theirs).toHaveLength(1);
		});
	});

	describe('what a key is still needed for', () => {
		/** A version that no other test uses: the contract runs on one database. */
		const [key, other] = [201, 202];

		it('R23 links: those that could be redeemed, of this key; revoking ends them and no others', async () => {
			const { store } = current();
			const { magicLinks } = store;
			const { contact, link } = await addLink(store, { keyVersion: key });
			const ends = NOW + 1000;
			await magicLinks.insertMany([
				makeLink(contact, { keyVersion: key, expiresAt: ends }),
				makeLink(contact, { keyVersion: key, revokedAt: NOW }),
				makeLink(contact, { keyVersion: key, redeemedAt: NOW }),
			]);
			const { link: kept } = await addLink(store, { keyVersion: other });
			expect(await magicLinks.countLive(key, ends - 1)).toBe(2);
			expect(await magicLinks.countLive(key, ends)).toBe(1);
			await magicLinks.revokeLive(key, ends);
			expect(await magicLinks.countLive(key, ends - 1)).toBe(1);
			expect(await magicLinks.get(link.id)).toMatchObject({ revokedAt: ends });
			const refused = await magicLinks.redeem(makeRedeem(link, { now: ends }));
			expect(refused).toMatchObject({ ok: false, reason: 'revoked' });
			expect(await magicLinks.get(kept.id)).toEqual(kept);
		});

		it('R23 sessions: those that are neither ended nor expired, of this key', async () => {
			const { store } = current();
			const signIn = async (keyVersion: number) => {
				const { link } = await addLink(store, { keyVersion });
				const request = makeRedeem(link);
				await store.magicLinks.redeem(request);
				return request.session;
			};
			const [live, ended] = [await signIn(key), await signIn(key)];
			const kept = await signIn(other);
			await store.sessions.end(ended.id, NOW + 2);
			expect(await store.sessions.countLive(key, live.expiresAt - 1)).toBe(1);
			expect(await store.sessions.countLive(key, live.expiresAt)).toBe(0);
			await store.sessions.endLive(key, NOW + 3);
			expect(await store.sessions.countLive(key, NOW + 3)).toBe(0);
			expect(await store.sessions.get(live.id)).toMatchObject({
				endedAt: NOW + 3,
				keyVersion: key,
			});
			expect(await store.sessions.get(ended.id)).toMatchObject({ endedAt: NOW + 2 });
			expect(await store.sessions.get(kept.id)).toMatchObject({ endedAt: null });
		});
	});

	describe('ApiKeyStore', () => {
		it('inserts, lists and revokes once', async () => {
			const { apiKeys } = current().store;
			const make = (portalId: string | null): ApiKey => ({
				id: newId(),
				portalId,
				name: hardTexts[3]!,
				scopes: ['contacts:read', 'emails:send'],
				secretHash: 'hash',
				keyVersion: 2,
				createdAt: NOW,
				revokedAt: null,
			});
			const [all, one] = [make(null), make(newId())];
			await apiKeys.insert(all);
			await apiKeys.insert(one);
			expect(await apiKeys.get(all.id)).toEqual(all);
			const listed = await apiKeys.list();
			expect(listed.filter(({ id }) => id === all.id || id === one.id)).toEqual([all, one]);
			const revoked = await inParallel(16, () => apiKeys.revoke(one.id, NOW + 1));
			expect(revoked.filter(Boolean)).toHaveLength(1);
			expect(await apiKeys.get(one.id)).toEqual({ ...one, revokedAt: NOW + 1 });
			expect(await apiKeys.revoke(newId(), NOW)).toBe(false);
			expect(await apiKeys.get(newId())).toBeNull();
		});
	});

	describe('AdminStore', () => {
		it('makes one admin of one address, however many ask at once', async () => {
			const { admins } = current().store;
			const email = `${newId()}@example.org`;
			const answers = await inParallel(32, () =>
				admins.ensure({ id: newId(), email, createdAt: NOW, revokedAt: null }),
			);
			for (const answer of answers) expect(answer).toEqual(answers[0]);
			expect(await admins.get(answers[0]!.id)).toEqual(answers[0]);
			const listed = await admins.list();
			expect(listed.filter((admin) => admin.email === email)).toEqual([answers[0]]);
			expect(await admins.get(newId())).toBeNull();
		});
	});
}
