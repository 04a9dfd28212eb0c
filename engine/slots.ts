import type { CompiledNode } from './nodes.ts';
import type { CompiledText } from './types.ts';

/** A text as the literals before, between and after its slots; a slot is known by its number. */
export interface Line {
	/** One more than there are slots. */
	readonly literals: readonly string[];
	readonly slots: readonly number[];
}

/** Each value and each whole block at the top of a text is a slot; those that print the same in the same context have one number. */
export function layOut(texts: readonly CompiledText[]): Line[] {
	const numbers = new Map<string, number>();
	return texts.map(({ context, nodes }) => {
		const line = { literals: [''], slots: [] as number[] };
		for (const node of nodes) {
			if (typeof node === 'string') {
				append(line.literals, node);
				continue;
			}
			const key = `${context} ${withoutPosition(node)}`;
			const number = numbers.get(key) ?? numbers.size;
			numbers.set(key, number);
			line.slots.push(number);
			line.literals.push('');
		}
		return line;
	});
}

/** The line with the pieces of some slots as literal text. */
export function fold(line: Line, pieces: ReadonlyMap<number, string>): Line {
	const folded = { literals: line.literals.slice(0, 1), slots: [] as number[] };
	for (const [at, slot] of line.slots.entries()) {
		const literal = line.literals[at + 1] ?? '';
		const piece = pieces.get(slot);
		if (piece !== undefined) {
			append(folded.literals, piece + literal);
			continue;
		}
		folded.slots.push(slot);
		folded.literals.push(literal);
	}
	return folded;
}

/** The text that a line is when its slots print these pieces. */
export function join({ literals, slots }: Line, pieces: readonly string[]): string {
	let text = literals[0] ?? '';
	for (let at = 0; at < slots.length; at++) {
		text += pieces[slots[at] ?? 0] ?? '';
		text += literals[at + 1] ?? '';
	}
	return text;
}

/**
 * A short line that holds a word of `length` characters, once slots are printed, whenever the line itself does and none of its literals
 * does. No word may hold a space.
 */
export function seams({ literals, slots }: Line, length: number): Line {
	const kept = length - 1;
	const cut = (literal: string) =>
		literal.length <= 2 * kept ? literal : `${literal.slice(0, kept)} ${literal.slice(-kept)}`;
	return { literals: literals.map(cut), slots };
}

function append(literals: string[], text: string): void {
	literals.push((literals.pop() ?? '') + text);
}

function withoutPosition(node: CompiledNode): string {
	return JSON.stringify(node, (name, value: unknown) =>
		name === 'line' || name === 'column' ? undefined : value,
	);
}
