import { limits } from './limits.ts';
import { opensString } from './text.ts';

/**
 * Finds the `>>` that closes a tag whose body starts at `at`; a `>>` in a string does not. Undefined when the next `<<`, the end, or
 * the limit comes first. Each call reads no further than the next `<<`, so that all calls together stay linear.
 */
export function findClose(source: string, at: number): number | undefined {
	const last = Math.min(source.length, at + limits.tagCharacters);
	let inStrings: number | undefined;
	let quote = '';
	for (let index = at; index < last; index++) {
		const character = source[index];
		if (quote !== '') {
			if (character === '\\') index++;
			else if (character === quote) quote = '';
			else if (source.startsWith('>>', index)) inStrings ??= index;
			else if (source.startsWith('<<', index)) return inStrings;
		} else if (source.startsWith('>>', index)) {
			return index;
		} else if (source.startsWith('<<', index)) {
			return inStrings;
		} else if (opensString(source, index)) {
			quote = character ?? '';
		}
	}
	return inStrings;
}

/** Searches forward for one text; as the places asked for only move forward, all searches together read the source once. */
export class ForwardSearch {
	readonly #source: string;
	readonly #wanted: RegExp;
	#found: { start: number; end: number } | undefined = { start: -1, end: -1 };

	/** `wanted` has the flag g. */
	constructor(source: string, wanted: RegExp) {
		this.#source = source;
		this.#wanted = wanted;
	}

	from(at: number): { start: number; end: number } | undefined {
		if (this.#found === undefined || this.#found.start >= at) return this.#found;
		this.#wanted.lastIndex = at;
		const match = this.#wanted.exec(this.#source);
		this.#found =
			match === null ? undefined : { start: match.index, end: match.index + match[0].length };
		return this.#found;
	}
}
