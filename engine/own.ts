/**
 * An own data property; undefined for anything inherited, for getters (which are never called) and for what is no object.
 * `__proto__` and `constructor` therefore lead nowhere unless the data itself brings them.
 */
export function readOwn(holder: unknown, key: string | number): unknown {
	if (typeof holder !== 'object' || holder === null) return undefined;
	return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

/** An own element of an array. */
export function readItem(list: unknown, index: number): unknown {
	return Array.isArray(list) && Object.hasOwn(list, index) ? list[index] : undefined;
}
