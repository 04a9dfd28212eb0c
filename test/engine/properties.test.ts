import { describe, expect, it } from '@jest/globals';
import {
	compile,
	lint,
	render,
	repair,
	TemplateError,
	type TextContext,
	type Values,
} from 'custom-values';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue, options } from './support.ts';

interface HandlebarsModule {
	compile: (source: string, options: object) => (values: unknown) => string;
	registerHelper: (name: string, helper: (...args: unknown[]) => unknown) => void;
	Utils: { escapeExpression: (value: unknown) => string };
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

// What cannot be printed is missing.
handlebars.registerHelper('default', (value, text) =>
	value === undefined || value === '' || typeof value === 'object' ? text : value,
);
handlebars.registerHelper('upper', (text) => String(text as string).toLocaleUpperCase('en'));

/** A template in both spellings. */
interface Pair {
	ours: string;
	theirs: string;
}

const text = fc
	.stringMatching(/^[ a-zA-ZäÖ€.,;:!?<>"'=()\n\t/\\-]{0,12}$/)
	// Openers, and backslashes before them, mean something in one of the two.
	.filter((value) => !/<<|<>|<$|^<|\\$|^>/.test(value))
	.map((value): Pair => ({ ours: value, theirs: value }));

const printed = (path: string): fc.Arbitrary<Pair> =>
	fc.constantFrom(
		{ ours: `<< ${path} >>`, theirs: `{{${path}}}` },
		{ ours: `<<~ ${path} >>`, theirs: `{{~${path}}}` },
		{ ours: `<<${path}~>>`, theirs: `{{${path}~}}` },
		{ ours: `<< ${path} | a friend >>`, theirs: `{{default ${path} "a friend"}}` },
		{ ours: `<< default ${path} "x y" | upper >>`, theirs: `{{upper (default ${path} "x y")}}` },
		{ ours: `<< ! a note >>`, theirs: `{{! a note }}` },
	);

const paths = [
	'contact.first_name',
	'contact/last_name',
	'contact.[company]',
	'contact.visits',
	'contact.vip',
	'portal.name',
	'item.title',
	'item.n',
	'./portal.url',
];
const inLoop = [
	'this.name',
	'./name',
	'this',
	'../item.title',
	'@root.contact.first_name',
	'@index',
	'@first',
	'@last',
	'@key',
];

const block = (name: string, path: string, body: Pair, otherwise: Pair | undefined): Pair => ({
	ours: `<< #${name} ${path} >>${body.ours}${otherwise ? `<< else >>${otherwise.ours}` : ''}<< /${name} >>`,
	theirs: `{{#${name} ${path}}}${body.theirs}${otherwise ? `{{else}}${otherwise.theirs}` : ''}{{/${name}}}`,
});

const joined = (pairs: readonly Pair[]): Pair => ({
	ours: pairs.map(({ ours }) => ours).join(''),
	theirs: pairs.map(({ theirs }) => theirs).join(''),
});

const { template } = fc.letrec<{ template: Pair; loop: Pair; node: Pair }>((tie) => ({
	node: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		text,
		fc.constantFrom(...paths).chain(printed),
		fc
			.tuple(
				fc.constantFrom('if', 'unless'),
				fc.constantFrom(...paths),
				tie('template'),
				fc.option(tie('template'), { nil: undefined }),
			)
			.map(([name, path, body, otherwise]) => block(name, path, body, otherwise)),
		fc
			.tuple(
				fc.constantFrom('item.rows', 'item.empty', 'item.map'),
				tie('loop'),
				fc.option(tie('template'), { nil: undefined }),
			)
			.map(([path, body, otherwise]) => block('each', path, body, otherwise)),
	),
	template: fc.array(tie('node'), { maxLength: 5 }).map(joined),
	loop: fc
		.array(
			fc.oneof(
				text,
				fc.constantFrom(...inLoop).chain(printed),
				fc
					.constantFrom(...inLoop)
					.chain((path) => printed(path).map((body) => block('if', path, body, undefined))),
			),
			{ maxLength: 4 },
		)
		.map(joined),
}));

const scalar = fc.oneof(
	fc.string({ maxLength: 8 }).filter((value) => value === '' || value.trim() !== ''),
	fc.integer(),
	fc.boolean(),
	fc.constant(undefined),
);
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
	fc.record(model, { noNullPrototype: true });
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
		rows: fc.array(plain({ name: scalar }), { maxLength: 3 }),
		empty: fc.constant([]),
		map: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), plain({ name: scalar }), {
			maxKeys: 2,
			noNullPrototype: true,
		}),
	}),
});

const runs = { numRuns: 200 };

describe('the engine', () => {
	it('prints what Handlebars prints', () => {
		fc.assert(
			fc.property(template, data, ({ ours, theirs }, values) => {
				const printed = handlebars.compile(theirs, { ignoreStandalone: true })(values);
				const expected = unescape(printed).replaceAll(/\[object Object\]/gi, '');
				const compiled = compile(ours, { catalogue, context: 'text' });
				// Control characters of values do not reach plain text; Handlebars prints them.
				const plain = (value: string) =>
					// eslint-disable-next-line no-control-regex -- control characters are what is meant.
					value.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
				expect(plain(render(compiled, values as Values, options).text)).toBe(plain(expected));
			}),
			{ numRuns: 250 },
		);
	});

	it('leaves literal text byte for byte', () => {
		const piece = fc.oneof(
			fc.string(),
			fc.constantFrom(
				'<<',
				'>>',
				'{{',
				'}}',
				'\\',
				'<',
				'"',
				' << x >> ',
				'<!--',
				'-->',
				'<script>',
				'&lt;',
			),
		);
		fc.assert(
			fc.property(
				fc.array(piece).map((pieces) => pieces.join('')),
				(source) => {
					fc.pre(
						!/<<~?\s*[!#/^&{>*]|(?:<|&lt;)\s*>|(?:<|&lt;)\s*[\p{L}_][\p{L}\p{M}\p{N}_./-][^<]*>>/u.test(
							source,
						),
					);
					for (const context of ['html', 'text'] as const) {
						const compiled = compile(source, { catalogue, context });
						expect(render(compiled, {}, options).text).toBe(source);
					}
				},
			),
			runs,
		);
	});

	it('repairs nothing where nothing is damaged', () => {
		fc.assert(
			fc.property(template, ({ ours }) => {
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
			fc.property(template, ends, data, ({ ours }, { less, greater }, values) => {
				const damaged = ours.replace(
					/<<([^<>]*)>>/g,
					(_, tag: string) => less + less + tag + greater + greater,
				);
				const { source } = repair(damaged, { catalogue, context: 'text' });
				expect(repair(source, { catalogue, context: 'text' }).source).toBe(source);
				const print = (text: string) =>
					render(compile(text, { catalogue, context: 'text' }), values as Values, options).text;
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

	it('throws nothing but TemplateError, and lint throws nothing', () => {
		const words = [
			'<<',
			'>>',
			'<< ',
			' >>',
			'~',
			'#if ',
			'#each ',
			'#with ',
			'/if',
			'/each',
			'else',
			'raw',
			'/raw',
			'contact',
			'.',
			'/',
			'first_name',
			'magic_link',
			'item.rows',
			'this',
			'../',
			'@index',
			'@root',
			'|',
			' upper',
			' date',
			' to /x',
			'"',
			"'",
			'[',
			']',
			'(',
			')',
			'!',
			'!--',
			'--',
			'=',
			'as |a b|',
			'{',
			'}',
			'&',
			'\\',
			' ',
			'\n',
			'<a href="',
			'<!--',
			'-->',
			'<style>',
			'</style>',
			'0',
			'1.5',
			'null',
			'undefined',
			'true',
			'lookup ',
			'default ',
		];
		const soup = fc
			.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 30 })
			.map((pieces) => pieces.join(''));
		const anything = fc.anything({
			withNullPrototype: true,
			withMap: true,
			withSet: true,
			withDate: true,
			withBigInt: true,
			withSparseArray: true,
		});
		const contexts = fc.constantFrom<TextContext>('html', 'text', 'subject');
		fc.assert(
			fc.property(
				soup,
				contexts,
				fc.record({ contact: anything, item: anything, portal: anything }),
				(source, context, values) => {
					const findings = lint(source, { catalogue, context });
					let compiled;
					try {
						compiled = compile(source, { catalogue, context });
					} catch (error) {
						expect(error).toBeInstanceOf(TemplateError);
						expect((error as TemplateError).findings).toEqual(findings);
						return;
					}
					expect(findings.some(({ severity }) => severity === 'error')).toBe(false);
					try {
						expect(typeof render(compiled, values as Values, options).text).toBe('string');
					} catch (error) {
						expect(error).toBeInstanceOf(TemplateError);
					}
				},
			),
			{ numRuns: 2_000 },
		);
	});

	it('lets no value out of its place in HTML', () => {
		const places: [before: string, after: string][] = [
			['<p>', '</p>'],
			['<p title="', '">x</p>'],
			["<p title='", "'>x</p>"],
			['<a href="', '">x</a>'],
			['<a href="https://x.example/?q=', '&r=1">x</a>'],
			['<a href="mailto:', '">x</a>'],
			['<title>', '</title>'],
			['<!-- ', ' -->'],
		];
		const nasty = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc
				.array(
					fc.constantFrom(
						'<',
						'>',
						'"',
						"'",
						'&',
						'--',
						'-->',
						'</title>',
						'<script>',
						'javascript:',
						'https://',
						' ',
						'\n',
						'\\',
						'\u0000',
						'x',
					),
				)
				.map((pieces) => pieces.join('')),
		);
		fc.assert(
			fc.property(
				fc.constantFrom(...places),
				nasty,
				fc.constantFrom('', ' | upper', ' | trim', ' | x'),
				([before, after], value, filter) => {
					const compiled = compile(`${before}<< contact.company${filter} >>${after}`, {
						catalogue,
						context: 'html',
					});
					const { text: out } = render(compiled, { contact: { company: value } }, options);
					expect(out.startsWith(before) && out.endsWith(after)).toBe(true);
					expect(out.slice(before.length, out.length - after.length)).not.toMatch(/[<>"']/);
				},
			),
			runs,
		);
	});

	it('renders the stored form as it renders the compiled one', () => {
		fc.assert(
			fc.property(template, data, ({ ours }, values) => {
				const compiled = compile(ours, { catalogue, context: 'text' });
				const stored = JSON.parse(JSON.stringify(compiled)) as typeof compiled;
				expect(render(stored, values as Values, options)).toEqual(
					render(compiled, values as Values, options),
				);
			}),
			{ numRuns: 100 },
		);
	});
});
