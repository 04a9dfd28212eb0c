import { findFilter, type Argument } from './filters.ts';
import type { Locality } from './locality.ts';
import type { Expression, LoopVariable } from './nodes.ts';
import { readOwn } from './own.ts';
import { rightNow } from './right-now.ts';
import type { Values } from './types.ts';

/** One turn of a loop. */
export interface Turn {
	item: unknown;
	key: string | number;
	index: number;
	length: number;
}

/** What expressions read: the values, and the loops around, the innermost last. */
export interface Data {
	readonly values: Values;
	readonly turns: readonly Turn[];
	readonly here: Locality;
}

/** The value of an expression. Calls no function of the data and reads own properties only. */
export function evaluate(expression: Expression, data: Data): unknown {
	switch (expression.kind) {
		case 'path': {
			const { frame, path } = expression;
			let value: unknown = frame === 0 ? data.values : data.turns[frame - 1]?.item;
			for (const name of path) value = readOwn(value, name);
			return value;
		}
		case 'minted': {
			let value: unknown = data.values;
			for (const name of expression.path) value = readOwn(value, name);
			if (typeof value === 'string') return expression.section === '' ? value : undefined;
			return readOwn(value, expression.section);
		}
		case 'now':
			return rightNow(expression.part, data.here);
		case 'loop':
			return loopVariable(expression.name, data.turns[expression.frame - 1]);
		case 'literal':
			return expression.value;
		case 'call': {
			const input = evaluate(expression.input, data);
			const args = expression.args.map((arg) => evaluate(arg, data));
			return findFilter(expression.filter)?.apply(input, args as Argument[], data.here);
		}
	}
}

function loopVariable(name: LoopVariable, turn: Turn | undefined): unknown {
	if (turn === undefined) return undefined;
	if (name === 'first') return turn.index === 0;
	return name === 'last' ? turn.index === turn.length - 1 : turn[name];
}
