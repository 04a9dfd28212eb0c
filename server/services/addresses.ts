import { domainToASCII } from 'node:url';

import { PortalError } from '../errors.ts';

const maximumLength = 254;
const maximumLocalLength = 64;
/** RFC 5322 atom characters, and letters and digits beyond ASCII (RFC 6531). No quotes, no comments, no list separators (R33). */
const localPart =
	/^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainCharacters = /^[\p{L}\p{N}\p{M}.-]+$/u;
const asciiLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The canonical form of one e-mail address: trimmed, NFKC, lower case, domain in punycode; dots and plus parts are kept (R35).
 * Throws `email_invalid` for anything but exactly one mailbox (R33). What only becomes an address by NFKC (full-width or
 * small @) is refused (R34).
 */
export function canonicalEmail(input: string): string {
	const trimmed = input.trim();
	const refuse = (detail: string) => new PortalError('email_invalid', { detail });
	if (trimmed === '') throw refuse('The e-mail address is empty.');
	// Twice: lower case may be what NFKC composes once more.
	const compact = trimmed.normalize('NFKC').toLowerCase().normalize('NFKC');
	if (count(trimmed, '@') !== count(compact, '@')) {
		throw refuse('The address has a character that only looks like @.');
	}
	if (/\p{Cc}/u.test(compact)) throw refuse('The address has a line break or a control character.');
	if (/[,;]/.test(compact)) throw refuse('Give exactly one address, not a list.');
	if (/[<>"()[\]\\:]/.test(compact)) {
		throw refuse('Give the bare address, without a name, quotes, comments or brackets.');
	}
	if (/[\p{Cf}\p{Z}]/u.test(compact)) {
		throw refuse('The address has a space or an invisible character in it.');
	}
	const at = compact.indexOf('@');
	if (at < 1 || at !== compact.lastIndexOf('@')) {
		throw refuse('An address has one @ with something before and after it.');
	}
	const local = compact.slice(0, at);
	const domain = compact.slice(at + 1);
	if (!localPart.test(local) || Buffer.byteLength(local) > maximumLocalLength) {
		throw refuse('The part before the @ is not valid.');
	}
	// domainToASCII reads its input as a URL's host: it stops at / ? # and decodes %xx.
	if (!domainCharacters.test(domain)) throw refuse('The part after the @ is not a domain name.');
	const ascii = domainToASCII(domain);
	const labels = ascii.split('.');
	const last = labels.at(-1) ?? '';
	if (labels.length < 2 || !labels.every((l) => asciiLabel.test(l)) || /^\d+$/.test(last)) {
		throw refuse('The part after the @ is not a domain name.');
	}
	const email = `${local}@${ascii}`;
	if (Buffer.byteLength(email) > maximumLength) {
		throw refuse(`The address is longer than ${String(maximumLength)} characters.`);
	}
	return email;
}

/** What a person typed, as `canonicalEmail` has it; null when it is no address. */
export function readEmail(typed: string): string | null {
	try {
		return canonicalEmail(typed);
	} catch (error) {
		if (error instanceof PortalError) return null;
		throw error;
	}
}

function count(text: string, character: string): number {
	return text.split(character).length - 1;
}
