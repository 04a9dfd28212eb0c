import type { Damage } from './damage/damage.ts';
import { findDamage } from './damage/find-damage.ts';
import { Findings, type Span } from './errors.ts';
import { limits } from './limits.ts';
import type { CompileOptions, Finding } from './types.ts';

/** A text as it was before an editor changed its tags, and what was done. */
export interface Repaired {
	source: string;
	/**
	 * Each repair, with its place in the text as it was given and, as `fix`, what stands there now: of severity info, or warning where
	 * something may be missing. What cannot be repaired is of severity error.
	 */
	findings: Finding[];
}

/** What is repaired may show more that is damaged: a tag that was encoded in pieces. Four times over is no editor's work. */
const mostRounds = 4;

/**
 * Undoes what editors, sanitizers and mail programs do to tags. Nothing but damaged tags is changed: an undamaged text stays byte for
 * byte, and so does a repaired one when it is repaired again. Never throws. Takes time linear in the text's length.
 */
export function repair(source: string, options: CompileOptions): Repaired {
	const findings = new Findings(source);
	let text = source;
	let originOf = (offset: number): number => offset;
	// A longer text cannot be compiled either; lint says so.
	for (let round = 0; round < mostRounds && text.length <= limits.sourceCharacters; round++) {
		const damages = findDamage(text, options);
		for (const { code, severity, message, fix, doubtful, start, end } of damages) {
			if (fix === undefined && round > 0) continue;
			const told = fix === undefined ? severity : doubtful ? 'warning' : 'info';
			findings.add(told, code, { start: originOf(start), end: originOf(end) }, message, fix);
		}
		const { repaired, edits } = apply(text, damages);
		if (edits.length === 0) break;
		const before = originOf;
		originOf = (offset) => before(offsetBefore(edits, offset));
		text = repaired;
	}
	return { source: text, findings: [...findings.all] };
}

interface Edit extends Span {
	/** Where its text starts and ends in the repaired text. */
	from: number;
	to: number;
}

function apply(text: string, damages: readonly Damage[]): { repaired: string; edits: Edit[] } {
	const edits: Edit[] = [];
	let repaired = '';
	let done = 0;
	for (const { fix, start, end } of damages) {
		if (fix === undefined || start < done) continue;
		repaired += text.slice(done, start);
		edits.push({ start, end, from: repaired.length, to: repaired.length + fix.length });
		repaired += fix;
		done = end;
	}
	return { repaired: repaired + text.slice(done), edits };
}

/** Where something of the repaired text was before; in what was put there it is the start of what was there. */
function offsetBefore(edits: readonly Edit[], offset: number): number {
	let low = 0;
	let high = edits.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((edits[middle]?.from ?? Infinity) <= offset) low = middle + 1;
		else high = middle;
	}
	const edit = edits[low - 1];
	if (edit === undefined) return offset;
	return offset < edit.to ? edit.start : edit.end + offset - edit.to;
}
