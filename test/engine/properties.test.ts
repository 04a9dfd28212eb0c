import { describe, expect, it } from '@jest/globals';
import {
	analyse,
	compile,
	lint,
	plan,
	render,
	TemplateError,
	type CompiledText,
	type TextContext,
	type Values,
} from 'custom-values';
import fc from 'fast-check';
import { root, template } from './handlebars-grammar.ts';
import { catalogue, options, values } from './support.ts';

const runs = { numRuns: 500 };

/** A plan is made whatever the values hold, and of what a recipient's render throws it tells. */
function expectPlan(compiled: CompiledText, values: Values): void {
	const texts = { subject: compiled, html: compiled, text: compiled };
	const recipient = { values, locale: 'en', timeZone: 'UTC' };
	const how = { now: 0, onMissing: 'empty', salt: '00000000' } as const;
	for (const one of plan(texts, [recipient, recipient], how).recipients) {
		if (one.kind === 'failed') expect(one.error).toBeInstanceOf(TemplateError);
	}
}

/** Ways to print a value. */
const uses = [
	'<< contact.company >>',
	'<<contact.company>>',
	...['upper', 'lower', 'title', 'capitalize', 'trim', 'truncate 5', 'url_encode', 'x'].map(
		(filter) => `<< contact.company | ${filter} >>`,
	),
	'<< contact.company | upper | truncate 3 "…" >>',
	'<< default contact.company contact.first_name >>',
	'<< lookup contact "company" >>',
	'<< #with contact >><< company >><< /with >>',
	'<< #if contact.company >><< @root.contact.company >><< /if >>',
	'<< #each item.rows >><< this >><< /each >>',
	'<< #each item.rows as |row| >><< row | lower >><< /each >>',
	'<< item.rows | list >>',
	'<< item.rows | list "," >>',
];

const asText = /^(?:[^<>"'&]|&(?:amp|lt|gt|quot|#x27);)*$/;
/** No two dashes in a row, and none at the end, so that nothing can end the comment. */
const asComment = /^(?!.*--)(?!.*-$)(?:[^<>"'&]|&(?:amp|lt|gt|quot|#x27|#45);)*$/s;
const asUrl = /^(?:(?:https?:\/\/|mailto:|tel:)(?:[^<>"'&\s\\]|&(?:amp|lt|gt|quot|#x27);)*)?$/i;
const asPart = /^[\w.!~*()@+%-]*$/;

/** A place, the kind of text it is in, and all that may stand there. */
const places: [before: string, after: string, context: TextContext, allowed: RegExp][] = [
	['<p>', '</p>', 'html', asText],
	['<p title="', '">x</p>', 'html', asText],
	["<p title='", "'>x</p>", 'html', asText],
	['<title>', '</title>', 'html', asText],
	['<textarea>', '</textarea>', 'html', asText],
	['<!-- ', ' -->', 'html', asComment],
	['<!--[if mso]><p>', '</p><![endif]-->', 'html', asComment],
	['<!--[if mso]><v:rect alt="', '" /><![endif]-->', 'html', asComment],
	['<a href="', '">x</a>', 'html', asUrl],
	['<a href=" ', ' ">x</a>', 'html', asUrl],
	['<img src="', '">', 'html', asUrl],
	['<a href="https://x.example/?q=', '&r=1">x</a>', 'html', asPart],
	['<a href="mailto:', '">x</a>', 'html', asPart],
	['<a href="tel:', '">x</a>', 'html', asPart],
	// eslint-disable-next-line no-control-regex -- control characters are what is meant.
	['a ', ' b', 'text', /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$/],
	[
		'a:',
		':b',
		'subject',
		// eslint-disable-next-line no-control-regex -- control characters are what is meant.
		/^(?!.* {2})[^\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Bidi_Control}]*$/u,
	],
];

const crumbs = [
	...['<', '>', '"', "'", '&', '-', '--', '-->', '--!>', '</title>', '</textarea>', '<script>'],
	...[
		'javascript:',
		'https://',
		'https://x.example/',
		'mailto:',
		' ',
		'\n',
		'\r\n',
		'\\',
		'\u0000',
	],
	...['\u202e', '\u2028', '\u0085', '\ud800', '&lt;', '<![endif]-->', 'Bcc: y', 'x'],
];
const nasty = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.array(fc.constantFrom(...crumbs), { maxLength: 8 }).map((pieces) => pieces.join('')),
);

describe('the engine', () => {
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
						!/(?:<|&lt;)(?:<[^<>]*>)*(?:<|&lt;)~?\s*[!#/^&{>*]|(?:<|&lt;)\s*>|(?:<|&lt;)~?\s*[\p{L}_][\p{L}\p{M}\p{N}_./-][^<]*>>/u.test(
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

	it('leaves the literal text between tags byte for byte', () => {
		const tags = [
			'<< contact.company >>',
			'<<contact.company>>',
			'<<\n contact.company | upper >>',
			'<< contact.first_name | V >>',
			'<< #if contact.company >>V<< /if >>',
			'<< #each item.rows >>V<< /each >>',
			'<< ! x >>V',
		];
		const literal = fc
			.string({ unit: 'binary', maxLength: 12 })
			// These would be part of the tags beside them.
			.filter((text) => !/<<|[<\\]$|^[<>]/.test(text));
		fc.assert(
			fc.property(
				fc.array(fc.tuple(literal, fc.constantFrom(...tags)), { minLength: 1, maxLength: 6 }),
				literal,
				(parts, end) => {
					const source = parts.flat().join('') + end;
					const compiled = compile(source, { catalogue, context: 'text' });
					const values = { contact: { company: 'V' }, item: { rows: [1] } };
					const expected = parts.map(([text]) => `${text}V`).join('') + end;
					const { text } = render(compiled, values, options);
					expect(Buffer.from(text, 'utf16le')).toEqual(Buffer.from(expected, 'utf16le'));
				},
			),
			runs,
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
					expect(analyse([compiled]).values.length).toBe(compiled.uses.length);
					expectPlan(compiled, values as Values);
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

	it.each(places)('lets no value out of its place: %s…%s', (before, after, context, allowed) => {
		fc.assert(
			fc.property(fc.constantFrom(...uses), nasty, nasty, (use, company, first_name) => {
				const source = before + use + after;
				const hasErrors = lint(source, { catalogue, context }).some(
					({ severity }) => severity === 'error',
				);
				// A URL that may start with each of several values is refused.
				fc.pre(!hasErrors);
				const compiled = compile(source, { catalogue, context });
				const values = { contact: { company, first_name }, item: { rows: [company, first_name] } };
				const { text } = render(compiled, values, options);
				expect([text.startsWith(before), text.endsWith(after)]).toEqual([true, true]);
				expect(text.slice(before.length, text.length - after.length)).toMatch(allowed);
			}),
			runs,
		);
	});

	it('renders the stored form as it renders the compiled one', () => {
		fc.assert(
			fc.property(template(root, 2), ({ ours }) => {
				const compiled = compile(ours, { catalogue, context: 'text' });
				const stored = JSON.parse(JSON.stringify(compiled)) as typeof compiled;
				expect(render(stored, values, options)).toEqual(render(compiled, values, options));
			}),
			{ numRuns: 100 },
		);
	});
});
