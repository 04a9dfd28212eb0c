import { CodeRanges } from './code-ranges.ts';
import type { Damage } from './damage/damage.ts';
import { blank, marks } from './damage/marks.ts';
import type { Findings, Span } from './errors.ts';
import type { Scanned } from './scan.ts';
import type { Catalogue, CompileOptions, TextContext } from './types.ts';

const name = '(?:\\.{1,2}/){0,8}[\\p{L}_][\\p{L}\\p{M}\\p{N}_]*(?:[./-][\\p{L}\\p{N}_]+)*';

/** Brackets around nothing but a name, and perhaps what follows a pipe: nobody writes that who does not mean a tag. */
const pattern = `(?:${marks.less}){2}~?${blank}*(?:([#/^])${blank}*)?(${name})${blank}*(?:\\|[^<>]{0,200}?)?~?(?:${marks.greater}){2}`;
const lookalike = new RegExp(pattern, 'giu');
const lookalikeHere = new RegExp(pattern, 'iuy');

/** Two to four words in brackets, with signs between that other languages have there: `contact->first_name`. */
const sign = '(?:->|[^\\w<>\\n])';
const oddly = new RegExp(
	`<<(?!\\s*\\w[\\w.]*\\s*[|>])[~\\s]*(${sign}{0,3}[a-z_]\\w*(?:${sign}{1,3}[a-z_]\\w*){1,3}${sign}{0,3})>>`,
	'gi',
);
/** One bracket in place of two, before what would be a tag. */
const half =
	/(?<!<)<\s*((else\s*|#(?:if|unless|each|with)\b[^<>]{0,200}|\/(?:if|unless|each|with)\s*)>>|([a-z_]\w*(?:\.\w+)+)\s*(?:\|[^<>]{0,200})?>>?)(?!>)/gi;

/** How much of the line before is looked at. */
const near = 80;
/** Streams and here-documents, assignments, statements, shifts after shifts. */
const codeBefore =
	/\b(?:cout|cin|cerr|clog|cat|tee|return)\b|::|=\s+\w*\s*$|(?<!&#?\w{1,10});\s*\w*\s*$|(?:<<|&lt;&lt;)\s*\w+\s*$/;

/**
 * Reports what looks like a tag of something unknown, or nearly is a tag: it would reach the reader as it stands. Shifts, streams and
 * here-documents of programs look like it, too: inside of code elements, next to what only code has, and with a name of one letter
 * nothing is said. A word with a capital may be decoration, such as `<< NEW >>`, and is a warning.
 */
export function findLookalikes(
	source: string,
	{ tags, raw }: Scanned,
	damages: readonly Damage[],
	{ context, catalogue }: CompileOptions,
	findings: Findings,
): void {
	const taken = [...tags, ...raw, ...damages].sort((a, b) => a.start - b.start);
	for (const { span, match } of untaken(source, lookalike, taken, context)) {
		const [, sigil = '', word = ''] = match;
		if (word.length > 1) tell(findings, span, sigil + word);
	}
	for (const { span, match } of untaken(source, oddly, taken, context)) {
		const path = pathIn(match[1] ?? '', catalogue);
		if (path === undefined) continue;
		const message = `Readers would see this as it stands. Write << ${path} >>.`;
		findings.error('near_miss', span, message, `<< ${path} >>`);
	}
	for (const { span, match } of untaken(source, half, taken, context)) {
		const [, text = '', syntax, path = ''] = match;
		if (syntax === undefined && catalogue.find(path.split('.')) === undefined) continue;
		const fix = `<< ${text.replace(/\s*>+$/, '')} >>`;
		const message = `A tag has two << before it and two >> behind it. Write ${fix}.`;
		findings.error('unclosed_tag', span, message, fix);
	}
}

/** Whether the brackets at this place are around nothing but a name, of more than one letter. */
export function looksLikeTag(source: string, at: number): boolean {
	lookalikeHere.lastIndex = at;
	const [, , word = ''] = lookalikeHere.exec(source) ?? [];
	return word.length > 1;
}

/** What matches outside of everything that is known already, of code, and of what a backslash escapes. */
function* untaken(
	source: string,
	wanted: RegExp,
	taken: readonly Span[],
	context: TextContext,
): Generator<{ span: Span; match: RegExpExecArray }> {
	let code: CodeRanges | undefined;
	let next = 0;
	let covered = 0;
	for (const match of source.matchAll(wanted)) {
		const span = { start: match.index, end: match.index + match[0].length };
		while ((taken[next]?.start ?? Infinity) < span.end) {
			covered = Math.max(covered, taken[next]?.end ?? 0);
			next++;
		}
		const isEscaped = covered === span.start && source[covered - 1] === '\\';
		if (covered > span.start || isEscaped) continue;
		code ??= new CodeRanges(context === 'html' ? source : '');
		if (!code.has(span.start) && !isCode(source, span)) yield { span, match };
	}
}

/** The value that words mean when a dot or nothing is between them. Any name is an item’s: its words must stand close together. */
function pathIn(text: string, catalogue: Catalogue): string | undefined {
	const words = text.match(/\w+/g) ?? [];
	const value = catalogue.find(words);
	if (value === undefined) return catalogue.spelled(words);
	const isProse = value.path.endsWith('*') && /\s/.test(text.trim());
	return isProse ? undefined : words.join('.');
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
