/** Longer names are no slips of the pen; the bound keeps the comparison cheap. */
const maxLength = 64;

/** Letters and digits only, in lower case: `firstName`, `First-Name` and `first_name` are the same. */
function squash(name: string): string {
	return name.toLowerCase().replace(/[\s_\-.]+/g, '');
}

/** Names to compare with what somebody wrote. */
export class Names {
	readonly #bySquashed: ReadonlyMap<string, string>;

	/** What is found is the second of each pair; of two names with the same letters the first counts. */
	constructor(entries: readonly (readonly [name: string, found: string])[]) {
		this.#bySquashed = new Map(
			entries.toReversed().map(([name, found]) => [squash(name), found] as const),
		);
	}

	static of(names: readonly string[]): Names {
		return new Names(names.map((name) => [name, name]));
	}

	/** The name with the same letters and digits. */
	same(name: string): string | undefined {
		return this.#bySquashed.get(squash(name));
	}

	/** The most similar name, undefined when none is near: one slip in two letters or more, two in eight. */
	nearest(name: string): string | undefined {
		const wanted = squash(name);
		if (wanted === '' || wanted.length > maxLength) return undefined;
		let best: string | undefined;
		let bestDistance = 1 + allowedSlips(wanted);
		for (const [candidate, found] of this.#bySquashed) {
			const distance = distanceBelow(wanted, candidate, bestDistance);
			if (distance < bestDistance) {
				best = found;
				bestDistance = distance;
			}
		}
		return best;
	}
}

function allowedSlips(wanted: string): number {
	if (wanted.length < 2) return 0;
	return wanted.length < 8 ? 1 : 2;
}

/** Damerau-Levenshtein distance (neighbours swapped count as one slip), or `bound` when it is not below that. */
function distanceBelow(a: string, b: string, bound: number): number {
	if (Math.abs(a.length - b.length) >= bound) return bound;
	let beforePrevious: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		let least = i;
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let cost = Math.min(
				(previous[j] ?? 0) + 1,
				(current[j - 1] ?? 0) + 1,
				(previous[j - 1] ?? 0) + (same ? 0 : 1),
			);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
			}
			current.push(cost);
			if (cost < least) least = cost;
		}
		// No later row can fall below the least of this one, but for a swap, which looks two rows back.
		if (least > bound) return bound;
		beforePrevious = previous;
		previous = current;
	}
	return Math.min(previous[b.length] ?? bound, bound);
}
