/** A value at the start of a URL, of which it is not known yet whether it is all of it. */
export interface UrlStart {
	whole: boolean;
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
	/** Where it was opened in the literal read last. */
	conditionalAt: number;
	/** The attribute, in lower case. */
	attribute: string;
	/** '' for a value without quotes. */
	quote: string;
	/** What the attribute's value holds so far; `mixed` when branches differ in that. */
	value: 'empty' | 'some' | 'mixed';
	/** How the value begins, as far as it is literal; enough for a URL's scheme. */
	prefix: string;
	urlStarts: UrlStart[];
	/** The end of the text when it may be the beginning of something, such as `<!-`. */
	carry: string;
	/** Where the literal read last, with what was carried into it, starts in the source. */
	textStart: number;
}

export const htmlStart: HtmlState = {
	mode: 'text',
	element: '',
	nameEnds: [],
	closing: false,
	selfClosing: false,
	foreign: '',
	conditional: false,
	conditionalAt: -1,
	attribute: '',
	quote: '',
	value: 'empty',
	prefix: '',
	urlStarts: [],
	carry: '',
	textStart: 0,
};

/** The state after a printed value; `start` is for one that stands first in an attribute. */
export function afterValue(state: HtmlState, start: UrlStart): HtmlState {
	if (state.mode === 'before_value') return { ...state, mode: 'value', quote: '', value: 'some' };
	if (state.mode !== 'value') return state;
	endUrlStarts(state);
	return { ...state, value: 'some', urlStarts: state.value === 'empty' ? [start] : [] };
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
		value: a.value === b.value ? a.value : 'mixed',
		prefix: a.prefix === b.prefix ? a.prefix : '',
		urlStarts: [...new Set([...a.urlStarts, ...b.urlStarts])],
		nameEnds: a.nameEnds === b.nameEnds ? a.nameEnds : [...new Set([...a.nameEnds, ...b.nameEnds])],
	};
}

/** A URL that begins with a value goes on after it. */
export function endUrlStarts(state: HtmlState): void {
	for (const start of state.urlStarts) start.whole = false;
}
