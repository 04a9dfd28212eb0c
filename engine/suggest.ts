/** Longer names are no slips of the pen; the bound keeps the comparison cheap. */
const maxLength = 64;

/** Letters and digits only, in lower case: `firstName`, `First-Name` and `first_name` are the same. */
export function squash(name: string): string {
	return name.toLowerCase().replace(/[\s_\-.]+/g, '');
}

/** Of the candidates the one most like `name`, undefined when none is near: one slip in four letters or more, two in eight. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
	const wanted = squash(name);
	if (wanted === '' || wanted.length > maxLength) return undefined;
	let best: string | undefined;
	let bestDistance = 1 + allowedSlips(wanted);
	for (const candidate of candidates) {
		const distance = distanceBelow(wanted, squash(candidate), bestDistance);
		if (distance < bestDistance) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best;
}

function allowedSlips(wanted: string): number {
	if (wanted.length < 4) return wanted.length < 2 ? 0 : 1;
	return wanted.length < 8 ? 1 : 2;
}

/** Damerau-Levenshtein distance (neighbours swapped count as one slip), or `bound` when it is not below that. */
function distanceBelow(a: string, b: string, bound: number): number {
	if (Math.abs(a.length - b.length) >= bound) return bound;
	let beforePrevious: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
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
		}
		beforePrevious = previous;
		previous = current;
	}
	return Math.min(previous[b.length] ?? bound, bound);
}
