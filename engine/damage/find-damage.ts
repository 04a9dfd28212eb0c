import { readHead, type Head } from '../candidate.ts';
import { findClose, ForwardSearch } from '../close.ts';
import { suspicious } from './clean.ts';
import { CodeRanges } from '../code-ranges.ts';
import { withShownComments } from './comments.ts';
import type { Damage } from './damage.ts';
import { ElementTags } from './elements.ts';
import { KnownNames } from './known-names.ts';
import { anyStart, blank, marks, matcher } from './marks.ts';
import { isGuillemet, mend, type Mended } from './mend.ts';
import { mendNote, startsNote } from './notes.ts';
import {
	endOfNothing,
	lostCapitals,
	lostName,
	maybeLost,
	unclosedNote,
	whyDamaged,
} from './causes.ts';
import type { Span } from '../errors.ts';
import { foreignTagAt } from './foreign.ts';
import { htmlStart } from '../html-state.ts';
import { HtmlReader } from './html-reader.ts';
import { isLostName } from './lost-names.ts';
import { prefixOf } from './url-prefix.ts';
import type { CompileOptions } from '../types.ts';

/** A tag that the walk has come to. */
interface Met extends Span {
	/** As it would be without damage. */
	text: string;
	head: Head;
	/** It is certain that an editor had it. */
	damaged: boolean;
}

const secondLess = matcher(marks.less);
const withNoise = matcher(`${marks.less}${marks.noise}${marks.less}`);
const emptyEnd = matcher(`${blank}*(?:${marks.greater}){2}`);
const rawEnd = new RegExp(
	`(?:${marks.less}){2}~?${blank}*/${blank}*raw${blank}*~?(?:${marks.greater}){2}`,
	'gi',
);

/**
 * What editors, sanitizers and mail programs did to the tags of a text, in the order of the text. A tag counts as one only if the
 * catalogue, or a block around it, knows what is in it. Takes time linear in the text's length.
 */
export function findDamage(source: string, options: CompileOptions): Damage[] {
	return new Walk(source, options).run();
}

class Walk {
	readonly #source: string;
	readonly #options: CompileOptions;
	readonly #html: boolean;
	readonly #known: KnownNames;
	readonly #elements: ElementTags;
	readonly #rawEnd: ForwardSearch;
	readonly #found: Damage[] = [];
	readonly #reader: HtmlReader;
	/** Where the last tag ended. */
	#from = 0;
	/** Tags that a comment may stand around. */
	readonly #blockTags: Met[] = [];
	/** Where the text of a raw block ends. */
	#rawUntil = 0;
	#code: CodeRanges | undefined;

	constructor(source: string, options: CompileOptions) {
		this.#source = source;
		this.#options = options;
		this.#html = options.context === 'html';
		this.#known = new KnownNames(options.catalogue);
		this.#elements = new ElementTags(source);
		this.#reader = new HtmlReader(source);
		this.#rawEnd = new ForwardSearch(source, rawEnd);
	}

	run(): Damage[] {
		anyStart.lastIndex = 0;
		for (let match = anyStart.exec(this.#source); match; match = anyStart.exec(this.#source)) {
			anyStart.lastIndex = Math.max(this.#meet(match.index, match[0]), this.#rawUntil);
		}
		for (const span of this.#elements.ends()) {
			this.#add(span, { code: 'damaged_tag', message: endOfNothing, fix: '' });
		}
		const found = this.#found.sort((a, b) => a.start - b.start);
		return this.#html ? withShownComments(this.#source, this.#blockTags, found) : found;
	}

	#add(span: Span, damage: Pick<Damage, 'code' | 'message'> & Partial<Damage>): void {
		this.#found.push({
			severity: 'error',
			doubtful: false,
			...damage,
			start: span.start,
			end: span.end,
		});
	}

	/** Looks at what may be a tag; gives the offset to go on from. */
	#meet(start: number, opening: string): number {
		if (opening === '<<') return this.#meetBrackets(start, opening, start + 1);
		if (/^(?:[{*[]|%.*%$)/.test(opening)) return this.#meetForeign(start);
		if (isGuillemet(opening)) return this.#meetSuspect(start, opening) ?? start + 1;
		const second = start + secondLess(opening, 0);
		if (secondLess(this.#source, second) === -1 && withNoise(opening, 0) === -1) {
			return this.#meetEmpty(start, start + opening.length) ?? second;
		}
		return this.#meetBrackets(start, opening, second);
	}

	#meetBrackets(start: number, opening: string, second: number): number {
		const empty = this.#meetEmpty(start, emptyEnd(this.#source, start + opening.length));
		if (empty !== undefined) return empty;
		const note = mendNote(this.#source, start, opening);
		if (note !== undefined) return this.#takeNote(start, note, opening);
		if (opening !== '<<' && startsNote(this.#source, start, opening)) {
			const span = { start, end: start + opening.length };
			this.#add(span, { code: 'unclosed_tag', message: unclosedNote });
		}
		const met = opening === '<<' ? this.#meetPlain(start) : this.#meetSuspect(start, opening);
		if (met !== undefined) return met;
		// Markup may stand between the brackets where they seem to be one after the other.
		const end = withNoise(this.#source, start);
		const apart = end === -1 ? undefined : this.#source.slice(start, end);
		const mended = apart === undefined ? undefined : this.#meetSuspect(start, apart);
		if (mended === undefined && opening !== '<<') this.#tellUnclosed(start, opening);
		return mended ?? second;
	}

	/** The whole name of a value after brackets that are encoded, and nothing that closes them. */
	#tellUnclosed(start: number, opening: string): void {
		const head = readHead(this.#source, start + opening.length);
		const isValue = head.sigil === '' && this.#known.valueOf(head) !== undefined;
		if (!isValue || this.#isEscaped(start)) return;
		const message = `The tag << ${head.word} has no >> that closes it.`;
		this.#add({ start, end: head.end }, { code: 'unclosed_tag', message });
	}

	#meetForeign(start: number): number {
		const found = foreignTagAt(this.#source, start, this.#options.catalogue);
		if (found === undefined) return start + 1;
		const { path, end, fix } = found;
		const message = 'Readers would see this as it stands: it is no custom value here.';
		if (fix === undefined) {
			// A block, or a filter, stays what it is until somebody writes it anew.
			this.#add(
				{ start, end },
				{ code: 'foreign_tag', message: `${message} Those look like << ${path} >>.` },
			);
			return end;
		}
		const from = this.#take({ start, end, text: fix, head: readHead(fix, 2), damaged: true });
		this.#add(
			{ start: from, end },
			{ code: 'foreign_tag', message: `${message} Write ${fix}.`, fix },
		);
		return end;
	}

	/** `<>`, `<< >>`: undefined when that is something else. */
	#meetEmpty(start: number, end: number): number | undefined {
		if (end < start || !isLostName(this.#source, start, end, this.#from)) return undefined;
		if (this.#html && this.#reader.stateAt(start).mode !== 'text') return undefined;
		this.#code ??= new CodeRanges(this.#source);
		if (this.#html && this.#code.has(start)) return undefined;
		this.#add({ start, end }, { code: 'lost_tag', message: lostName });
		this.#from = end;
		return end;
	}

	/** A `<<` as it is: mostly nothing is wrong with its tag. */
	#meetPlain(start: number): number | undefined {
		const head = readHead(this.#source, start + 2);
		const isTag = this.#known.isTagAt(this.#source, head);
		const close = isTag ? findClose(this.#source, head.at) : undefined;
		const text = close === undefined ? '' : this.#source.slice(start, close + 2);
		const isUnspaced = head.at === start + 2 && head.sigil === '';
		const isSuspect =
			close === undefined ||
			(head.sigil !== '!' && suspicious.test(text.slice(2))) ||
			(isUnspaced && this.#isElement(start, '<<', false));
		const met = isSuspect ? this.#meetSuspect(start, '<<', close) : undefined;
		if (met !== undefined || close === undefined) return met;
		return this.#takePlain({ start, end: close + 2, text, head, damaged: false });
	}

	#takePlain(tag: Met): number {
		const { start, end, head, text } = tag;
		if (this.#isEscaped(start)) return end;
		const isWord = head.sigil === '' || head.sigil === '/';
		const isUnspaced = isWord && head.at - head.sigil.length === start + 2;
		const fix = isUnspaced && this.#html ? `<< ${text.slice(2, -2).trim()} >>` : text;
		const from = this.#take({ ...tag, text: fix });
		if (!isUnspaced) return end;
		if (head.sigil === '') this.#elements.opened(head.word, start);
		const message = whyDamaged('unspaced');
		if (this.#html && from === start) {
			this.#add(tag, { code: 'unspaced_tag', severity: 'warning', message, fix });
		}
		return end;
	}

	#meetSuspect(start: number, opening: string, close?: number): number | undefined {
		const { mode, quote } = this.#html ? this.#reader.stateAt(start) : htmlStart;
		const inAttribute = mode === 'value' && quote !== '';
		const element = this.#isElement(start, opening, inAttribute);
		const mended = mend(
			this.#source,
			{
				...{ start, opening, close, element },
				html: this.#html,
				markup: !inAttribute,
				quote: inAttribute ? quote : '',
			},
			this.#options.catalogue,
		);
		if (mended?.cause === undefined || !this.#known.isTag(mended)) return undefined;
		if (isGuillemet(opening) && !this.#known.isNoQuotation(mended))
			return this.#doubt(start, mended);
		this.#takeMended(start, mended, opening);
		return mended.end;
	}

	#takeNote(start: number, note: Mended, opening: string): number {
		if (note.cause !== undefined) this.#takeMended(start, note, opening);
		else this.#takePlain({ ...note, start, damaged: false });
		return note.end;
	}

	#takeMended(start: number, mended: Mended, opening: string): void {
		const { text, head, before, after, end, cause = 'inside', doubtful, lost } = mended;
		if (cause === 'element' && !lost) this.#elements.opened(head.word, start);
		const isOnlySpace = cause === 'space';
		const met = { start, end, text, head, damaged: !isOnlySpace };
		const escaped = this.#isEscaped(start);
		const from = escaped ? start : this.#take(met, isGuillemet(opening));
		const message = lost ? lostCapitals : doubtful ? maybeLost : whyDamaged(cause);
		const fix = before + text + after;
		const span = { start: from, end };
		if (isOnlySpace) this.#add(span, { code: 'odd_space', severity: 'warning', message, fix });
		else this.#add(span, { code: 'damaged_tag', message, doubtful, ...(lost ? {} : { fix }) });
	}

	/** Whether an HTML parser took the tag for an element: it left the inner bracket, or made an end tag. */
	#isElement(start: number, opening: string, inAttribute: boolean): boolean {
		if (inAttribute || !opening.endsWith('<')) return false;
		const [, name] =
			/^([a-z_][^\s<>/]*)/i.exec(
				this.#source.slice(start + opening.length, start + opening.length + 100),
			) ?? [];
		if (name === undefined) return false;
		return opening !== '<<' || this.#elements.hasEnd(name);
	}

	/** A word between guillemets in a loop may be a tag for a part of the item, or a quotation. */
	#doubt(start: number, { end, head, text }: Mended): number | undefined {
		const isName = head.sigil === '' && text === `<< ${head.word} >>`;
		if (!isName || this.#known.scope.loops === 0 || head.word === 'else') return undefined;
		const message = `This is printed as it stands. If you mean the item’s value, write ${text}.`;
		this.#add({ start, end }, { code: 'tag_like', severity: 'warning', message });
		return end;
	}

	/** An odd number of backslashes before it, one or two: the tag is printed as it stands. */
	#isEscaped(start: number): boolean {
		const at = (back: number) => start - back >= this.#from && this.#source[start - back] === '\\';
		return at(1) && !at(2);
	}

	/** Keeps account of the tag; gives where it starts with what an editor put before it. */
	#take(tag: Met, quoted = false): number {
		const { end, head, damaged } = tag;
		const from = this.#prefix(tag, damaged);
		this.#reader.passed(tag);
		if (/^[#/^]/.test(head.sigil) || head.word === 'else') this.#blockTags.push(tag);
		this.#known.follow(tag, quoted);
		if (head.word === 'raw' && (head.sigil === '' || head.sigil === '#')) {
			this.#rawUntil = this.#rawEnd.from(end)?.start ?? 0;
		}
		this.#from = end;
		return from;
	}

	#prefix({ start, end, head, text, damaged }: Met, certain: boolean): number {
		if (this.#source[start - 1] !== '/' || !this.#known.isWholeUrl(head, text)) return start;
		const literal = this.#source.slice(Math.max(this.#from, start - 1000), start);
		const state = this.#html ? this.#reader.stateAt(start) : undefined;
		const prefix = prefixOf(literal, state, certain || this.#known.valueOf(head)?.secret === true);
		if (prefix === undefined) return start;
		const from = start - prefix.length;
		if (damaged) return from;
		const mend = { message: whyDamaged(prefix.cause), fix: text };
		const span = { start: from, end };
		if (prefix.cause === 'scheme') this.#add(span, { code: 'url_after_scheme', ...mend });
		else this.#add(span, { code: 'damaged_tag', ...mend });
		return from;
	}
}
