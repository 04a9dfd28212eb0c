import { CodeRanges } from './code-ranges.ts';
import type { Damage } from './damage/find-damage.ts';
import { blank, marks } from './damage/marks.ts';
import type { Findings, Span } from './errors.ts';
import type { Scanned } from './scan.ts';
import type { CompileOptions } from './types.ts';

const name = '(?:\\.{1,2}/){0,8}[\\p{L}_][\\p{L}\\p{M}\\p{N}_]*(?:[./-][\\p{L}\\p{N}_]+)*';

/** Brackets around nothing but a name, and perhaps what follows a pipe: nobody writes that who does not mean a tag. */
const lookalike = new RegExp(
	`(?:${marks.less}){2}~?${blank}*(?:([#/^])${blank}*)?(${name})${blank}*(?:\\|[^<>]{0,200}?)?~?(?:${marks.greater}){2}`,
	'giu',
);

/** How much of the line before is looked at. */
const near = 80;
/** Streams and here-documents, assignments, statements, shifts after shifts. */
const codeBefore =
	/\b(?:cout|cin|cerr|clog|cat|tee|return)\b|::|=\s+\w*\s*$|(?<!&#?\w{1,10});\s*\w*\s*$|(?:<<|&lt;&lt;)\s*\w+\s*$/;

/**
 * Reports what looks like a tag of something unknown: it would reach the reader as it stands. Shifts, streams and here-documents of
 * programs look like it, too: inside of code elements, next to what only code has, and with a name of one letter nothing is said. A
 * word with a capital may be decoration, such as `<< NEW >>`, and is a warning.
 */
export function findLookalikes(
	source: string,
	{ tags, raw }: Scanned,
	damages: readonly Damage[],
	{ context }: CompileOptions,
	findings: Findings,
): void {
	const taken = [...tags, ...raw, ...damages].sort((a, b) => a.start - b.start);
	let code: CodeRanges | undefined;
	let next = 0;
	let covered = 0;
	for (const match of source.matchAll(lookalike)) {
		const span = { start: match.index, end: match.index + match[0].length };
		while ((taken[next]?.start ?? Infinity) < span.end) {
			covered = Math.max(covered, taken[next]?.end ?? 0);
			next++;
		}
		// What a backslash escapes is meant to be printed.
		const isEscaped = covered === span.start && source[covered - 1] === '\\';
		if (covered > span.start || isEscaped) continue;
		code ??= new CodeRanges(context === 'html' ? source : '');
		if (code.has(span.start) || isCode(source, span)) continue;
		const [, sigil = '', word = ''] = match;
		if (word.length > 1) tell(findings, span, sigil + word);
	}
}

function isCode(source: string, { start, end }: Span): boolean {
	const before = source.slice(Math.max(0, start - near), start);
	const line = before.slice(before.lastIndexOf('\n') + 1);
	const isInWord = /\w$/.test(before) && /^\w/.test(source.slice(end, end + 1));
	return isInWord || codeBefore.test(line);
}

function tell(findings: Findings, span: Span, word: string): void {
	const message = `There is no value “${word}” here, so readers would see this as it stands. If they should, write << raw >> before it and << /raw >> after it.`;
	if (/^(?:\p{Ll}|.*[._#/^])/u.test(word)) findings.error('unknown_value', span, message);
	else findings.warn('tag_like', span, message);
}
