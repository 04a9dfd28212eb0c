import { expect } from '@jest/globals';

const rounds = 20;

/**
 * Says that work that is `factor` times as large takes no more than three times as much longer: the square would take `factor`
 * times. Of several rounds the least time counts, as what the machine does beside only ever adds; a few milliseconds are its noise.
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
	return ms * factor * 3 + 5;
}

function msOf(work: () => unknown): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}
