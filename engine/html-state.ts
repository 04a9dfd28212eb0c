import { joinRuns, runAfterAddress } from './runs.ts';
import {
	beginningAfterValue,
	isInEntity,
	isOpenBeginning,
	joinBeginnings,
} from './url-beginning.ts';

/** A value in a URL, of which what follows decides what it becomes. */
export interface UrlStart {
	/** It stands at the start, and nothing follows; of a link in text, nothing that would be read as part of it. */
	whole: boolean;
	/** It stands in a block that has ended: what a next block prints may never follow it. */
	inBlock?: boolean;
	/** It became part of the scheme: a value must not choose what a link does. */
	inScheme?: boolean;
}

type Mode =
	| 'text'
	| 'tag_name'
	| 'in_tag'
	| 'attribute_name'
	| 'after_name'
	| 'before_value'
	| 'value'
	| 'comment'
	| 'declaration'
	| 'rcdata'
	| 'raw_text'
	/** In SVG or MathML, where the same tags are read by other rules: no value may follow. */
	| 'lost';

/** Where in HTML the text read so far ends. */
export interface HtmlState {
	mode: Mode;
	/** The element whose tag or raw text this is, in lower case. */
	element: string;
	/** Where in the source the element's name ends; more than one place when branches each have a tag of their own. */
	nameEnds: readonly number[];
	closing: boolean;
	/** The tag ends in a slash. */
	selfClosing: boolean;
	/** Inside `<svg>` or `<math>`. */
	foreign: string;
	/** Inside an Outlook conditional comment, which is a comment for every other reader. */
	conditional: boolean;
	/** What the literal text of such a comment ends with, if it may be the beginning of its end. */
	dashes: string;
	/** The attribute, in lower case. */
	attribute: string;
	/** The tag has an href before: of two, parsers take the first. */
	hasHref: boolean;
	/** '' for a value without quotes. */
	quote: string;
	/** How the attribute's value may begin, read as a URL; '' is one that has not begun. More than one when branches differ in that. */
	begins: readonly string[];
	urlStarts: readonly UrlStart[];
	/** In text, what stands before without a space or a tag between. */
	run: string;
	/** Values that may be in the URL's scheme. */
	inBeginning: readonly UrlStart[];
	/** The end of the text when it may be the beginning of something, such as `<!-`. */
	carry: string;
	/** Where the literal read last, with what was carried into it, starts in the source. */
	textStart: number;
}

export const notBegun: readonly string[] = [''];

export const htmlStart: HtmlState = {
	mode: 'text',
	element: '',
	nameEnds: [],
	closing: false,
	selfClosing: false,
	foreign: '',
	conditional: false,
	dashes: '',
	attribute: '',
	hasHref: false,
	quote: '',
	begins: notBegun,
	urlStarts: [],
	run: '',
	inBeginning: [],
	carry: '',
	textStart: 0,
};

/** What is known of a value before it is printed. */
export interface Printed {
	/** The text is not rendered without it. */
	sure: boolean;
	/** A link of ours that has to arrive whole, or what may be an address of anywhere. */
	address: 'own' | 'foreign' | 'none';
}

const anything: Printed = { sure: false, address: 'none' };

/** The state after a printed value. `start` is for one that stands first in an attribute, or is an address in text. */
export function afterValue(
	state: HtmlState,
	start: UrlStart,
	{ sure, address }: Printed = anything,
): HtmlState {
	if (state.mode === 'text') {
		if (address === 'none' && state.urlStarts.length === 0) return state;
		endUrlStarts(state);
		return {
			...state,
			run: address === 'foreign' ? runAfterAddress(state.run) : state.run,
			urlStarts: address === 'own' ? [start] : [],
		};
	}
	if (state.mode === 'before_value') return { ...state, mode: 'value', quote: '' };
	if (state.mode !== 'value') return state;
	endUrlStarts(state);
	if (state.begins.some(isInEntity)) start.inScheme = true;
	return {
		...state,
		begins: state.begins.map((one) => beginningAfterValue(one, sure)),
		urlStarts: hasNotBegun(state) ? [start] : [],
		inBeginning: state.begins.some(isOpenBeginning)
			? [...state.inBeginning, start]
			: state.inBeginning,
	};
}

/** Whether the URL of an attribute starts here, whatever branches were taken. */
export function hasNotBegun({ begins }: HtmlState): boolean {
	return begins.length === 1 && begins[0] === '';
}

/**
 * The state where two branches meet; undefined when they end in different places, so that what follows would be read differently.
 */
export function joinHtml(a: HtmlState, b: HtmlState): HtmlState | undefined {
	const same =
		a.mode === b.mode &&
		a.element === b.element &&
		a.closing === b.closing &&
		a.foreign === b.foreign &&
		a.attribute === b.attribute &&
		a.quote === b.quote &&
		a.carry === b.carry;
	if (!same) return undefined;
	return {
		...a,
		conditional: a.conditional || b.conditional,
		dashes: a.dashes.length > b.dashes.length ? a.dashes : b.dashes,
		hasHref: a.hasHref || b.hasHref,
		begins: joinBeginnings(a.begins, b.begins),
		urlStarts: both(a.urlStarts, b.urlStarts),
		run: joinRuns(a.run, b.run),
		inBeginning: both(a.inBeginning, b.inBeginning),
		nameEnds: both(a.nameEnds, b.nameEnds),
	};
}

/** Whether a turn of a loop may follow another. */
export function endsAsItStarts(start: HtmlState, end: HtmlState): boolean {
	return joinHtml(start, end) !== undefined && (start.conditional || !end.conditional);
}

function both<Item>(a: readonly Item[], b: readonly Item[]): readonly Item[] {
	return a === b ? a : [...new Set([...a, ...b])];
}

/** The state where a block starts. */
export function enterBlock(state: HtmlState): HtmlState {
	if (state.mode !== 'text' || state.urlStarts.length === 0) return state;
	return { ...state, urlStarts: state.urlStarts.filter(({ inBlock }) => inBlock !== true) };
}

/** The state where it has ended. */
export function leaveBlock(state: HtmlState): HtmlState {
	for (const start of state.urlStarts) start.inBlock = true;
	return state;
}

/** A URL that begins with a value goes on after it. */
export function endUrlStarts(state: HtmlState): void {
	for (const start of state.urlStarts) start.whole = false;
}
