import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { HOUR, inParallel, MINUTE, newId, NOW } from '../fixtures.ts';

export function limitsContract(current: Current): void {
	describe('LimitStore', () => {
		const rule = (limit: number, windowMs = MINUTE) => ({ key: newId(), limit, windowMs });

		it('R37 lets no more than the limit through, of any number at once', async () => {
			const { limits } = current().store;
			const five = rule(5);
			const answers = await inParallel(64, () => limits.hit([five], NOW));
			expect(answers.filter(({ ok }) => ok)).toHaveLength(5);
			expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, retryAfterMs: MINUTE });
		});

		it('R37 counts from the first time until the window has passed, to the millisecond', async () => {
			const { limits } = current().store;
			const one = rule(1);
			expect(await limits.hit([one], NOW + 40_000)).toEqual({ ok: true });
			expect(await limits.hit([one], NOW + 99_999)).toEqual({ ok: false, retryAfterMs: 1 });
			const after = await inParallel(16, () => limits.hit([one], NOW + 100_000));
			expect(after.filter(({ ok }) => ok)).toHaveLength(1);
			expect(await limits.hit([one], NOW + 159_999)).toEqual({ ok: false, retryAfterMs: 1 });
		});

		it('R37 counts all rules or none, and says when all have room again', async () => {
			const { limits } = current().store;
			const [minute, hour, wide] = [rule(1), rule(1, HOUR), rule(2)];
			expect(await limits.hit([minute, hour, wide], NOW)).toEqual({ ok: true });
			const refused = { ok: false, retryAfterMs: HOUR };
			expect(await limits.hit([wide, minute, hour], NOW)).toEqual(refused);
			// The refused one took nothing: there is still room for one in the widest rule, and for no more.
			expect(await limits.hit([wide], NOW)).toEqual({ ok: true });
			expect(await limits.hit([wide], NOW)).toMatchObject({ ok: false });
			expect(await limits.hit([], NOW)).toEqual({ ok: true });
		});

		it('R38 tells how long until all rules have room, and counts nothing by it', async () => {
			const { limits } = current().store;
			const [minute, hour] = [rule(2), rule(1, HOUR)];
			expect(await limits.wait([minute, hour], NOW)).toBe(0);
			await limits.hit([minute], NOW);
			expect(await limits.wait([minute, hour], NOW)).toBe(0);
			await limits.hit([minute, hour], NOW + 1);
			expect(await limits.wait([minute], NOW + 1)).toBe(MINUTE - 1);
			expect(await limits.wait([minute, hour], NOW + 1)).toBe(HOUR);
			expect(await limits.wait([hour], NOW + HOUR)).toBe(1);
			expect(await limits.wait([minute, hour], NOW + 1 + HOUR)).toBe(0);
		});

		it('gives back one count, never below none, and none of a window that has passed', async () => {
			const { limits } = current().store;
			const one = rule(1);
			await limits.giveBack([one], NOW);
			await limits.hit([one], NOW);
			await limits.giveBack([one], NOW + 1);
			await limits.giveBack([one], NOW + 1);
			expect(await limits.hit([one], NOW + 2)).toEqual({ ok: true });
			expect(await limits.hit([one], NOW + 3)).toMatchObject({ ok: false });
			await limits.giveBack([one], NOW + 2 * MINUTE);
			expect(await limits.hit([one], NOW + 4)).toMatchObject({ ok: false });
		});

		it('R37 survives a restart, and forgets only what has expired', async () => {
			const harness = current();
			const [short, long] = [rule(1), rule(1, HOUR)];
			await harness.store.limits.hit([short, long], NOW);
			const another = harness.another();
			await another.open();
			expect(await another.limits.hit([long], NOW)).toMatchObject({ ok: false });
			expect(await another.limits.deleteExpired(NOW + MINUTE)).toBeGreaterThanOrEqual(1);
			expect(await another.limits.hit([short], NOW)).toEqual({ ok: true });
			expect(await another.limits.hit([long], NOW)).toMatchObject({ ok: false });
			await another.close();
		});
	});
}
