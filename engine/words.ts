import { elseEnglish, type Locality } from './locality.ts';

/** What a value prints: scalars only. Undefined for nothing, white space, NaN, what is infinite, lists, objects and functions: it is missing. */
export function toText(value: unknown): string | undefined {
	if (typeof value === 'string') {
		// Nearly every text starts with a letter, which spares the search for one.
		return value.charCodeAt(0) > 0x20 || value.trim() !== '' ? value : undefined;
	}
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : undefined;
}

/** A capital at the start of each word, small letters after it. */
export function titleCase(text: string, { locale }: Locality): string {
	return text.replace(/[\p{L}\p{M}\p{N}’']+/gu, (word) => {
		const [first = ''] = word;
		return first.toLocaleUpperCase(locale) + word.slice(first.length).toLocaleLowerCase(locale);
	});
}

/** At most `length` characters as a reader counts them, `end` included. */
export function truncate(text: string, length: number, end: string, locale: string): string {
	if (text.length <= length) return text;
	const segmenter = new Intl.Segmenter(elseEnglish(locale));
	const charactersOf = (part: string) => Array.from(segmenter.segment(part), (one) => one.segment);
	// What is cut off needs no counting: a character is rarely longer than eight code units.
	const beginning = text.slice(0, length * 8 + 64);
	const characters = charactersOf(beginning);
	if (characters.length <= length && beginning.length === text.length) return text;
	const ending = charactersOf(end).slice(0, length);
	const kept = characters.slice(0, length - ending.length);
	return kept.join('').trimEnd() + ending.join('');
}

/** What `#each` runs through in a value that is no list: an object's own names. */
export function namesOf(value: unknown): string[] {
	return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** How many turns `#each` takes: none for what is neither a list nor an object. */
export function countItems(value: unknown): number {
	return Array.isArray(value) ? value.length : namesOf(value).length;
}

/** As Handlebars' `#if` tests: an empty list is false; 0 is too, unless `zero` says otherwise. */
export function isTruthy(value: unknown, zero: boolean): boolean {
	if (value === 0) return zero;
	return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
