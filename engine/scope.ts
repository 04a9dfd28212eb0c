import type { LoopVariable } from './nodes.ts';
import type { PathReference } from './path.ts';
import type { Catalogue } from './types.ts';

/** A place in the values. */
export interface Place {
	kind: 'place';
	/** 0: the values given to render; otherwise the item of that loop, counted from outside. */
	frame: number;
	/** From the frame. */
	path: string[];
	/** From the values given to render; through a loop it is the list's path and then the item's own. */
	absolute: string[];
}

interface LoopPlace {
	kind: 'loop';
	frame: number;
	name: LoopVariable;
}

/** Why a path leads nowhere. */
interface Nowhere {
	kind: 'nowhere';
	code: 'too_far_up' | 'unknown_data' | 'unknown_value';
	absolute: string[];
}

type Resolved = Place | LoopPlace | Nowhere;

/** What `this` is, and the block parameters in force. */
export interface Scope {
	/** The innermost last; the first is the values given to render. */
	readonly contexts: readonly Place[];
	/** Loops around. */
	readonly loops: number;
	readonly parameters: ReadonlyMap<string, Place | LoopPlace>;
}

export const rootScope: Scope = {
	contexts: [{ kind: 'place', frame: 0, path: [], absolute: [] }],
	loops: 0,
	parameters: new Map(),
};

const loopVariables: ReadonlySet<string> = new Set<LoopVariable>(['index', 'key', 'first', 'last']);

function isLoopVariable(name: string): name is LoopVariable {
	return loopVariables.has(name);
}

/**
 * Every way to spell a path ends in one place. A path that begins with a root of the catalogue means that root in any block;
 * `this.` and `./` mean the block's own; any other name is looked for in the block around it.
 */
export function resolve(reference: PathReference, scope: Scope, catalogue: Catalogue): Resolved {
	const { data, depth, scoped, parts } = reference;
	const [first, ...rest] = parts;
	if (data) return resolveData(reference, scope);
	const parameter =
		scoped || depth > 0 || first === undefined ? undefined : scope.parameters.get(first);
	if (parameter !== undefined) {
		if (parameter.kind === 'place') return below(parameter, rest);
		return rest.length === 0 ? parameter : nowhere('unknown_value', parts);
	}
	const context = scope.contexts.at(-1 - depth);
	if (context === undefined) return nowhere('too_far_up', parts);
	const [root] = scope.contexts;
	if (!scoped && depth === 0 && first !== undefined && catalogue.hasRoot(first) && root) {
		return below(root, parts);
	}
	return below(context, parts);
}

function resolveData({ depth, parts }: PathReference, scope: Scope): Resolved {
	const [name = '', ...rest] = parts;
	const [root] = scope.contexts;
	if (name === 'root' && root) return below(root, rest);
	const frame = scope.loops - depth;
	if (!isLoopVariable(name) || rest.length > 0) return nowhere('unknown_data', parts);
	return frame < 1 ? nowhere('too_far_up', parts) : { kind: 'loop', frame, name };
}

function below(place: Place, parts: readonly string[]): Place {
	return {
		...place,
		path: [...place.path, ...parts],
		absolute: [...place.absolute, ...parts],
	};
}

function nowhere(code: Nowhere['code'], absolute: string[]): Nowhere {
	return { kind: 'nowhere', code, absolute };
}

/** The scope inside `#with`. */
export function enterWith(scope: Scope, place: Place, names: readonly string[]): Scope {
	return {
		...scope,
		contexts: [...scope.contexts, place],
		parameters: withParameters(scope.parameters, names, [place]),
	};
}

/** The scope inside `#each`: one loop deeper. */
export function enterEach(scope: Scope, list: Place, names: readonly string[]): Scope {
	const frame = scope.loops + 1;
	const item: Place = { kind: 'place', frame, path: [], absolute: list.absolute };
	return {
		contexts: [...scope.contexts, item],
		loops: frame,
		parameters: withParameters(scope.parameters, names, [
			item,
			{ kind: 'loop', frame, name: 'key' },
		]),
	};
}

function withParameters(
	outer: Scope['parameters'],
	names: readonly string[],
	places: readonly (Place | LoopPlace)[],
): Scope['parameters'] {
	const parameters = new Map(outer);
	for (const [index, name] of names.entries()) {
		const place = places[index];
		if (place !== undefined) parameters.set(name, place);
	}
	return parameters;
}
