import { collapse } from './text.ts';
import { readPath } from './path.ts';
import { enterEach, enterWith, resolve, rootScope, type Scope } from './scope.ts';
import type { Catalogue } from './types.ts';

interface OpenBlock {
	name: string;
	start: number;
	end: number;
	/** Inside the block. */
	scope: Scope;
	outer: Scope;
	hasElse: boolean;
	/** How many `else if` it has. */
	chained: number;
}

const parameterNames = /\sas\s*\|([^|]*)\|\s*$/;

/** The blocks that are open at a place in the source, and what names mean there. */
export class OpenBlocks {
	readonly #open: OpenBlock[] = [];
	readonly #catalogue: Catalogue;

	constructor(catalogue: Catalogue) {
		this.#catalogue = catalogue;
	}

	get names(): readonly string[] {
		return this.#open.map(({ name }) => name);
	}

	get depth(): number {
		return this.#open.length;
	}

	/** How many `else if` the open blocks have: each nests the syntax tree as a block does. */
	get chained(): number {
		return this.#open.reduce((sum, { chained }) => sum + chained, 0);
	}

	get innermost(): OpenBlock | undefined {
		return this.#open.at(-1);
	}

	get scope(): Scope {
		return this.innermost?.scope ?? rootScope;
	}

	open(name: string, expression: string, at: { start: number; end: number }): void {
		const outer = this.scope;
		this.#open.push({
			name,
			...at,
			outer,
			hasElse: false,
			chained: 0,
			scope: this.#inside(name, expression),
		});
	}

	#inside(name: string, expression: string): Scope {
		if (name !== 'each' && name !== 'with') return this.scope;
		const path = readPath(expression, 0);
		const place = path && resolve(path.reference, this.scope, this.#catalogue);
		if (place?.kind !== 'place') return this.scope;
		const names = collapse(parameterNames.exec(expression)?.[1] ?? '').split(' ');
		const enter = name === 'each' ? enterEach : enterWith;
		return enter(this.scope, place, names[0] === '' ? [] : names);
	}

	/** After `else`, names mean again what they mean outside; false when there was an else before, or no block. */
	turn(chained: boolean): boolean {
		const block = this.innermost;
		if (block === undefined || block.hasElse) return false;
		block.scope = block.outer;
		block.hasElse = !chained;
		if (chained) block.chained++;
		return true;
	}

	/** Closes the innermost block. */
	close(): OpenBlock | undefined {
		return this.#open.pop();
	}
}
