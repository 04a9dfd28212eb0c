import { marks } from './marks.ts';

/** Markup that stood inside a tag, so that it can stand around it. */
export interface Moved {
	before: string;
	after: string;
}

/** Elements that break a line: in a tag they are white space. */
const breaking =
	/^<\/?(?:br|p|div|td|th|tr|li|ul|ol|table|tbody|blockquote|h[1-6]|hr|section|pre)\b/i;
const voids = /^<(?:br|hr|wbr)\b|\/>$/i;

const everyMarkup = new RegExp(marks.markup, 'gi');

/** The text without its markup. */
export function withoutMarkup(text: string): { text: string; found: string[] } {
	const found: string[] = [];
	const rest = text.replace(everyMarkup, (element) => {
		found.push(element);
		return breaking.test(element) ? ' ' : '';
	});
	return { text: rest, found };
}

/**
 * Where markup from inside a tag goes, so that elements stay properly nested: pairs go around the tag, what was opened before it
 * closes after it, and what closes later opens before it unless something else had to be closed first.
 */
export function moveOut(found: readonly string[]): Moved {
	const open: { name: string; text: string }[] = [];
	const pairs: { start: string; end: string }[] = [];
	const closers: string[] = [];
	const others: string[] = [];
	for (const text of found) {
		const [, slash, name = ''] = /^<(\/?)([a-z][^\s/>]*)/i.exec(text) ?? [];
		if (voids.test(text)) continue;
		if (name === '') others.push(text);
		else if (slash === '') open.push({ name: name.toLowerCase(), text });
		else if (open.at(-1)?.name === name.toLowerCase()) {
			pairs.push({ start: open.pop()?.text ?? '', end: text });
		} else closers.push(text);
	}
	const openers = open.map(({ text }) => text).join('');
	const starts = pairs
		.toReversed()
		.map(({ start }) => start)
		.join('');
	const ends = pairs.map(({ end }) => end).join('') + closers.join('') + others.join('');
	return closers.length === 0
		? { before: openers + starts, after: ends }
		: { before: starts, after: ends + openers };
}
