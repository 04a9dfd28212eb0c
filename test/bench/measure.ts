import { median } from '../support/quantile.ts';

/**
 * Runs pieces of work in turns. Gives the median nanoseconds that one call of the first takes, and for each other one the median of how
 * many times as long it took as the first in the same round. Turns of less than a millisecond are seldom broken off by other processes.
 */
export function compare(
	works: readonly (() => unknown)[],
	rounds: number,
	calls: number,
): number[] {
	const times = works.map((): number[] => []);
	for (let round = 0; round < rounds; round++) {
		for (const [index, work] of works.entries()) times[index]?.push(timePerCall(work, calls));
	}
	const [first = [], ...others] = times;
	const ratios = others.map((other) => median(other.map((time, n) => time / (first[n] ?? NaN))));
	return [median(first), ...ratios];
}

function timePerCall(work: () => unknown, calls: number): number {
	const start = process.hrtime.bigint();
	for (let call = 0; call < calls; call++) work();
	return Number(process.hrtime.bigint() - start) / calls;
}
