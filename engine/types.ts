import type { CompiledNode } from './nodes.ts';

/** Where a rendered text goes; decides what is escaped and how. */
export type TextContext = 'html' | 'text' | 'subject';

export type ValueType = 'text' | 'html' | 'url' | 'date' | 'number' | 'boolean' | 'list';

/** `constant`: the same for every recipient; `row`: from the contact; `mint`: made for this recipient only when needed. */
export type ValueCost = 'constant' | 'row' | 'mint';

/** One named value that a template may use. */
export interface CatalogueValue {
	/** Dotted path; a last segment of `*` allows any name there (`custom_values.*`, `contact.fields.*`, `item.*`, at any depth for `item.*`). */
	path: string;
	type: ValueType;
	cost: ValueCost;
	/** A secret logs somebody in: only in the whole href of a link, or as visible text. */
	secret?: boolean;
	/** An e-mail that prints this value is not rendered without it. Secrets always are required. */
	required?: boolean;
	/** The path that is written now in place of this one, which still works. */
	replacedBy?: string;
	description: string;
	/** What previews and pickers show. */
	sample: string | number | boolean | readonly unknown[];
}

/** The values that templates may use; made by `defineCatalogue`. */
export interface Catalogue {
	/** As given, and after them the engine's own `right_now.*`. */
	readonly values: readonly CatalogueValue[];
	/** The value of this path, wildcards included; undefined when there is none. */
	find(path: readonly string[]): CatalogueValue | undefined;
	/** Whether the path is a proper beginning of some value's path, such as `contact`. */
	isNamespace(path: readonly string[]): boolean;
	/** The path of the same letters, however it is spelled: `firstName`, `CONTACT.FIRST_NAME`. */
	spelled(path: readonly string[]): string | undefined;
	/** The path most like this one, or undefined when none is near. */
	suggest(path: readonly string[]): string | undefined;
	/** Whether templates may use this first segment. */
	hasRoot(name: string): boolean;
}

/** Values for one recipient: nested plain objects by root (`contact`, `portal`, `custom_values`, `item`). */
export interface Values {
	readonly [name: string]: unknown;
}

/**
 * A value of cost `mint` is given as one string, or as a record from section (the argument of `to`; '' without one) to string.
 */
export type MintedValue = string | Readonly<Record<string, string>>;

export interface Finding {
	/** Stable, e.g. `unknown_value`. */
	code: string;
	severity: 'error' | 'warning' | 'info';
	/** 1-based. */
	line: number;
	/** 1-based, in UTF-16 code units. */
	column: number;
	length: number;
	message: string;
	/** What to put in place of the flagged text, when there is one clear mend. */
	fix?: string;
}

export interface CompileOptions {
	catalogue: Catalogue;
	context: TextContext;
}

/** Where in a text a value is used. `condition` and `loop` are the tests of blocks: nothing is printed. */
export type UseContext =
	| 'html_text'
	| 'attribute'
	| 'url'
	| 'url_part'
	| 'comment'
	| 'title'
	| 'plain_text'
	| 'subject'
	| 'condition'
	| 'loop';

/** A condition above a use. Values are tested as the block tests them that it comes from. */
export interface Guard {
	path: string;
	/** As `#if` tests it: undefined, null, false, 0, NaN, '' and an empty list are not. */
	truthy: boolean;
	/** As `#each` tests it: only what has items is truthy, a list or an object. */
	each?: true;
}

/** A place in a source. */
export interface Position {
	/** 1-based. */
	line: number;
	/** 1-based, in UTF-16 code units. */
	column: number;
}

/** One use of one value in a text. */
export interface Need {
	path: string;
	/** The section a minted link leads to; '' without `to`. Absent for values that are not minted. */
	section?: string;
	/** Of a secret that is the href of an `<a>`: where the name of that start tag ends, so that an attribute can be added there. Branches may begin the tag in several places. */
	anchors?: Position[];
	type: ValueType;
	cost: ValueCost;
	secret: boolean;
	context: UseContext;
	line: number;
	column: number;
	/** All of them hold where the value is needed. Conditions on a loop's item, on a filter's result, on `right_now` or on a minted value are left out, and all after the 32nd. */
	guards: Guard[];
}

/** A value to mint, once per recipient and section. */
export interface MintNeed {
	path: string;
	section: string;
	/** Needed when all guards of any one of these hold; `[[]]` is always. Test with `guardsHold`. */
	guards: Guard[][];
}

/** What a set of texts needs. */
export interface Needs {
	/** Every use, in the order of the texts. */
	values: Need[];
	/** Paths of cost `constant`, without `right_now.*`, which the engine computes itself. */
	constants: string[];
	/** Paths of cost `row`. */
	rows: string[];
	mints: MintNeed[];
}

/** A checked text, ready to render. Plain JSON: it may be stored, and the stored form renders the same. */
export interface CompiledText {
	version: 1;
	context: TextContext;
	nodes: CompiledNode[];
	uses: Need[];
}

export interface RenderOptions {
	/** BCP 47; one that Intl does not know counts as `en`. */
	locale: string;
	/** IANA name; one that Intl does not know counts as UTC. */
	timeZone: string;
	/** Milliseconds since 1970. */
	now: number;
	/** `empty` prints nothing for a missing value without fallback; `block` throws. Secrets and required values always throw. */
	onMissing: 'empty' | 'block';
}

export interface Rendered {
	text: string;
	/** Paths of the values that were missing where nothing else was printed; each once, in the order met. */
	missing: string[];
	/** The missing values in whose place a fallback was printed; each once with each text, which is not escaped. */
	fallbacks: Fallback[];
}

/** A text that was printed in place of a missing value. */
export interface Fallback {
	path: string;
	text: string;
}
