import { limits } from './limits.ts';
import type { CompiledText, Guard, MintNeed, Needs } from './types.ts';

/** What these texts need of the values: all uses, and what is to be fetched and minted for them. */
export function analyse(compiledTexts: readonly CompiledText[]): Needs {
	const values = compiledTexts.flatMap(({ uses }) => uses);
	const constants = new Set<string>();
	const rows = new Set<string>();
	const mints = new Map<string, Alternatives>();
	for (const { path, section = '', cost, guards } of values) {
		if (cost === 'row') rows.add(path);
		else if (cost === 'constant' && !path.startsWith('right_now.')) constants.add(path);
		else if (cost === 'mint') {
			const key = JSON.stringify([path, section]);
			const alternatives = mints.get(key) ?? new Alternatives(path, section);
			mints.set(key, alternatives);
			alternatives.add(guards);
		}
	}
	const needs = [...mints.values()].map((alternatives) => alternatives.need());
	return { values, constants: [...constants], rows: [...rows], mints: needs };
}

/** The conditions under which a value is needed, each once. They are tested for every recipient: many of them count as always. */
class Alternatives {
	readonly #path: string;
	readonly #section: string;
	/** By how they are spelled; undefined: always. */
	#guards: Map<string, Guard[]> | undefined = new Map();

	constructor(path: string, section: string) {
		this.#path = path;
		this.#section = section;
	}

	add(guards: Guard[]): void {
		this.#guards?.set(JSON.stringify(guards), guards);
		if (guards.length === 0 || (this.#guards?.size ?? 0) > limits.alternatives) {
			this.#guards = undefined;
		}
	}

	need(): MintNeed {
		const guards = this.#guards === undefined ? [[]] : [...this.#guards.values()];
		return { path: this.#path, section: this.#section, guards };
	}
}
