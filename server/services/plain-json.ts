import { PortalError } from '../errors.ts';

const deepest = 32;

/**
 * Refuses what JSON can say and no contact or e-mail means (R25): members named `__proto__`, NUL characters, halves of surrogate
 * pairs, and nesting that only an attacker writes. Throws `invalid_request` with the place of the first one.
 */
export function refuseOddJson(value: unknown): void {
	const odd = findOdd(value, '', 0);
	if (odd !== null) throw new PortalError('invalid_request', { violations: [odd] });
}

function findOdd(
	value: unknown,
	pointer: string,
	depth: number,
): { pointer: string; detail: string } | null {
	if (typeof value === 'string') {
		return isPlainText(value)
			? null
			: { pointer, detail: 'This text has a NUL character or half of a character in it.' };
	}
	if (typeof value !== 'object' || value === null) return null;
	if (depth === deepest) return { pointer, detail: `More than ${String(deepest)} levels deep.` };
	for (const [name, member] of Object.entries(value)) {
		const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
		if (name === '__proto__' || !isPlainText(name)) {
			return { pointer: at, detail: 'A member may not have this name.' };
		}
		const odd = findOdd(member, at, depth + 1);
		if (odd !== null) return odd;
	}
	return null;
}

function isPlainText(text: string): boolean {
	return text.isWellFormed() && !text.includes('\0');
}
