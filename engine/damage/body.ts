import { limits } from '../limits.ts';
import { marks, matcher } from './marks.ts';

/** What stands between the brackets of something like a tag, as it is written in the source. */
export interface Body {
	text: string;
	/** What an editor put between the two brackets on either side. */
	around: string;
	/** Where the closing brackets start, and where they end. */
	close: number;
	end: number;
}

/** A tag may be several times as long while it is encoded and full of markup. */
const longest = 4 * limits.tagCharacters;

/** The next opening brackets, however they are written: no search goes beyond them. */
const opener = `${marks.less}(?=(?:${marks.noise})?${marks.less})`;
const edges = new RegExp(`(${marks.markup})|(${opener})|${marks.greater}`, 'gi');
const attributeEdges = new RegExp(`()(${opener})|${marks.greater}`, 'gi');
const noise = matcher(marks.noise);
const angle = matcher(marks.greater);
const guillemets = new RegExp(`(${marks.opening})|${marks.closing}`, 'gi');

/**
 * Reads from the opening brackets to the closing ones. Undefined when the next opening brackets, or the end, come first: so all
 * calls together read the source once. `markup` says whether `<b>` is an element here; in an attribute it is text.
 */
export function readBody(source: string, from: number, markup: boolean): Body | undefined {
	const edge = markup ? edges : attributeEdges;
	edge.lastIndex = from;
	for (let match = edge.exec(source); match !== null; match = edge.exec(source)) {
		const at = match.index;
		if (at - from > longest || match[2] !== undefined) return undefined;
		if (match[1]) continue;
		const between = at + match[0].length;
		const second = Math.max(between, noise(source, between));
		const end = angle(source, second);
		if (end === -1) continue;
		return { text: source.slice(from, at), around: source.slice(between, second), close: at, end };
	}
	return undefined;
}

/** As `readBody`, between guillemets. Behind a pipe they may be the quotation marks of a text. */
export function readQuotedBody(source: string, from: number): Body | undefined {
	let inner = false;
	guillemets.lastIndex = from;
	for (let match = guillemets.exec(source); match !== null; match = guillemets.exec(source)) {
		const close = match.index;
		if (close - from > longest) return undefined;
		if (match[1] !== undefined) {
			if (inner || !source.slice(from, close).includes('|')) return undefined;
			inner = true;
		} else if (inner) inner = false;
		else {
			const text = source.slice(from, close);
			return { text, around: '', close, end: close + match[0].length };
		}
	}
	return undefined;
}
