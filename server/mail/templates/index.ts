import { readFileSync } from 'node:fs';

import type { Locale } from '../../locale.ts';
import type { EmailSource } from '../../store/store.ts';
import { addressChangedWords } from './words/address-changed.ts';
import { commonWords, type Manner } from './words/common.ts';
import { invitationWords } from './words/invitation.ts';
import { loginWords } from './words/login-email.ts';

/** By kind: the name of its files, HTML and text with places for words, and what it says beside the common words. */
const mails = {
	invitation: { file: 'invitation', words: invitationWords },
	login_email: { file: 'login-email', words: loginWords },
	address_changed: { file: 'address-changed', words: addressChangedWords },
} as const;

export type BuiltInKind = keyof typeof mails;

const inHtml: Manner = {
	strong: (text) => `<strong>${text}</strong>`,
	address: (text) => `<a class="plain" href="mailto:${text}">${text}</a>`,
};
const inText: Manner = { strong: (text) => text, address: (text) => text };

const made = new Map<string, EmailSource>();

/** The e-mail that is sent when a request brings no text of its own, in one language. Its files are read when first asked for. */
export function builtInTemplate(kind: BuiltInKind, locale: Locale): EmailSource {
	const name = `${kind} ${locale}`;
	const known = made.get(name);
	if (known !== undefined) return known;
	const source = {
		subject: wordsOf(kind, locale, inText)['subject'] ?? '',
		html: fill(`${mails[kind].file}.html`, wordsOf(kind, locale, inHtml)),
		text: fill(`${mails[kind].file}.txt`, wordsOf(kind, locale, inText)),
	};
	made.set(name, source);
	return source;
}

function wordsOf(kind: BuiltInKind, locale: Locale, manner: Manner): Record<string, string> {
	const own = mails[kind].words[locale](manner);
	return { language: locale, ...commonWords[locale](manner), ...own };
}

/** A file of this folder with words in place of `[[their names]]`. */
function fill(file: string, words: Record<string, string>): string {
	const source = readFileSync(new URL(file, import.meta.url), 'utf8');
	return source.replace(/\[\[(\w+)\]\]/g, (_, name: string) => {
		const word = words[name];
		if (word === undefined) throw new Error(`${file} asks for a word that is missing: ${name}`);
		return word;
	});
}
