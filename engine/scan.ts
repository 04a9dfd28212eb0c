import { OpenBlocks } from './blocks.ts';
import { blockNames, readHead, recognise, type Head } from './candidate.ts';
import { findClose, ForwardSearch } from './close.ts';
import { unclosedNote } from './damage/causes.ts';
import type { Findings, Span } from './errors.ts';
import { filterNames } from './filters.ts';
import { limits } from './limits.ts';
import { looksLikeTag } from './lookalikes.ts';
import type { CallNode, PathNode } from './handlebars-parser.js';
import { plainCall, plainPath, SkeletonWriter, type Candidate } from './skeleton.ts';
import type { Catalogue, CompileOptions } from './types.ts';

/** A tag, with what Handlebars is to read for it. */
export interface Tag extends Span {
	/** Empty for a tag that prints nothing, for a backslash that escapes one, and for what `read` has. */
	skeleton: string;
	/** What a tag prints that is simple enough to be read here: Handlebars’ parser would take several times as long. */
	read: PathNode | CallNode | undefined;
	/** Printed unescaped: `&` or `{`, allowed for values typed html only. */
	unescaped: boolean;
}

export interface Scanned {
	/** Literal text before, between and after the tags: one more than there are tags. */
	texts: string[];
	/** Where each of them starts in the source. */
	starts: number[];
	tags: Tag[];
	/** What the strings in the skeleton stand for. */
	strings: string[];
	/** Ranges of the source that need no second look: the text of `raw`, and what was reported as nearly a tag. */
	raw: Span[];
}

interface Delimited extends Candidate {
	stripBefore: boolean;
	stripAfter: boolean;
}

const space = /\s/;

const silent = { skeleton: '', read: undefined, unescaped: false };

/** Splits a source into literal text and tags. Linear in the source's length. */
export function scan(source: string, options: CompileOptions, findings: Findings): Scanned {
	return new Scanner(source, options, findings).run();
}

class Scanner {
	readonly #source: string;
	readonly #catalogue: Catalogue;
	readonly #html: boolean;
	readonly #findings: Findings;
	readonly #blocks: OpenBlocks;
	readonly #skeleton: SkeletonWriter;
	readonly #commentEnd: ForwardSearch;
	readonly #noteStart: ForwardSearch;
	readonly #rawEnd: ForwardSearch;
	readonly #result: Scanned = {
		texts: [],
		starts: [],
		tags: [],
		strings: [],
		raw: [],
	};
	/** Where the literal text since the last tag starts. */
	#from = 0;
	#trimNext = false;

	constructor(source: string, { catalogue, context }: CompileOptions, findings: Findings) {
		this.#source = source;
		this.#catalogue = catalogue;
		this.#html = context === 'html';
		this.#findings = findings;
		this.#blocks = new OpenBlocks(catalogue);
		this.#skeleton = new SkeletonWriter(this.#blocks, this.#result.strings, findings);
		this.#commentEnd = new ForwardSearch(source, /--\s*~?>>/g);
		this.#noteStart = new ForwardSearch(source, /<<~?\s{0,99}!\s{0,99}--/g);
		this.#rawEnd = new ForwardSearch(source, /<<~?\s*\/\s*raw\s*~?>>/g);
	}

	run(): Scanned {
		let at = this.#source.indexOf('<<');
		while (at !== -1) {
			while (this.#source[at + 2] === '<') at++;
			at = this.#source.indexOf('<<', this.#meet(at));
		}
		this.#closeBlocks();
		this.#takeText(this.#source.length, false);
		return this.#result;
	}

	/** Ends what is still open right after the last tag: what follows is checked as text outside of it. */
	#closeBlocks(): void {
		const skeleton = this.#skeleton.closeAll();
		if (skeleton === '') return;
		const at = this.#from;
		this.#result.starts.push(at);
		this.#result.texts.push('');
		this.#result.tags.push({ start: at, end: at, ...silent, skeleton });
	}

	/** Looks at the `<<` at this offset; gives the offset to go on from. */
	#meet(start: number): number {
		const head = readHead(this.#source, start + 2);
		const verdict = recognise(
			head,
			this.#source,
			this.#blocks.scope,
			this.#blocks.names,
			this.#catalogue,
		);
		if (verdict === 'literal') return this.#passLiteral(start);
		const candidate = this.#readCandidate(start, head);
		if (candidate === undefined) {
			if (verdict === 'tag') this.#reportUnclosed(start, head);
			return start + 2;
		}
		const suggestion = verdict === 'tag' ? undefined : verdict();
		if (verdict !== 'tag' && suggestion === undefined) return this.#passLiteral(start);
		if (this.#isEscaped(start)) return start + 2;
		if (suggestion !== undefined) return this.#reportNearMiss(candidate, suggestion);
		if (this.#result.tags.length >= limits.tags) {
			this.#findings.stop('too_many_tags', candidate, `A text has at most ${limits.tags} tags.`);
		}
		return this.#take(candidate);
	}

	/** A backslash before what only looks like a tag is not printed either. */
	#passLiteral(start: number): number {
		if (looksLikeTag(this.#source, start)) this.#isEscaped(start);
		return start + 2;
	}

	#readCandidate(start: number, head: Head): Delimited | undefined {
		const isLong = head.sigil === '!' && this.#source.startsWith('--', head.at);
		const close = isLong ? this.#noteEnd(head.at + 2) : findClose(this.#source, head.at);
		if (close === undefined || close < head.at) return undefined;
		const stripAfter = this.#source[close - 1] === '~' && close > head.at;
		return {
			start,
			end: close + 2,
			head,
			body: this.#source.slice(head.at, stripAfter ? close - 1 : close),
			stripBefore: this.#source[start + 2] === '~',
			stripAfter,
		};
	}

	/** Another note that starts before the end shows that this one has none. */
	#noteEnd(from: number): number | undefined {
		const end = this.#commentEnd.from(from)?.end;
		const other = this.#noteStart.from(from)?.start ?? Infinity;
		return end === undefined || other < end ? undefined : end - 2;
	}

	/** C++ and prose may hold a lone `<< this`; a value's whole name or a block without its end is a slip. */
	#reportUnclosed(start: number, { sigil, reference, word, at, end }: Head): void {
		if (sigil === '!') return this.#reportUnclosedNote(start, at);
		const block = sigil !== '' && blockNames.includes(word);
		const value =
			reference !== undefined &&
			reference.parts.length > 1 &&
			this.#catalogue.hasRoot(reference.parts[0] ?? '');
		const half = this.#halfClosed(word, end);
		if (!block && !value && half === undefined) return;
		const message = `The tag << ${sigil}${word} has no >> that closes it.`;
		const fix = half === undefined ? undefined : `${this.#source.slice(start, half)}>`;
		this.#findings.error('unclosed_tag', { start, end: half ?? end }, message, fix);
	}

	/** Where a single `>` ends that stands where two should: behind a name, or behind a filter and what it is for. */
	#halfClosed(word: string, end: number): number | undefined {
		const rest = this.#source.slice(end, end + limits.tagCharacters);
		const isFilter = filterNames.includes(word);
		const close = isFilter ? /^\s+(\w+)\b[^<>\n]*>(?!>)/ : /^\s*(?:\|[^<>\n]*)?>(?!>)/;
		const match = close.exec(rest);
		if (match === null || (isFilter && !this.#catalogue.hasRoot(match[1] ?? ''))) return undefined;
		return end + match[0].length;
	}

	/** A note that nothing ends, or that ends otherwise, would be printed as it stands. */
	#reportUnclosedNote(start: number, at: number): void {
		const text = this.#source.slice(at, at + limits.tagCharacters);
		const isLong = text.startsWith('--');
		const edge = text.search(/[<>]/);
		if (text[edge] !== '>') {
			// C++ has `<< !--x`.
			if (isLong && /^--\s/.test(text))
				this.#findings.error('unclosed_tag', { start, end: at + 2 }, unclosedNote);
			return;
		}
		const end = at + edge + (text[edge + 1] === '>' ? 2 : 1);
		const inside = text
			.slice(isLong ? 2 : 0, edge)
			.replace(/-{1,2}$/, '')
			.trim();
		const fix = isLong ? `<< !-- ${inside} -- >>` : `<< ! ${inside} >>`;
		this.#findings.error('unclosed_tag', { start, end }, unclosedNote, fix);
	}

	/** `\<<` prints `<<`; `\\<<` prints one backslash and then the value, as in Handlebars. */
	#isEscaped(start: number): boolean {
		if (start === 0 || start <= this.#from || this.#source[start - 1] !== '\\') return false;
		const double = start - 2 >= this.#from && this.#source[start - 2] === '\\';
		const backslash = { start: start - 1, end: start };
		this.#takeText(backslash.start, false);
		this.#result.tags.push({ ...backslash, ...silent });
		this.#from = start;
		return !double;
	}

	#reportNearMiss({ start, head, body, end }: Candidate, suggestion: string): number {
		this.#result.raw.push({ start, end });
		// `end if` is one word here.
		const last = suggestion.startsWith('/') ? head.at + body.trimEnd().length : head.end;
		const place = { start: head.at - (head.sigil === '' ? 0 : 1), end: last };
		this.#findings.error(
			'near_miss',
			place,
			`“${this.#source.slice(place.start, place.end)}” is not known here. Did you mean ${suggestion}?`,
			suggestion,
		);
		return end;
	}

	#take(candidate: Delimited): number {
		const { head } = candidate;
		if (head.word === 'raw' && (head.sigil === '' || head.sigil === '#')) {
			return this.#takeRaw(candidate);
		}
		const { start, end } = this.#withComment(candidate);
		const whole = { ...candidate, start, end };
		const path = plainPath(whole);
		const written = path === undefined ? this.#skeleton.write(whole) : '';
		const read = path ?? plainCall(written);
		const skeleton = read === undefined ? written : '';
		this.#push(whole, { skeleton, read, unescaped: /[&{]/.test(head.sigil) });
		return end;
	}

	#push({ start, end, stripBefore, stripAfter }: Delimited, tag: Omit<Tag, keyof Span>): void {
		this.#takeText(start, stripBefore);
		this.#result.tags.push({ start, end, ...tag });
		this.#from = end;
		this.#trimNext = stripAfter;
	}

	/** Takes the literal text up to `end`. */
	#takeText(end: number, trimEnd: boolean): void {
		const whole = this.#source.slice(this.#from, end);
		const text = this.#trimNext ? whole.trimStart() : whole;
		this.#result.starts.push(end - text.length);
		this.#result.texts.push(trimEnd ? text.trimEnd() : text);
		this.#trimNext = false;
	}

	#takeRaw(candidate: Delimited): number {
		const close = this.#rawEnd.from(candidate.end);
		if (close === undefined) {
			this.#result.raw.push({ start: candidate.start, end: candidate.end });
			this.#findings.error(
				'unclosed_block',
				candidate,
				'The << raw >> that starts here never ends. Write << /raw >> where it should end.',
			);
			return candidate.end;
		}
		this.#push(candidate, silent);
		this.#result.raw.push({ start: candidate.end, end: close.start });
		const end = { ...candidate, ...close, stripBefore: false, stripAfter: false };
		const tag = this.#source.slice(close.start, close.end);
		this.#push({ ...end, stripBefore: tag[2] === '~', stripAfter: tag.at(-3) === '~' }, silent);
		return close.end;
	}

	/** `<!-- << #each … >> -->` is the tag itself: HTML parsers move bare text out of tables, but leave comments. */
	#withComment(candidate: Candidate): Span {
		const { start, end, head } = candidate;
		const isValue = (head.sigil === '' && head.word !== 'else') || /[&{]/.test(head.sigil);
		if (!this.#html || isValue) return { start, end };
		let before = start;
		while (before > this.#from && space.test(this.#source[before - 1] ?? '')) before--;
		let after = end;
		while (space.test(this.#source[after] ?? '')) after++;
		const opened = before - 4 >= this.#from && this.#source.startsWith('<!--', before - 4);
		if (!opened || !this.#source.startsWith('-->', after)) return { start, end };
		return { start: before - 4, end: after + 3 };
	}
}
