import { findDamage } from './damage.ts';
import { Findings } from './errors.ts';
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

/**
 * Undoes what editors, sanitizers and mail programs do to tags. Nothing but damaged tags is changed: an undamaged text stays byte for
 * byte, and so does a repaired one when it is repaired again. Never throws. Takes time linear in the text's length.
 */
export function repair(source: string, options: CompileOptions): Repaired {
	// A longer one cannot be compiled either; lint says so.
	if (source.length > limits.sourceCharacters) return { source, findings: [] };
	const findings = new Findings(source);
	let repaired = '';
	let from = 0;
	for (const { code, severity, message, fix, doubtful, ...span } of findDamage(source, options)) {
		if (span.start < from) continue;
		if (fix === undefined) {
			findings.add(severity, code, span, message);
			continue;
		}
		repaired += source.slice(from, span.start) + fix;
		from = span.end;
		findings.add(doubtful ? 'warning' : 'info', code, span, message, fix);
	}
	return { source: repaired + source.slice(from), findings: [...findings.all] };
}
