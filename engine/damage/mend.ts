import { readHead, type Head } from '../candidate.ts';
import { readBody, readQuotedBody, type Body } from './body.ts';
import { clean, type Cleaned, type Surroundings } from './clean.ts';
import { moveOut, withoutMarkup } from './markup.ts';
import type { Cause } from './causes.ts';
import type { Catalogue } from '../types.ts';

/** A tag as it would be without damage. */
export interface Mended {
	/** With its brackets. */
	text: string;
	head: Head;
	/** Markup that stood inside. */
	before: string;
	after: string;
	end: number;
	/** Undefined when nothing was wrong. */
	cause: Cause | undefined;
	/** Something may be missing from it. */
	doubtful: boolean;
	/** Something is known to be missing, and not what. */
	lost: boolean;
}

/** Something that may be a damaged tag. */
export interface Suspect {
	start: number;
	/** As it stands in the source. */
	opening: string;
	/** Where a `>>` stands that closes it as it is. */
	close: number | undefined;
	html: boolean;
	/** Elements are elements here. */
	markup: boolean;
	/** The quote of the attribute around it, or ''. */
	quote: string;
	/** An HTML parser took it for an element. */
	element: boolean;
}

/** What the tag was, as far as that can be known; undefined when there is no end to it. */
export function mend(source: string, suspect: Suspect, catalogue: Catalogue): Mended | undefined {
	const body = bodyOf(source, suspect);
	if (body === undefined) return undefined;
	const { opening, markup } = suspect;
	const inside = markup ? withoutMarkup(body.text) : { text: body.text, found: [] };
	const around = withoutMarkup(opening.slice(1)).found;
	// Half an element stays: that is no markup of an editor.
	if (inside.found.length > 0 && /<[/!a-z]/i.test(inside.text)) return undefined;
	const found = [...around, ...inside.found, ...withoutMarkup(body.around).found];
	const left = inside.text.startsWith('~') ? '~' : '';
	const right = inside.text.length > 1 && inside.text.endsWith('~') ? '~' : '';
	const inner = inside.text.slice(left.length, inside.text.length - right.length);
	const isClosed = !/&(?:amp;)*(?:gt|#)/i.test(source.slice(body.close, body.end));
	const where = surroundings(suspect);
	const cleaned = clean(inner, where);
	const segments = settled(where.element ? sections(cleaned.segments) : cleaned.segments, where);
	if (segments === undefined) return undefined;
	const text = write(segments, left, right);
	const head = readHead(text, 2);
	// A note prints nothing, whatever is in it.
	if (opening === '<<' && head.sigil === '!') return undefined;
	const value = catalogue.find(head.reference?.parts ?? []);
	// In place of a value that is HTML a fallback is HTML; elsewhere a lone <b> may be meant as text.
	const mayBeMeant = value?.type === 'html' || !body.text.includes('</');
	const inFallback = opening === '<<' && /^[^<]*\|.*</s.test(body.text);
	if (mayBeMeant && inFallback) {
		return undefined;
	}
	const isWildcard = value?.path.endsWith('*') ?? head.word !== 'else';
	return {
		text,
		head,
		...moveOut(found),
		end: body.end,
		cause: causeOf(suspect, where, isClosed, found.length > 0 || body.around !== '', cleaned),
		...(where.element ? loss(segments, head, !isWildcard) : { doubtful: false, lost: false }),
	};
}

function bodyOf(source: string, { start, opening, close, markup }: Suspect): Body | undefined {
	const from = start + opening.length;
	if (isGuillemet(opening)) return readQuotedBody(source, from);
	const plain = close === undefined ? undefined : source.slice(from, close);
	// Quotes may hold a >>, and an element's own > may be taken for half of one.
	if (plain !== undefined && close !== undefined && !(markup && plain.includes('<'))) {
		return { text: plain, around: '', close, end: close + 2 };
	}
	return readBody(source, from, markup);
}

export function isGuillemet(opening: string): boolean {
	return /^(?:«|&(?:amp;)*(?:laquo|#0*171|#x0*ab);)$/i.test(opening);
}

function surroundings({ opening, html, quote, element }: Suspect): Surroundings {
	const entity = /&(?:amp;)*/i.exec(opening)?.[0];
	const percent = /%(?:25)*(?=3c)/i.exec(opening)?.[0];
	return {
		...{ html, quote, element },
		entities: entity === undefined ? 0 : 1 + (entity.length - 1) / 4,
		percent: percent === undefined ? 0 : 1 + (percent.length - 1) / 2,
	};
}

/** What was encoded more often inside than outside needs a second look; what changes with every look is nothing we know. */
function settled(segments: readonly string[], where: Surroundings): readonly string[] | undefined {
	const plain = { ...where, entities: 0, percent: 0, element: false };
	let now = segments;
	for (let look = 0; look < 4; look++) {
		const next = clean(now.join(' | '), plain).segments;
		if (next.join(' | ') === now.join(' | ')) return now;
		now = next;
	}
	return undefined;
}

function write(segments: readonly string[], left: string, right: string): string {
	return `<<${left} ${segments.join(' | ')} ${right}>>`;
}

/** An HTML parser drops the slashes between attributes: `to courses` was `to /courses`. */
function sections(segments: readonly string[]): string[] {
	return segments.map((segment) => {
		const [, words] = /^to ([^/"'].*)$/.exec(segment) ?? [];
		return words === undefined ? segment : `to /${words.replaceAll(' ', '/')}`;
	});
}

function causeOf(
	{ opening, element }: Suspect,
	{ entities, percent }: Surroundings,
	isClosed: boolean,
	moved: boolean,
	{ segments, given, decoded, oddSpaces }: Cleaned,
): Cause | undefined {
	if (element) return 'element';
	if (isGuillemet(opening)) return 'guillemets';
	if (entities > 0 || !isClosed) return 'encoded';
	if (percent > 0 || decoded) return 'percent';
	if (moved || opening !== '<<') return 'markup';
	if (segments.join('|') !== given.join('|')) return 'inside';
	return oddSpaces ? 'space' : undefined;
}

/** What a parser that made letters small may have changed: names that the catalogue does not know, texts, and patterns for certain. */
function loss(
	segments: readonly string[],
	{ end, at, sigil }: Head,
	known: boolean,
): { doubtful: boolean; lost: boolean } {
	const [first = '', ...pipes] = segments;
	// The path is followed by what a helper takes.
	const rest = [first.slice(end - at + sigil.length).trim(), ...pipes];
	const isPattern = (text: string) => /^(?:date|time)\b.*["']/.test(text);
	const lost = isPattern(first) || pipes.some(isPattern);
	const bare =
		/^(?:upper|lower|title|capitalize|trim|date|time|relative_time|number|list|url_encode)?(?:\s[\d.\s]*)?$/;
	return { lost, doubtful: !known || rest.some((text) => !bare.test(text)) };
}
