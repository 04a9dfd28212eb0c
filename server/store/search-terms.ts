import type { Contact } from './store.ts';

/** Words are compared on their first characters only, which bounds what both stores keep per contact. */
const MAX_CHARACTERS = 20;
/** More words than this in one search narrow nothing further. */
const MAX_WORDS = 8;

/** The members of a contact that a search looks at. */
export const searched = ['firstName', 'lastName', 'company', 'email'] as const;

/** Lower case, compatibility forms unified, accents dropped: `Müller` and `muller` are one word. */
function fold(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function shorten(word: string): string {
	return Array.from(word).slice(0, MAX_CHARACTERS).join('');
}

/**
 * The words a contact is found by, each a possible target of a prefix: those of name, company and address,
 * whole (`jean-luc`) and in their parts (`jean`, `luc`).
 */
export function wordsOf(contact: Pick<Contact, (typeof searched)[number]>): string[] {
	const text = searched.map((name) => contact[name] ?? '').join(' ');
	const words = new Set<string>();
	for (const word of fold(text).split(/\s+/u)) {
		for (const part of [word, ...word.split(/[^\p{L}\p{N}]+/u), ...word.split('@')]) {
			if (part !== '') words.add(shorten(part));
		}
	}
	return [...words];
}

/** The prefixes that a search text asks for. */
export function prefixesOf(search: string): string[] {
	const words = fold(search)
		.split(/\s+/u)
		.filter((word) => word !== '');
	return [...new Set(words.map(shorten))].slice(0, MAX_WORDS);
}
