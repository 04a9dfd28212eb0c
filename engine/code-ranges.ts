import type { Span } from './errors.ts';

const codeElement = /<(\/?)(?:code|pre|samp|kbd|tt|script|style)\b/gi;

/** Where HTML shows code: brackets mean something there. The places that are asked for only move forward. */
export class CodeRanges {
	readonly #ranges: Span[] = [];
	#next = 0;

	constructor(source: string) {
		let depth = 0;
		let start = 0;
		for (const { index, 1: slash } of source.matchAll(codeElement)) {
			if (slash === '') {
				if (depth++ === 0) start = index;
			} else if (depth > 0 && --depth === 0) this.#ranges.push({ start, end: index });
		}
		if (depth > 0) this.#ranges.push({ start, end: source.length });
	}

	has(at: number): boolean {
		while ((this.#ranges[this.#next]?.end ?? Infinity) <= at) this.#next++;
		return (this.#ranges[this.#next]?.start ?? Infinity) <= at;
	}
}
