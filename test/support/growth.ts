import { expect } from '@jest/globals';

const rounds = 20;

/** How much longer work may take that is twice as large; its square would take four times as long. */
const doubling = 2.5;
/** What the clock and the machine add. */
const noiseMs = 1;

/**
 * Says that work that is `factor` times as large takes less than 2.5 times as long for each time that it doubles. Of several rounds the
 * least time counts, as what the machine does beside only ever adds.
 */
export function expectLinear(factor: number, small: () => unknown, large: () => unknown): void {
	small();
	let [before, after] = [Infinity, Infinity];
	for (let round = 0; round < rounds; round++) {
		before = Math.min(before, msOf(small));
		after = Math.min(after, msOf(large));
		if (round >= 2 && after < bound(before, factor)) break;
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
