/**
 * Remembers the results of a pure function that were used last, as far as their sizes together stay within `capacity`. `key` says
 * everything that the result depends on.
 */
export function createRecent<T>(capacity: number): (key: string, size: number, make: () => T) => T {
	const kept = new Map<string, { value: T; size: number }>();
	let total = 0;
	const forget = (key: string) => {
		total -= kept.get(key)?.size ?? 0;
		kept.delete(key);
	};
	return (key, size, make) => {
		const value = kept.get(key)?.value ?? make();
		forget(key);
		kept.set(key, { value, size });
		total += size;
		for (const oldest of kept.keys()) {
			if (total <= capacity) break;
			forget(oldest);
		}
		return value;
	};
}
