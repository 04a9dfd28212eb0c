import { describe, expect, it } from '@jest/globals';

import { locales } from '../../../server/locale.ts';
import { familiar, readHtml } from '../../support/languages.ts';
import { clientPages, realisticTexts } from './sample-pages.ts';

const [, ...others] = locales;
const english = new Map(clientPages(realisticTexts, 'en').map((page) => [page.name, page.html]));

const read = (html: string) => readHtml(html, [realisticTexts.portalName]);

describe.each(others)('the pages in %s', (locale) => {
	const pages = clientPages(realisticTexts, locale);

	it.each(pages.map(({ name, html }) => [name, html] as const))(
		'%s says everything that the English page says, and nothing in English',
		(name, html) => {
			const original = read(english.get(name)!);
			const page = read(html);
			expect(page.outline).toEqual(original.outline);
			expect(page.words.filter((words) => original.words.includes(words))).toEqual([]);
			expect(page.words.join(' ')).not.toMatch(/undefined|null|\[object/);
			expect(page.words.length).toBeGreaterThan(0);
		},
	);

	it('speaks to clients as a business does', () => {
		for (const { html } of pages) {
			expect(read(html).words.join(' ')).not.toMatch(familiar[locale]);
		}
	});
});
