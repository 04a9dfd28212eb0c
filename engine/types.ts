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
	description: string;
	/** What previews and pickers show. */
	sample: string | number | boolean | readonly unknown[];
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
