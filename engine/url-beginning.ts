import { decodeEntities } from './entities.ts';

/** Stands for what a value printed. At the very start it is an allowed URL, or nothing. */
const printed = '\ufffc';
/** Whatever text, if a scheme may come of it. */
const unknown = printed + printed;

/** How a URL begins, once that is settled; what follows changes nothing any more. */
export const settled = {
	/** http, https or another scheme that runs nothing; or no scheme, but a path, a query or a fragment. */
	plain: 'https:',
	/** An e-mail address or a phone number follows. */
	address: 'mailto:',
	script: 'javascript:',
	/** Not known to be harmless, or made up of values. */
	other: 'other:',
} as const;

const settledOnes: ReadonlySet<string> = new Set(Object.values(settled));

/** Those of an editor's own page are told, or repaired, as damage. */
const plainScheme = /^(?:https?|cid|webcal|file|x-webdoc|applewebdata|)$/;
const addressScheme = /^(?:mailto|tel|sms)$/;
const scriptScheme = /^(?:javascript|vbscript|data)$/;

/** Longer than any scheme, however many of its letters are entities. */
const longest = 400;
/** More ways to begin than anybody means. */
const mostWays = 8;
/** The end of the text may be the beginning of an entity. */
const openEntity = /&[#\w]*$/;
/** What URL parsers leave out at the start, and anywhere. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const leftOutAtStart = /^[\u0000-\u0020]+/;
const leftOut = /[\t\n\r]/g;

/** HTML's own white space and no other: neither HTML nor URL parsers drop a no-break space or the like. */
export const notBlank = /[^\t\n\f\r ]/;

/**
 * How a URL begins after more of it: one of `settled`, or the text itself, as it is written, as long as a scheme may come of it.
 * '' is a URL that has not begun.
 */
export function beginningAfter(before: string, literal: string): string {
	if (settledOnes.has(before)) return before;
	const text = before + literal;
	return settledAs(text) ?? (text.length > longest ? settled.other : text);
}

function settledAs(text: string): string | undefined {
	// A URL that is missing prints nothing: what follows it is the start then.
	const from = text.startsWith(printed) ? 1 : 0;
	const written = text.slice(from, longest).replace(openEntity, '');
	const url = decodeEntities(written).replace(leftOut, '').replace(leftOutAtStart, '');
	const end = url.search(/[:/?#\\]/);
	if (end === -1) return undefined;
	return url[end] === ':' ? classOf(url.slice(0, end).toLowerCase()) : settled.plain;
}

function classOf(scheme: string): string {
	if (plainScheme.test(scheme)) return settled.plain;
	if (addressScheme.test(scheme)) return settled.address;
	return scriptScheme.test(scheme) ? settled.script : settled.other;
}

/** Whether a value may still become part of a scheme. */
export function isOpenBeginning(beginning: string): boolean {
	return beginning !== '' && !settledOnes.has(beginning);
}

/** Whether a scheme was settled that values are part of: more than the one that a URL may start with. */
export function isSchemeOfValues(before: string, after: string | undefined): boolean {
	return after === settled.other && before.lastIndexOf(printed) > 0;
}

/** Whether a value could be the number of the character that an entity means, such as a colon. */
export function isInEntity(before: string): boolean {
	return !settledOnes.has(before) && openEntity.test(before);
}

/** How a URL begins after a value; `sure` says that one is always printed. */
export function beginningAfterValue(before: string, sure: boolean): string {
	if (settledOnes.has(before)) return before;
	if (before === '' && sure) return settled.plain;
	return isInEntity(before) ? settled.other : before + printed;
}

/** All ways to begin that either branch leaves. */
export function joinBeginnings(a: readonly string[], b: readonly string[]): readonly string[] {
	if (a.length === 1 && b.length === 1 && a[0] === b[0]) return a;
	const all = new Set([...a, ...b]);
	if (all.size <= mostWays) return [...all];
	return [...new Set([...all].map((one) => (isOpenBeginning(one) ? unknown : one)))];
}
