import { describe, expect, it } from '@jest/globals';
import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

import { locales } from '../../../server/locale.ts';
import { clientPages, realisticTexts } from './sample-pages.ts';

const [, ...others] = locales;
const english = new Map(clientPages(realisticTexts, 'en').map((page) => [page.name, page.html]));

/** The wrong way to speak to a client: we say Sie, usted, vous and você. */
const familiar = {
	de: /(?<!\p{L})(du|dir|dich|deine?[mnrs]?)(?!\p{L})/iu,
	es: /(?<!\p{L})(tú|tus?|te|ti|tienes|puedes)(?!\p{L})/iu,
	fr: /(?<!\p{L})(tu|toi|ton|tes)(?!\p{L})/iu,
	pt: /(?<!\p{L})(tu|teu|tua|vós|clica)(?!\p{L})/iu,
};

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

/** Texts that a person reads or hears, without what belongs to somebody (names, addresses); elements in document order. */
function read(html: string): { outline: string[]; words: string[] } {
	const outline: string[] = [];
	const words: string[] = [];
	const say = (text: string): void => {
		const ours = text.replaceAll(realisticTexts.portalName, '').trim();
		if (/\p{L}/u.test(ours)) words.push(ours);
	};
	const visit = (node: DefaultTreeAdapterTypes.Node): void => {
		if ('tagName' in node) {
			outline.push(`${node.tagName} ${node.attrs.map(({ name }) => name).join(' ')}`);
			const spoken = node.attrs.filter(({ name }) => ['data-busy', 'aria-label'].includes(name));
			for (const { value } of spoken) say(value);
			const hidden = node.attrs.some(({ name }) => name === 'aria-hidden');
			if (hidden || ['bdi', 'code', 'script', 'style'].includes(node.tagName)) return;
		}
		if (node.nodeName === '#text' && 'value' in node) say(node.value);
		if ('childNodes' in node) node.childNodes.forEach(visit);
	};
	visit(parse(html));
	return { outline, words };
}
