import { decodeEntities } from '../entities.ts';
import { findFilter } from '../filters.ts';
import { invisible, marks } from './marks.ts';
import { splitPipes } from '../pipes.ts';
import { closingQuote, collapse, opensString } from '../text.ts';

/** How the brackets of a tag were written, and where. */
export interface Surroundings {
	/** In HTML entities mean something. */
	html: boolean;
	/** How often `<` was encoded as an entity: 0 for as it is. */
	entities: number;
	/** The same, percent-encoded. */
	percent: number;
	/** The quote of the attribute around it, or ''. */
	quote: string;
	/** An HTML parser took the tag for an element, and its words for attributes in small letters. */
	element: boolean;
}

/** What a tag's inside was before it was damaged. */
export interface Cleaned {
	/** The path, block or filter, and the pipes. */
	segments: string[];
	/** The same without any repair, to see whether there was one. */
	given: string[];
	/** It was encoded once too often. */
	decoded: boolean;
	/** All that differs is kinds of space, which do no harm. */
	oddSpaces: boolean;
}

const everyHidden = new RegExp(marks.hidden, 'gi');
const oddSpaces = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
const nonBreaking = /&(?:nbsp|#160|#xa0);/gi;
const blanksBefore = /^(?:\s|&(?:nbsp|#160|#xa0);)+/i;
const blankBehind = /(?:\s|&(?:nbsp|#160|#xa0);)$/i;
const quoteEntities = /&(?:quot|apos|ldquo|rdquo|bdquo|lsquo|rsquo|sbquo|laquo|raquo|#\w+);/gi;
const doubleQuotes = '“”„‟';
const singleQuotes = '‘’‚‛';
/** Cheap: a tag without any of these has nothing to repair inside. */
export const suspicious = new RegExp(
	`[<&“”„‟‘’‚‛«»${invisible}\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\n\\r]|%[0-9a-f]{2}`,
	'i',
);

/** Undoes what editors do inside a tag. Fallback text stays as it was written: its quotes and marks may be meant. */
export function clean(body: string, where: Surroundings): Cleaned {
	const decoded = decodeLevels(body, where);
	const whole = where.element ? withoutAttributes(decoded) : decoded;
	const isBlock = /^~?\s*[#^]/.test(whole) && /\sas\s*\|[^|]*\|\s*$/.test(whole);
	const parts = isBlock ? [whole] : pipesOf(whole, where);
	const segments = parts.map((part, index) => {
		const isCode = index === 0 || isFilter(part);
		return isCode ? cleanCode(part, where) : cleanFallback(part, where);
	});
	const given = parts.map((part, index) =>
		index === 0 || isFilter(part) ? outsideStrings(part, onlySpace, same).trim() : collapse(part),
	);
	return {
		segments,
		given,
		decoded: decoded !== body,
		oddSpaces: parts.some((part) => hasOddSpaces(part)),
	};
}

const same = (text: string) => text;
const onlySpace = (text: string) => text.replace(/\s+/g, ' ');

function hasOddSpaces(part: string): boolean {
	let found = false;
	outsideStrings(
		part,
		(text) => {
			found ||= text.search(oddSpaces) !== -1;
			return text;
		},
		same,
	);
	return found;
}

/** Changes what stands outside of strings and what stands in them; a string is given with its quotes. */
function outsideStrings(
	text: string,
	outside: (text: string) => string,
	string: (text: string) => string,
): string {
	let result = '';
	let start = 0;
	let closable = true;
	for (let at = 0; at < text.length; at++) {
		if (!closable || !opensString(text, at)) continue;
		const close = closingQuote(text, at);
		// With two kinds of quotes one may still close; past a few thousand characters a tag is none.
		if (close === -1) {
			closable = text.length < 2000;
			continue;
		}
		result += outside(text.slice(start, at)) + string(text.slice(at, close + 1));
		start = close + 1;
		at = close;
	}
	return result + outside(text.slice(start));
}

/** Undoes what stands once too often: percent-encoding, and entities beyond those that HTML itself reads. */
function decodeLevels(body: string, { html, entities, percent }: Surroundings): string {
	let text = body;
	for (let level = 0; level < percent; level++) text = decodePercent(text);
	if (percent === 0 && /^%[0-9a-f]{2}/i.test(text.trim())) text = decodePercent(text);
	for (let level = 1; level < entities; level++) text = text.replaceAll('&amp;', '&');
	return !html && entities > 0 ? decodeEntities(text) : text;
}

function decodePercent(text: string): string {
	return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
		try {
			return decodeURIComponent(encoded);
		} catch {
			return encoded;
		}
	});
}

/** `name |="" there=""` is `name | there`. */
function withoutAttributes(text: string): string {
	return text.replace(/=""(?=\s|$)/g, '').replace(/\s*\/\s*$/, '');
}

/** Splits at the pipes, whatever the quotes around strings look like: they are made straight in a copy of the same length. */
function pipesOf(text: string, where: Surroundings): string[] {
	const straight = text.replace(/[“”„‟]/g, '"');
	const shadow = !where.html
		? straight
		: straight.replace(/&(?:quot|#34|#x22|ldquo|rdquo|bdquo);/gi, (entity) =>
				'"'.padEnd(entity.length, '\ue000'),
			);
	let at = 0;
	return splitPipes(shadow).map((part) => {
		const slice = text.slice(at, at + part.length);
		at += part.length + 1;
		return slice;
	});
}

function isFilter(part: string): boolean {
	const bare = part.replace(everyHidden, '').replace(nonBreaking, ' ').trim();
	return findFilter(/^\w+/.exec(bare)?.[0] ?? '') !== undefined;
}

function cleanFallback(part: string, { html }: Surroundings): string {
	return collapse(html ? trimBlanks(part) : part);
}

function trimBlanks(text: string): string {
	const start = blanksBefore.exec(text)?.[0].length ?? 0;
	let end = text.length;
	for (;;) {
		// A search for all of them at once would begin anew at each blank of the text.
		const blank = blankBehind.exec(text.slice(Math.max(start, end - '&nbsp;'.length), end));
		if (blank === null) return text.slice(start, end);
		end -= blank[0].length;
	}
}

/** A path, a filter and their arguments. What stands in strings stays, but for line breaks and what HTML would not read. */
function cleanCode(part: string, where: Surroundings): string {
	const spaced = (where.html ? part.replace(nonBreaking, ' ') : part).replace(oddSpaces, ' ');
	const quoted = where.html
		? spaced.replace(quoteEntities, (entity) => {
				const decoded = decodeEntities(entity);
				return `"'«»${doubleQuotes}${singleQuotes}`.includes(decoded) ? decoded : entity;
			})
		: spaced;
	const text = straighten(quoted);
	const isDefault = /^\s*default\b/.test(text);
	const moved = text !== part || where.entities > 0 || where.percent > 0;
	const cleaned = outsideStrings(
		text,
		(words) => cleanWords(words, where),
		(string) => {
			const inside = string.slice(1, -1).replace(/\s*[\n\r]\s*/g, ' ');
			const read = isDefault || !where.html ? inside : decodeEntities(inside);
			return requote(read, string.slice(0, 1), moved ? where.quote : '');
		},
	);
	return cleaned.trim();
}

/** Outside of strings: no marks, single spaces. */
function cleanWords(text: string, { html }: Surroundings): string {
	const seen = text.replace(everyHidden, '');
	return (html ? decodeEntities(seen) : seen).replace(/\s+/g, ' ');
}

/** Quotes that differ from those of the attribute around, if the text allows it: an editor ends an attribute at its own quote. */
function requote(inside: string, mark: string, quote: string): string {
	const other = mark === '"' ? "'" : '"';
	const best = mark === quote && !inside.includes(other) ? other : mark;
	return best + inside + best;
}

/** Smart quotes around an argument become straight ones; those inside stay. */
function straighten(text: string): string {
	let result = text.replace(
		/(^|[\s(=|])«([^«»]*)»(?=[\s)|]|$)/g,
		(_all, before: string, inside: string) => `${before}"${inside.trim()}"`,
	);
	for (const [set, mark] of [
		[doubleQuotes, '"'],
		[singleQuotes, "'"],
	] as const) {
		const any = set + mark;
		result = result.replace(
			new RegExp(`(^|[\\s(=|])[${any}]([^${any}]*)[${any}](?=[\\s)|]|$)`, 'g'),
			`$1${mark}$2${mark}`,
		);
	}
	return result;
}
