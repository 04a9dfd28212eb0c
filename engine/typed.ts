import type { Argument } from './filters.ts';
import type { Expression } from './nodes.ts';
import type { Place } from './scope.ts';
import type { CatalogueValue, ValueType } from './types.ts';

/** An expression with what is known about its result. */
export interface Typed {
	expression: Expression;
	/** `any` for what comes from a wildcard or a loop's item. */
	type: ValueType | 'any';
	/** The value of the catalogue at its root. */
	value: CatalogueValue | undefined;
	/** The path of that value, '' for none. */
	path: string;
	secret: boolean;
	hasFallback: boolean;
	/** The one place it stands for; undefined when filters were applied. */
	place: Place | undefined;
}

export const unnamed = { value: undefined, secret: false, hasFallback: false, place: undefined };

export function literal(value: Argument | undefined): Typed {
	return { ...unnamed, expression: literalExpression(value ?? ''), type: 'text', path: '' };
}

export function literalExpression(value: Argument): Expression {
	return { kind: 'literal', value };
}

export function item(place: Place, path: string): Typed {
	const expression: Expression = { kind: 'path', frame: place.frame, path: place.path };
	return { ...unnamed, expression, type: 'any', path, place };
}

export function known(place: Place, value: CatalogueValue, path: string): Typed {
	const secret = value.secret === true;
	const type = value.path.endsWith('*') ? 'any' : value.type;
	return { value, secret, type, path, hasFallback: false, place, expression: read(place, value) };
}

function read({ path }: Place, value: CatalogueValue): Expression {
	const [root, name = ''] = path;
	if (root === 'right_now') return { kind: 'now', part: name };
	if (value.cost === 'mint') return { kind: 'minted', path, section: '' };
	return { kind: 'path', frame: 0, path };
}
