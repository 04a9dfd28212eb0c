/**
 * An own data property; undefined for anything inherited, for getters (which are never called) and for what is no object.
 * `__proto__` and `constructor` therefore lead nowhere unless the data itself brings them.
 */
export function readOwn(holder: unknown, key: string): unknown {
	if (typeof holder !== 'object' || holder === null) return undefined;
	return Object.getOwnPropertyDescriptor(holder, key)?.value;
}
