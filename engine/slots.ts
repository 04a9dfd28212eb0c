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
 * A short line. It holds a word of one character more than are kept whenever the whole line does, once its slots print what is kept
 * of the pieces by `endsOf`, and neither a literal nor a piece holds all of it. No word may hold a space.
 */
export function seams({ literals, slots }: Line, kept: number): Line {
	return { literals: literals.map((literal) => endsOf(literal, kept)), slots };
}

/** The ends of a text, which a word that goes on beside it can reach. */
export function endsOf(text: string, kept: number): string {
	return text.length <= 2 * kept ? text : `${text.slice(0, kept)} ${text.slice(-kept)}`;
}

function append(literals: string[], text: string): void {
	literals.push((literals.pop() ?? '') + text);
}

function withoutPosition(node: CompiledNode): string {
	return JSON.stringify(node, (name, value: unknown) =>
		name === 'line' || name === 'column' ? undefined : value,
	);
}
