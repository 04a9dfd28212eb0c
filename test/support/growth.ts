import { expect } from '@jest/globals';

const rounds = 20;

/** How much longer work may take that is twice as large; its square would take four times as long. */
const doubling = 2.5;
/** What the clock and the machine add. */
const noiseMs = 1;

/** So many rounds must say the same where the least times of all rounds do not. */
const enough = 3;

/**
 * Says that work that is `factor` times as large takes less than 2.5 times as long for each time that it doubles. Of several rounds the
 * least time counts, as what the machine does beside only ever adds; where it never leaves the larger work alone, several rounds of
 * which each was disturbed alike.
 */
export function expectLinear(factor: number, small: () => unknown, large: () => unknown): void {
	small();
	let [before, after, alike] = [Infinity, Infinity, 0];
	for (let round = 0; round < rounds; round++) {
		const [first, second] = [msOf(small), msOf(large)];
		before = Math.min(before, first);
		after = Math.min(after, second);
		if (second < bound(first, factor)) alike++;
		if (round >= 2 && (after < bound(before, factor) || alike >= enough)) return;
	}
	expect(after).toBeLessThan(bound(before, factor));
}

function bound(ms: number, factor: number): number {
	return ms * doubling ** Math.log2(factor) + noiseMs;
}

function msOf(work: () => unknown): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}
