/** How a printed value is escaped. */
export type Sink =
	| 'html'
	| 'raw_html'
	| 'url'
	| 'url_part'
	| 'address_part'
	| 'plain_text'
	| 'subject';

/** What gives a value. `frame` 0 is the values given to render; 1, 2, … are the items of the loops around it, outermost first. */
export type Expression =
	| { kind: 'path'; frame: number; path: string[] }
	| { kind: 'minted'; path: string[]; section: string }
	| { kind: 'now'; part: string }
	| { kind: 'loop'; frame: number; name: LoopVariable }
	| { kind: 'literal'; value: string | number | boolean }
	| { kind: 'call'; filter: string; input: Expression; args: Expression[] };

export type LoopVariable = 'index' | 'key' | 'first' | 'last';

interface Position {
	line: number;
	column: number;
}

/** Prints a value. `name` is the path that is reported when it is missing. */
export interface PrintNode extends Position {
	kind: 'print';
	value: Expression;
	sink: Sink;
	name: string;
	/** A missing value stops the render. */
	required: boolean;
	/** In a comment, or in HTML for Outlook that is a comment for others: two dashes could end it. */
	inComment: boolean;
	/** A plain value that is the same for every recipient. */
	constant: boolean;
}

/** `#if`, `#unless` and `#with`; `zero` says that 0 holds too, as it does for `#with`. */
export interface IfNode extends Position {
	kind: 'if';
	test: Expression;
	zero: boolean;
	body: CompiledNode[];
	otherwise: CompiledNode[];
}

export interface EachNode extends Position {
	kind: 'each';
	list: Expression;
	body: CompiledNode[];
	otherwise: CompiledNode[];
}

/** A node of the compiled form; a string is literal text. */
export type CompiledNode = string | PrintNode | IfNode | EachNode;
