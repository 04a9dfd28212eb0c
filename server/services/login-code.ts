import type { MagicLink } from '../store/store.ts';
import { equalBytes, type Keys } from './keys.ts';

const codes = 1_000_000;
/** The numbers of 32 bits below it fall on every code equally often. */
const unbiasedBelow = Math.floor(2 ** 32 / codes) * codes;

/**
 * The six digits that stand in a link's e-mail (R5, R6). Like the link's secret they are derived and in no database (R23). Null when
 * the key that the link was made with is gone.
 */
export function loginCode(
	keys: Keys,
	{
		id,
		portalId,
		subject,
		keyVersion,
	}: Pick<MagicLink, 'id' | 'portalId' | 'subject' | 'keyVersion'>,
): string | null {
	for (let counter = 0; ; counter += 1) {
		const fields = [portalId, subject.id, id, String(counter)];
		const number = keys.mac(keyVersion, 'login-code', fields)?.readUInt32BE(0);
		if (number === undefined) return null;
		if (number < unbiasedBelow) return String(number % codes).padStart(6, '0');
	}
}

/** The code in what a person typed or pasted, such as the whole line of the e-mail; null when it holds none. */
export function readLoginCode(typed: string): string | null {
	const [, first, second] = /(?<!\d)(\d{3})[\s-]?(\d{3})(?!\d)/.exec(typed.normalize('NFKC')) ?? [];
	return first === undefined || second === undefined ? null : first + second;
}

/** Compares in constant time. */
export function isLoginCode(keys: Keys, link: MagicLink, code: string): boolean {
	const expected = loginCode(keys, link);
	return expected !== null && equalBytes(Buffer.from(expected), Buffer.from(code));
}
