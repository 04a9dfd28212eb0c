import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { addLink, hardTexts, inParallel, makeLink, MINUTE, newId, NOW } from '../fixtures.ts';

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
	});
}
