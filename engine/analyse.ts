import { readOwn } from './own.ts';
import { isTruthy } from './words.ts';
import type { CompiledText, Guard, MintNeed, Needs, Values } from './types.ts';

/** What these texts need of the values: all uses, and what is to be fetched and minted for them. */
export function analyse(compiledTexts: readonly CompiledText[]): Needs {
	const values = compiledTexts.flatMap(({ uses }) => uses);
	const constants = new Set<string>();
	const rows = new Set<string>();
	const mints = new Map<string, MintNeed>();
	for (const { path, section = '', cost, guards } of values) {
		if (cost === 'row') rows.add(path);
		else if (cost === 'constant' && !path.startsWith('right_now.')) constants.add(path);
		else if (cost === 'mint') {
			const key = JSON.stringify([path, section]);
			const need = mints.get(key) ?? { path, section, guards: [] };
			mints.set(key, { ...need, guards: withAlternative(need.guards, guards) });
		}
	}
	return { values, constants: [...constants], rows: [...rows], mints: [...mints.values()] };
}

function withAlternative(alternatives: Guard[][], guards: Guard[]): Guard[][] {
	if (guards.length === 0 || alternatives.some((known) => known.length === 0)) return [[]];
	const spelled = JSON.stringify(guards);
	if (alternatives.some((known) => JSON.stringify(known) === spelled)) return alternatives;
	return [...alternatives, guards];
}

/** Whether a minted value is needed for a recipient with these values: all guards of at least one alternative hold. */
export function guardsHold(alternatives: readonly (readonly Guard[])[], values: Values): boolean {
	return alternatives.some((guards) =>
		guards.every(({ path, truthy }) => {
			const value = path.split('.').reduce<unknown>(readOwn, values);
			return isTruthy(value, false) === truthy;
		}),
	);
}
