import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { hardTexts, inParallel, makePortal, newId, NOW } from '../fixtures.ts';

export function portalsContract(current: Current): void {
	describe('PortalStore', () => {
		it('gives back what was inserted, by id and by slug', async () => {
			const { portals } = current().store;
			const portal = makePortal({
				name: hardTexts[3]!,
				destinations: hardTexts,
				customValues: { phone: hardTexts[0]!, 'a.b': 'dot', $set: 'dollar', '50%': '', ü: 'ü' },
			});
			expect(await portals.insert(portal)).toBe(true);
			expect(await portals.get(portal.id)).toEqual(portal);
			expect(await portals.getBySlug(portal.slug)).toEqual(portal);
			expect(await portals.get(newId())).toBeNull();
			expect(await portals.getBySlug('no-such-slug')).toBeNull();
		});

		it('refuses a slug that is taken, for all but one of 32 parallel callers', async () => {
			const { portals } = current().store;
			const slug = `taken-${newId()}`;
			const made = await inParallel(32, () => portals.insert(makePortal({ slug })));
			expect(made.filter(Boolean)).toHaveLength(1);
		});

		it('lists oldest first, page by page', async () => {
			const { portals } = current().store;
			const made = [makePortal(), makePortal(), makePortal()];
			for (const portal of [made[2]!, made[0]!, made[1]!]) await portals.insert(portal);
			const before = await portals.list({ limit: 1_000, after: null });
			const start = before.findIndex(({ id }) => id === made[0]!.id);
			expect(before.slice(start)).toEqual(made);
			expect(await portals.list({ limit: 1, after: made[0]!.id })).toEqual([made[1]]);
			expect(await portals.list({ limit: 5, after: made[2]!.id })).toEqual([]);
		});

		it('changes only the named members', async () => {
			const { portals } = current().store;
			const portal = makePortal();
			await portals.insert(portal);
			const set = {
				appUrl: 'https://app.example.org',
				sender: { name: hardTexts[0]!, email: 'a@example.org', replyTo: 'b@example.org' },
				brand: { logoUrl: null, color: '#000000' },
			};
			const expected = { ...portal, ...set, updatedAt: NOW + 5 };
			expect(await portals.update(portal.id, set, NOW + 5)).toEqual(expected);
			expect(await portals.get(portal.id)).toEqual(expected);
			expect(await portals.update(portal.id, { appUrl: null }, NOW + 6)).toMatchObject({
				appUrl: null,
				sender: set.sender,
			});
			expect(await portals.update(newId(), set, NOW)).toBeNull();
		});

		it('sets and deletes custom values one by one, none lost among 32 parallel callers', async () => {
			const { portals } = current().store;
			const portal = makePortal({ customValues: { kept: 'yes' } });
			await portals.insert(portal);
			await inParallel(32, (n) => portals.setCustomValue(portal.id, `v.$${n}`, `${n}`, NOW + 1));
			const values = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`v.$${n}`, `${n}`]));
			const stored = await portals.get(portal.id);
			expect(stored).toMatchObject({ updatedAt: NOW + 1 });
			expect(stored?.customValues).toEqual({ ...values, kept: 'yes' });
			expect(await portals.deleteCustomValue(portal.id, 'v.$0', NOW + 2)).toBe(true);
			expect(await portals.deleteCustomValue(portal.id, 'v.$0', NOW + 2)).toBe(false);
			expect(await portals.deleteCustomValue(portal.id, 'toString', NOW + 2)).toBe(false);
			const changed = await portals.setCustomValue(portal.id, 'kept', hardTexts[1]!, NOW + 3);
			delete values['v.$0'];
			expect(changed?.customValues).toEqual({ ...values, kept: hardTexts[1] });
			expect(await portals.setCustomValue(newId(), 'a', 'b', NOW)).toBeNull();
			expect(await portals.deleteCustomValue(newId(), 'a', NOW)).toBe(false);
		});
	});
}
