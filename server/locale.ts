/** The languages that clients' pages and the built-in e-mails speak. All of them are written from left to right. */
export const locales = ['en', 'de', 'es', 'fr', 'pt'] as const;

export type Locale = (typeof locales)[number];

/** What a page or an e-mail says, in every language: a language or a word that is missing is a type error. */
export type Words<Shape> = Readonly<Record<Locale, Shape>>;

export interface LocaleWishes {
	/** The language tag that the contact chose; null where nobody may learn whose page it is, or nobody is known. */
	contact: string | null;
	/**
	 * Which of the offered languages the browser prefers, by its Accept-Language; the first where it has no preference, false
	 * where it wants none of them. Express' `request.acceptsLanguages` does this, weights, ranges and wildcards included:
	 * no further package is needed. Absent for an e-mail, which no browser asks for.
	 */
	browser?: (offered: string[]) => string | false;
	portal: string | null;
}

/** The language of a page or an e-mail: the contact's, else the browser's, else the portal's, else English. */
export function chooseLocale({ contact, browser, portal }: LocaleWishes): Locale {
	const own = spoken(contact);
	if (own !== undefined) return own;
	const house = spoken(portal) ?? 'en';
	if (browser === undefined) return house;
	const accepted = browser([house, ...locales.filter((locale) => locale !== house)]);
	return spoken(accepted || null) ?? house;
}

/**
 * The tag by which a text of this language writes dates and numbers: the first of these that is a tag of the language, since its
 * region may have an order of its own, else one for the language as such.
 */
export function regionOf(language: Locale, tags: readonly (string | null)[]): string {
	const own = tags.find((tag) => spoken(tag) === language);
	return own ?? (language === 'en' ? 'en-GB' : language);
}

/** `pt` for `pt-BR` and `pt_br`; undefined for a language that we do not speak. */
function spoken(tag: string | null): Locale | undefined {
	const language = tag?.split(/[-_]/, 1)[0]?.toLowerCase();
	return locales.find((locale) => locale === language);
}
