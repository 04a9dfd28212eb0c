import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import { lint } from 'custom-values';

import { locales, type Locale } from '../../../server/locale.ts';
import { renderMessage } from '../../../server/mail/render.ts';
import { builtInTemplate } from '../../../server/mail/templates/index.ts';
import { portalCatalogue } from '../../../server/services/catalogue.ts';
import { readLoginCode } from '../../../server/services/login-code.ts';
import { emailParts } from '../../../server/store/store.ts';
import { familiar, readHtml } from '../../support/languages.ts';
import { batchOf, hrefsIn, linkOf, portalOf, recipientOf } from './batch.ts';

const kinds = ['invitation', 'login_email', 'address_changed'] as const;
const withLink = ['invitation', 'login_email'] as const;
type Kind = (typeof kinds)[number];

const inLanguages = <K extends Kind>(some: readonly K[]) =>
	some.flatMap((kind) => locales.map((locale) => [kind, locale] as const));

function rendered(
	kind: Kind,
	locale: Locale = 'en',
	set: Parameters<typeof recipientOf>[1] = {},
): ReturnType<typeof renderMessage> {
	const person = recipientOf(1, { locale, ...set });
	return renderMessage(batchOf([person], { source: builtInTemplate(kind, locale) }), person);
}

/** `recipientOf(1)` with these values in place of its own. */
function valuesWith(set: { contact?: object; portal?: object }) {
	const { values } = recipientOf(1);
	return {
		...values,
		contact: { ...Object(values.contact), ...set.contact },
		portal: set.portal ?? values.portal,
	};
}

describe('the built-in e-mails', () => {
	it('are compiled from their present MJML', async () => {
		const build = fileURLToPath(
			new URL('../../../server/mail/templates/build.ts', import.meta.url),
		);
		const { stderr } = await promisify(execFile)(process.execPath, [build, '--check']);
		expect(stderr).toBe('');
	});

	describe.each(inLanguages(kinds))('%s in %s', (kind, locale) => {
		it('passes the engine’s own check', () => {
			const catalogue = portalCatalogue(portalOf());
			const source = builtInTemplate(kind, locale);
			const findings = emailParts.flatMap((context) =>
				lint(source[context], { catalogue, context }),
			);
			// Whoever has no name is greeted without one.
			expect(findings.filter(({ code }) => code !== 'no_fallback')).toEqual([]);
		});

		it('says in which language it is', () => {
			const { html } = rendered(kind, locale);
			expect(html).toContain(`<html lang="${locale}" dir="ltr"`);
		});

		it('lacks nothing when the contact has an address and a link', () => {
			const { subject, html, text, missing } = rendered(kind, locale);
			expect(missing).toEqual([]);
			expect(subject).toContain('Atelier Sonnenschein');
			for (const part of [html, text]) {
				expect(part).toContain('Person 1');
				expect(part).toContain('help@atelier.example');
				expect(part).not.toMatch(/<<|>>|\[\[|\]\]|undefined|null/);
			}
			expect(text).toBe(`${text.trim()}\n`);
		});

		it('greets someone without a name', () => {
			const { html, text } = rendered(kind, locale, {
				values: valuesWith({ contact: { first_name: null } }),
			});
			const greeting = {
				en: 'Hi there,',
				de: 'Guten Tag,',
				es: 'Hola:',
				fr: 'Bonjour,',
				pt: 'Olá,',
			}[locale];
			expect(html).toContain(`>${greeting}<br />`);
			expect(text.split('\n')[0]).toBe(greeting);
		});

		it('loads nothing from elsewhere but the portal’s own logo', () => {
			const plain = rendered(kind, locale).html;
			expect(plain).not.toMatch(/<img|<link|@import|url\(|srcset|background=|<script/i);
			const portal = { name: 'Atelier', logo_url: 'https://atelier.example/logo.png' };
			const withLogo = rendered(kind, locale, { values: valuesWith({ portal }) }).html;
			expect(withLogo.match(/<img[^>]*>/g)).toEqual([
				'<img class="logo" src="https://atelier.example/logo.png" alt="Atelier" />',
			]);
		});

		it('names no support address when the portal has none', () => {
			const { html, text } = rendered(kind, locale, {
				values: valuesWith({ portal: { name: 'Atelier' } }),
			});
			expect(html + text).not.toMatch(/mailto:|help@/);
			expect(text).toBe(`${text.trim()}\n`);
		});

		it('knows dark mode', () => {
			const { html } = builtInTemplate(kind, locale);
			expect(html).toContain('<meta name="color-scheme" content="light dark"');
			expect(html).toContain('@media (prefers-color-scheme: dark)');
		});
	});

	describe.each(inLanguages(withLink))('%s in %s', (kind, locale) => {
		it('tells whom it is for, until when the link works, and what to do if it was not expected', () => {
			const { html, text } = rendered(kind, locale);
			const until = {
				en: 'until November 23, 2026, 8:00 PM (UTC).',
				de: 'bis zum 23. November 2026, 20:00 Uhr (UTC).',
				es: 'hasta el 23 de noviembre de 2026, 20:00 (UTC).',
				fr: 'jusqu’au 23 novembre 2026 à 20:00 (UTC).',
				pt: 'até 23 de novembro de 2026, 20:00 (UTC).',
			}[locale];
			const unexpected = {
				en: 'If you did not expect it, ignore it: ',
				de: 'Falls Sie sie nicht erwartet haben, tun Sie einfach nichts: ',
				es: 'Si no lo esperaba, no haga nada: ',
				fr: 'Si vous ne l’attendiez pas, ignorez-le\u00a0: ',
				pt: 'Se você não o esperava, ignore-o: ',
			}[locale];
			for (const part of [html.replaceAll(/<\/?strong[^>]*>/g, ''), text]) {
				expect(part.replaceAll(/[\u00a0\u202f]/g, ' ')).toContain(until);
				expect(part).toContain(unexpected);
				expect(part).toContain('person1@example.org');
			}
		});

		it('R28 shows the link as a button, as a plain link and in the text, and asks for no click tracking', () => {
			const { html, text } = rendered(kind, locale);
			expect(hrefsIn(html).filter((href) => href === linkOf(1))).toHaveLength(2);
			expect(html).toContain(`>${linkOf(1)}</a>`);
			expect(text.split('\n')).toContain(linkOf(1));
			for (const anchor of html.match(/<a\b[^>]*>/g)!) {
				if (anchor.includes('/l/')) expect(anchor).toContain('clicktracking="off"');
			}
		});

		it('has the code at the end of a line, which a code field takes as a whole', () => {
			const [line = ''] = /^\p{L}[^:\n]*: 100001$/mu.exec(rendered(kind, locale).text) ?? [];
			expect(readLoginCode(line)).toBe('100001');
		});
	});

	/** What belongs to somebody: no language has other words for it. */
	const names = [linkOf(1), 'person1@example.org', 'help@atelier.example', 'Atelier Sonnenschein'];
	const [, ...others] = locales;

	describe.each(others)('in %s', (locale) => {
		it.each(kinds)('%s says all that the English one says, and nothing in English', (kind) => {
			const [english, mail] = [rendered(kind, 'en'), rendered(kind, locale)];
			const [original, said] = [english, mail].map(({ html }) => readHtml(html, names));
			expect(said!.outline).toEqual(original!.outline);
			expect(said!.words.length).toBeGreaterThan(3);
			expect(said!.words.filter((words) => original!.words.includes(words))).toEqual([]);
			const lines = (text: string) => text.split('\n');
			expect(lines(mail.text).length).toBe(lines(english.text).length);
			const same = lines(mail.text).filter((line) => lines(english.text).includes(line));
			expect(same.filter((line) => line !== '' && line !== linkOf(1))).toEqual([]);
			expect(mail.subject).not.toBe(english.subject);
		});

		it('speaks to clients as a business does', () => {
			for (const kind of kinds) {
				const { subject, html, text } = rendered(kind, locale);
				const said = [subject, text, ...readHtml(html, names).words].join(' ');
				expect(said).not.toMatch(familiar[locale]);
			}
		});
	});
});
