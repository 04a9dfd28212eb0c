import { rightNowValues } from './right-now.ts';
import { Names } from './suggest.ts';
import type { Catalogue, CatalogueValue } from './types.ts';

/** The one root whose values may lie at any depth: an n8n item is whatever the workflow makes it. */
const anyDepthRoot = 'item';

const segment = /^[A-Za-z_][\w-]*$/;

/**
 * Makes the catalogue of values that templates may use. The engine adds `right_now.*` itself. Throws TypeError for a path that
 * cannot be one, that is there twice, or that lies below another value.
 */
export function defineCatalogue(values: readonly CatalogueValue[]): Catalogue {
	const all = [...values, ...rightNowValues];
	const byPath = new Map<string, CatalogueValue>();
	const wildcards = new Map<string, CatalogueValue>();
	const namespaces = new Set<string>();
	for (const value of all) {
		const path = checkedPath(value.path);
		if (byPath.has(value.path)) throw new TypeError(`The path ${value.path} is there twice.`);
		byPath.set(value.path, value);
		const parent = path.slice(0, -1).join('.');
		if (path.at(-1) === '*') wildcards.set(parent, value);
		for (let length = 1; length < path.length; length++) {
			namespaces.add(path.slice(0, length).join('.'));
		}
	}
	for (const path of byPath.keys()) {
		if (namespaces.has(path)) throw new TypeError(`The path ${path} is a value and a namespace.`);
	}
	const paths = [...byPath.keys()].filter((path) => !path.endsWith('*'));
	const segments = new Map(paths.map((path) => [path, path.split('.').length]));
	const names = Names.of(paths);
	const leaves = new Names(paths.map((path) => [leafOf(path), path]));

	return {
		values: all,
		find: (path) => {
			const [root] = path;
			if (path.length < 2 || root === undefined) return undefined;
			const name = path.join('.');
			// A segment may hold a dot itself.
			if (segments.get(name) === path.length) return byPath.get(name);
			return wildcards.get(root === anyDepthRoot ? root : path.slice(0, -1).join('.'));
		},
		isNamespace: (path) => namespaces.has(path.join('.')),
		hasRoot: (name) => namespaces.has(name),
		spelled: (path) => names.same(path.join('.')) ?? leaves.same(path.join('.')),
		suggest: (path) => {
			const name = path.join('.');
			return (
				names.same(name) ??
				leaves.same(name) ??
				(path.length > 1 ? names.nearest(name) : leaves.nearest(name))
			);
		},
	};
}

function leafOf(path: string): string {
	return path.slice(path.lastIndexOf('.') + 1);
}

function checkedPath(path: string): string[] {
	const segments = path.split('.');
	const names = segments.at(-1) === '*' ? segments.slice(0, -1) : segments;
	if (segments.length < 2 || names.some((name) => !segment.test(name))) {
		throw new TypeError(
			`“${path}” is no path of a value: it looks like contact.first_name or item.*.`,
		);
	}
	return segments;
}
