import { describe, expect, it } from '@jest/globals';
import { compile, render, type Values } from 'custom-values';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, template } from './handlebars-grammar.ts';
import { catalogue, options } from './support.ts';

interface HandlebarsModule {
	compile: (source: string, options: object) => (values: unknown) => string;
	registerHelper: (name: string, helper: (...args: unknown[]) => unknown) => void;
}

/** The engine's own copy of Handlebars, the real compiler included: jest's context allows it. */
const engine = dirname(fileURLToPath(import.meta.resolve('custom-values')));
const handlebars = createRequire(`${engine}/`)('handlebars') as HandlebarsModule;

/** Undoes Handlebars' escaping. Its noEscape will not do: it adds neighbouring numbers up. */
function unescape(html: string): string {
	const characters: Record<string, string> = {
		amp: '&',
		lt: '<',
		gt: '>',
		quot: '"',
		'#x27': "'",
		'#x60': '`',
		'#x3D': '=',
	};
	return html.replace(/&(\w+|#x\w+);/g, (_, name: string) => characters[name] ?? '?');
}

/** What cannot be printed is missing. */
const isMissing = (value: unknown) =>
	value === undefined || value === '' || (typeof value === 'object' && !isSafe(value));
const isSafe = (value: object | null) => value !== null && 'toHTML' in value;
handlebars.registerHelper('default', (value, text) => (isMissing(value) ? text : value));
handlebars.registerHelper('upper', (value) =>
	isMissing(value) ? undefined : String(value as string).toLocaleUpperCase('en'),
);

const present = fc.oneof(
	fc.string({ maxLength: 8 }).filter((value) => value === '' || value.trim() !== ''),
	fc.integer(),
	fc.constantFrom(0, true, false),
);
const scalar = fc.oneof(present, fc.constant(undefined));
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
	fc.record(model, { noNullPrototype: true });
// Where an item is undefined, a condition counts as one more block for the `../` of Handlebars.
const tags = fc.array(present, { maxLength: 3 });
const one = fc.option(plain({ name: scalar, tags }), { nil: undefined });
const row = plain({ name: scalar, tags, one });
const data = plain({
	contact: plain({
		first_name: scalar,
		last_name: scalar,
		company: scalar,
		visits: scalar,
		vip: scalar,
	}),
	portal: plain({ name: fc.constantFrom('Acme', 'A & B'), url: scalar }),
	item: plain({
		title: scalar,
		n: scalar,
		one,
		rows: fc.array(row, { maxLength: 3 }),
		empty: fc.constant([]),
		map: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), row, {
			maxKeys: 2,
			noNullPrototype: true,
		}),
	}),
});

/** Control characters of values do not reach plain text; Handlebars prints them. */
const withoutControls = (value: string) =>
	// eslint-disable-next-line no-control-regex -- control characters are what is meant.
	value.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');

describe('the engine', () => {
	it('prints what Handlebars prints: blocks, paths, pipes and filters, however tags are spaced', () => {
		fc.assert(
			fc.property(template(root, 3), data, ({ ours, theirs }, values) => {
				const printed = handlebars.compile(theirs, { ignoreStandalone: true })(values);
				const expected = unescape(printed).replaceAll(/\[object Object\]/gi, '');
				const compiled = compile(ours, { catalogue, context: 'text' });
				expect(withoutControls(render(compiled, values as Values, options).text)).toBe(
					withoutControls(expected),
				);
			}),
			{ numRuns: 500 },
		);
	});
});
