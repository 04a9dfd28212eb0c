import { limits } from './limits.ts';
import type { Expression } from './nodes.ts';
import { readOwn } from './own.ts';
import type { Guard, Values } from './types.ts';
import { countItems, isTruthy } from './words.ts';

/** The path that a guard can name: a value that is the same wherever it is looked at before rendering. */
export function guardOf(expression: Expression): string | undefined {
	if (expression.kind !== 'path' || expression.frame > 0) return undefined;
	return expression.path.some((name) => name.includes('.')) ? undefined : expression.path.join('.');
}

/** Each `else if` adds a condition: what is under more than the limit counts as needed a little too often. */
export function withGuard(guards: readonly Guard[], guard: Guard): readonly Guard[] {
	return guards.length < limits.guards ? [...guards, guard] : guards;
}

/** Whether a minted value is needed for a recipient with these values: all guards of at least one alternative hold. */
export function guardsHold(alternatives: readonly (readonly Guard[])[], values: Values): boolean {
	return alternatives.some((guards) =>
		guards.every(({ path, truthy, each }) => {
			const value = path.split('.').reduce<unknown>(readOwn, values);
			return (each ? countItems(value) > 0 : isTruthy(value, false)) === truthy;
		}),
	);
}
