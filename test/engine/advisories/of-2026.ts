import { compile, render, type CompiledText } from 'custom-values';
import { catalogue, options } from '../support.ts';
import {
	codeName,
	harm,
	literal,
	loops,
	notText,
	polluted,
	printed,
	refused,
	tried,
	type Advisory,
} from './attack.ts';

const script = '<img src=x onerror=alert(1)>';
/** A template as the parser reads it, with code where a number should be. */
const tree = {
	type: 'Program',
	body: [
		{
			type: 'MustacheStatement',
			path: {
				type: 'PathExpression',
				original: 'lookup',
				parts: ['lookup'],
				depth: 0,
				data: false,
			},
			params: [{ type: 'NumberLiteral', value: `0),${harm},(0`, original: 1 }],
			escaped: true,
			strip: {},
		},
	],
	strip: {},
	length: 10,
};

/** Mended in 4.7.9 and 4.7.10. */
export const of2026: Advisory[] = [
	{
		id: 'GHSA-2w6w-674q-4c4q',
		fixedIn: '4.7.9',
		title: 'A syntax tree is taken for a template',
		attacks: [notText(tree), notText(JSON.parse(JSON.stringify([tree]))), notText(null)],
	},
	{
		id: 'GHSA-xhpv-hc6g-r9c6',
		fixedIn: '4.7.9',
		title: 'An object of the data is compiled as a partial',
		attacks: [
			refused('<< > (lookup item "partial") >>', 'tag_refused'),
			printed('[<< item.partial >>]', { item: { partial: { call: true, ...tree } } }, '[]'),
		],
	},
	{
		id: 'GHSA-3mfm-83xf-c92r',
		fixedIn: '4.7.9',
		title: 'A template puts another in the place of @partial-block',
		attacks: [
			refused('<< > @partial-block >>', 'tag_refused'),
			printed(
				'<< #each item.rows >><< @_parent.partial-block >><< /each >>',
				loops,
				'<< @_parent.partial-block >>',
			),
			literal('{{> @partial-block}}'),
		],
	},
	{
		id: 'GHSA-9cx6-37pm-9jff',
		fixedIn: '4.7.9',
		title: 'A decorator that is not there ends the process',
		attacks: [
			refused('<< *n >>', 'tag_refused'),
			refused('<< #*inline "x" >>y', 'tag_refused'),
			literal('{{*n}}'),
		],
	},
	{
		id: 'GHSA-xjpj-3mr7-gcpf',
		fixedIn: '4.7.9',
		title: 'Names given to the precompiler get into the code that it writes',
		attacks: [
			{
				run: () => {
					const source = `<< #each item.rows as |row| >><< row.[${codeName}] >><< /each >>`;
					const compiled = compile(source, { catalogue, context: 'html' });
					// There is no code for a name to get into: what is stored is data.
					const stored = JSON.parse(JSON.stringify(compiled)) as CompiledText;
					return {
						printed: render(stored, { item: { rows: [{ [codeName]: 'b' }] } }, options).text,
					};
				},
				expected: { printed: 'b' },
			},
			refused(`<< #each item.rows as |${codeName}| >>x<< /each >>`, 'tag_syntax'),
		],
	},
	{
		id: 'GHSA-2qvq-rjwj-gvw9',
		fixedIn: '4.7.9',
		title: 'A string on Object.prototype is printed as a partial',
		attacks: [
			polluted({ widget: script }, refused('<< > widget >>', 'tag_refused')),
			polluted({ widget: script }, printed('[<< item.widget >>]', { item: {} }, '[]')),
			polluted(
				{ contact: { company: script }, company: script },
				printed('[<< contact.company >>]', {}, '[]'),
			),
			polluted(
				{ sink: 'raw_html', inComment: false, unescaped: true, read: 'portal.name' },
				printed('[<< contact.company >>]', { contact: { company: '<b>' } }, '[&lt;b&gt;]'),
			),
		],
	},
	{
		id: 'GHSA-7rx3-28cr-v5wh',
		fixedIn: '4.7.9',
		title: '__lookupSetter__ is missing in the list of what is not allowed',
		attacks: [
			refused('<< contact.__lookupSetter__ "__proto__" >>', 'tag_syntax'),
			refused('<< contact.__lookupSetter__ >>', 'unknown_value'),
			printed('[<< item.__lookupSetter__ >><< item.rows.__lookupSetter__ >>]', loops, '[]'),
		],
	},
	{
		id: 'GHSA-442j-39wm-28r2',
		fixedIn: '4.7.9',
		title: 'A value is checked at a first read, and used at a second',
		attacks: [
			{
				run: () => {
					let reads = 0;
					const item = {
						get name() {
							return reads++ === 0 ? 'safe' : script;
						},
					};
					const outcome = tried('[<< item.name >>]', { item });
					return reads === 0 ? outcome : { printed: `the getter was called ${reads} times` };
				},
				expected: { printed: '[]' },
			},
			{
				run: () => {
					let reads = 0;
					const item = new Proxy(
						{ name: 'safe' },
						{
							getOwnPropertyDescriptor: () => ({
								value: reads++ === 0 ? 'safe' : script,
								configurable: true,
								enumerable: true,
								writable: true,
							}),
						},
					);
					return tried('[<< item.name >>]', { item });
				},
				expected: { printed: '[safe]' },
			},
		],
	},
	{
		id: 'GHSA-xw65-4hp5-5hc7',
		fixedIn: '4.7.10',
		title: 'Text of a template ends the script that it is embedded in',
		attacks: [
			refused('<script>var x = "<< contact.company >>";</script>', 'script_context'),
			printed(
				'<p><< contact.company >></p>',
				{ contact: { company: '</script><script>alert(1)//<!--' } },
				'<p>&lt;/script&gt;&lt;script&gt;alert(1)//&lt;!--</p>',
			),
			literal('</script><script>x</script><!--<script>'),
		],
	},
	{
		id: 'GHSA-p8wg-vrv2-v86f',
		fixedIn: '4.7.10',
		title: 'A function in the data leads to Function, whose constructor is its own property',
		attacks: [
			printed(
				'[<< item.fn >><< item.fn.prototype.constructor >><< item.fn.constructor >>]',
				{ item: { fn: Function.prototype } },
				'[]',
			),
			printed('[<< item.fn.name >>]', { item: { fn: () => harm } }, '[]'),
			printed('[<< item.proto.constructor.name >>]', { item: { proto: Function.prototype } }, '[]'),
			refused('<< lookup (lookup item.fn "__proto__") "constructor" >>', 'tag_refused'),
		],
	},
	{
		id: 'GHSA-8r5x-fm3f-whwj',
		fixedIn: '4.7.10',
		title: 'Other parts of a syntax tree get into the code unchecked',
		attacks: [
			notText({ ...tree, blockParams: { length: `0;${harm}` } }),
			{
				// What could be stored in place of a compiled text is data, too.
				run: () => {
					const at = { line: 1, column: 1, name: 'x', inComment: false, constant: false };
					const value = {
						kind: 'call',
						filter: 'constructor',
						input: { kind: 'literal', value: harm },
					};
					const print = { kind: 'print', value: { ...value, args: [] }, sink: 'html', ...at };
					const path = { kind: 'path', frame: 0, path: ['item', '__proto__', 'constructor'] };
					const nodes = ['[', print, { ...print, value: path }, ']'];
					const forged: unknown = { version: 1, context: 'html', nodes, uses: [] };
					return { printed: render(forged as CompiledText, { item: {} }, options).text };
				},
				expected: { printed: '[]' },
			},
		],
	},
];
