import { describe, expect, it } from '@jest/globals';

import { uuidV7 } from '../../../../server/ids.ts';
import type { Current } from '../contract.ts';
import {
	addContact,
	addLink,
	hardTexts,
	HOUR,
	inParallel,
	makeLink,
	makeRedeem,
	MINUTE,
	newId,
	NOW,
} from '../fixtures.ts';

const someone = { id: newId(), portalId: newId(), email: 'someone@example.org' };

export function magicLinksContract(current: Current): void {
	describe('MagicLinkStore', () => {
		it('gives back what was inserted', async () => {
			const { magicLinks } = current().store;
			const link = makeLink(someone, {
				subject: { kind: 'admin', id: newId() },
				purpose: 'admin',
				kind: 'dashboard',
				destination: hardTexts[2]!,
				sendId: newId(),
				createdBy: hardTexts[0]!,
				hasCode: true,
				codeTries: 3,
			});
			expect(await magicLinks.insertMany([link])).toEqual([link]);
			expect(await magicLinks.get(link.id)).toEqual(link);
			expect(await magicLinks.get(newId())).toBeNull();
			expect(await magicLinks.insertMany([])).toEqual([]);
		});

		it('inserts 1,000 and leaves what exists untouched, answering the rows as stored in input order', async () => {
			const { magicLinks } = current().store;
			const links = Array.from({ length: 1_000 }, () => makeLink(someone));
			const old = links.filter((_, n) => n % 3 === 0);
			await magicLinks.insertMany(old);
			const again = links.map((link) => ({ ...link, expiresAt: NOW + 1, destination: '/new' }));
			const stored = await magicLinks.insertMany(again);
			expect(stored).toEqual(links.map((link, n) => (n % 3 === 0 ? link : again[n])));
			expect(await magicLinks.get(links[3]!.id)).toEqual(links[3]);
			expect(await magicLinks.insertMany(links)).toEqual(stored);
		});

		it('gives the same rows to 16 that insert the same links at once', async () => {
			const { magicLinks } = current().store;
			const links = Array.from({ length: 20 }, () => makeLink(someone));
			const answers = await inParallel(16, (n) =>
				magicLinks.insertMany(links.map((link) => ({ ...link, createdBy: `caller ${n}` }))),
			);
			for (const answer of answers) expect(answer).toEqual(answers[0]);
			expect(answers[0]?.map(({ id }) => id)).toEqual(links.map(({ id }) => id));
		});

		it('R5 counts tries of a code, up to the limit and whoever tries at once', async () => {
			const { store } = current();
			const { link } = await addLink(store, { hasCode: true });
			const tries = await inParallel(64, () => store.magicLinks.countCodeTry(link.id, 5));
			expect(tries.filter(Boolean)).toHaveLength(5);
			expect(await store.magicLinks.get(link.id)).toEqual({ ...link, codeTries: 5 });
			expect(await store.magicLinks.countCodeTry(newId(), 5)).toBe(false);
		});

		it('R9 takes tries of a code back, whoever does so at once, and never below none', async () => {
			const { store } = current();
			const { link } = await addLink(store, { hasCode: true });
			for (let n = 0; n < 5; n += 1) await store.magicLinks.countCodeTry(link.id, 5);
			await inParallel(2, () => store.magicLinks.giveBackCodeTry(link.id));
			expect(await store.magicLinks.get(link.id)).toEqual({ ...link, codeTries: 3 });
			expect(await store.magicLinks.countCodeTry(link.id, 5)).toBe(true);
			await inParallel(16, () => store.magicLinks.giveBackCodeTry(link.id));
			expect(await store.magicLinks.get(link.id)).toEqual({ ...link, codeTries: 0 });
			await store.magicLinks.giveBackCodeTry(newId());
		});

		it('R15 counts wishes for a new link: one in ten minutes, three in all', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const limits = { minIntervalMs: 10 * MINUTE, max: 3 };
			const count = (now: number) => store.magicLinks.countRenewal(link.id, { ...limits, now });
			const first = await inParallel(32, () => count(NOW));
			expect(first.filter(Boolean)).toHaveLength(1);
			expect(await count(NOW + 10 * MINUTE - 1)).toBe(false);
			expect(await count(NOW + 10 * MINUTE)).toBe(true);
			expect(await count(NOW + 20 * MINUTE)).toBe(true);
			expect(await count(NOW + 30 * MINUTE)).toBe(false);
			expect(await store.magicLinks.get(link.id)).toEqual({
				...link,
				renewals: 3,
				renewedAt: NOW + 20 * MINUTE,
			});
			expect(await store.magicLinks.countRenewal(newId(), { ...limits, now: NOW })).toBe(false);
		});

		it('R15 deletes links and sessions that are forgotten, in any number, and none that could be asked for', async () => {
			const { store } = current();
			const day = 24 * HOUR;
			const made = NOW - 456 * day - MINUTE;
			const at = (createdAt: number, lifetime: number) =>
				makeLink(someone, { id: uuidV7(createdAt), createdAt, expiresAt: createdAt + lifetime });
			const gone = Array.from({ length: 1_201 }, () => at(made, HOUR));
			const longest = at(made, 366 * day);
			const kept = [at(made, 366 * day + 2 * MINUTE), at(NOW - 90 * day, HOUR), at(NOW, HOUR)];
			await store.magicLinks.insertMany([...gone, longest, ...kept]);
			const contact = await addContact(store, newId());
			const sessions = await Promise.all(
				[made, NOW].map(async (now) => {
					const link = makeLink(contact, { createdAt: NOW - HOUR });
					await store.magicLinks.insertMany([link]);
					const { session, ...rest } = makeRedeem(link, { now });
					const request = { ...rest, session: { ...session, id: uuidV7(now) } };
					expect(await store.magicLinks.redeem(request)).toMatchObject({ ok: true });
					return request.session;
				}),
			);
			expect(await store.magicLinks.deleteExpired(NOW)).toBe(1_202);
			expect(await store.sessions.deleteExpired(NOW)).toBe(1);
			expect(await store.magicLinks.deleteExpired(NOW)).toBe(0);
			expect(await store.magicLinks.get(longest.id)).toBeNull();
			for (const link of kept) expect(await store.magicLinks.get(link.id)).toEqual(link);
			const left = await Promise.all(sessions.map(({ id }) => store.sessions.get(id)));
			expect(left).toEqual([null, expect.objectContaining({ id: sessions[1]!.id })]);
		});

		it('R15 does not know a link 90 days after its end, though it may not be deleted yet', async () => {
			const { store } = current();
			const { link } = await addLink(store);
			const end = link.expiresAt + 90 * 24 * HOUR;
			const redeem = (now: number) => store.magicLinks.redeem(makeRedeem(link, { now }));
			expect(await redeem(end - 1)).toMatchObject({ ok: false, reason: 'expired', link });
			expect(await redeem(end)).toEqual({ ok: false, reason: 'unknown', link: null });
		});
	});
}
