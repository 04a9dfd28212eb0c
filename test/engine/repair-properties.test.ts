import { describe, expect, it } from '@jest/globals';
import { compile, render, repair, type TextContext } from 'custom-values';
import fc from 'fast-check';
import { root, template } from './handlebars-grammar.ts';
import { catalogue, options, values } from './support.ts';

const runs = { numRuns: 200 };

describe('repair', () => {
	it('repairs nothing where nothing is damaged', () => {
		fc.assert(
			fc.property(template(root, 2), ({ ours }) => {
				expect(repair(ours, { catalogue, context: 'text' })).toEqual({
					source: ours,
					findings: [],
				});
			}),
			runs,
		);
	});

	it('repairs an encoded text to what it was, and a repaired one no further', () => {
		const ends = fc.constantFrom(
			...[
				{ less: '&lt;', greater: '&gt;' },
				{ less: '&#60;', greater: '&#x3e;' },
				{ less: '&amp;lt;', greater: '&amp;gt;' },
			],
		);
		fc.assert(
			fc.property(template(root, 2), ends, ({ ours }, { less, greater }) => {
				const damaged = ours.replace(
					/<<([^<>]*)>>/g,
					(_, tag: string) => less + less + tag + greater + greater,
				);
				const { source } = repair(damaged, { catalogue, context: 'text' });
				expect(repair(source, { catalogue, context: 'text' }).source).toBe(source);
				const print = (text: string) =>
					render(compile(text, { catalogue, context: 'text' }), values, options).text;
				expect(print(source)).toBe(print(ours));
			}),
			runs,
		);
	});

	it('repairs any text so that repair finds nothing more to repair', () => {
		const piece = fc.constantFrom(
			...['<', '<<', '&lt;', '&lt;&lt;', '&amp;lt;', '%3C%3C', '«', '>', '>>', '&gt;', '&gt;&gt;'],
			...['%3E%3E', '»', ' ', '&nbsp;', '\u00a0', '\u200b', '&shy;', '|', '"', '“', '”', '&quot;'],
			...[
				'contact.first_name',
				'portal.url',
				'name',
				'#each item.rows',
				'/each',
				'#if contact.vip',
			],
			...['else', '/if', 'raw', '/raw', 'date', 'x', '=""', '~', '\\', '\n', '!', 'http://', '/'],
			...[
				'<b>',
				'</b>',
				'</contact.first_name>',
				'<a href="',
				'">',
				'<p>',
				'<!--',
				'-->',
				'{{',
				'}}',
			],
		);
		fc.assert(
			fc.property(
				fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
				fc.constantFrom<TextContext>('html', 'text'),
				(source, context) => {
					const once = repair(source, { catalogue, context });
					const twice = repair(once.source, { catalogue, context });
					expect(twice.source).toBe(once.source);
					const fixed = twice.findings.filter(({ fix }) => fix !== undefined);
					expect(fixed).toEqual([]);
				},
			),
			{ numRuns: 3000 },
		);
	});
});
