import { compile, render } from 'custom-values';
import { catalogue, options } from '../support.ts';
import {
	codeName,
	harm,
	literal,
	loops,
	printed,
	refused,
	tried,
	type Advisory,
} from './attack.ts';

/** Gets at `constructor` by what blocks and block parameters reach, puts code in a list, and has `apply` make a function of it. */
const ladder = [
	'<< #with "s" as |string| >><< #with "e" >><< #with split as |list| >>',
	'<< this.pop >><< this.push (lookup string.sub "constructor") >><< this.pop >>',
	`<< #with string.split as |code| >><< this.pop >><< this.push "${harm}" >><< this.pop >>`,
	'<< #each list >><< #with (string.sub.apply 0 code) >><< this >><< /with >><< /each >>',
	'<< /with >><< /with >><< /with >><< /with >>',
].join('');
const shorterLadder = [
	`<< #with split as |a| >><< pop (push "${harm}") >>`,
	'<< #with (concat (lookup join (slice 0 1))) >>',
	'<< #each (slice 2 3) >><< #with (apply 0 a) >><< . >><< /with >><< /each >>',
	'<< /with >><< /with >>',
].join('');

/** Mended in 4.7.7 or before. */
export const upTo2021: Advisory[] = [
	{
		id: 'GHSA-9prh-257w-9277',
		fixedIn: '4.0.0',
		title: 'Values break out of attributes without quotes',
		attacks: [
			refused('<a href=<< contact.website >>>x</a>', 'unquoted_attribute'),
			refused('<p title=x<< contact.company >>>x</p>', 'unquoted_attribute'),
			printed(
				'<p title="<< contact.company >>">',
				{ contact: { company: 'x" onmouseover=`alert(1)` \'' } },
				'<p title="x&quot; onmouseover=`alert(1)` &#x27;">',
			),
		],
	},
	{
		id: 'GHSA-q42p-pg8m-cqh6',
		fixedIn: '4.1.2',
		title: 'Templates reach constructors and make functions',
		attacks: [
			refused(ladder, 'tag_syntax', 'unknown_value'),
			literal(ladder.replaceAll('<<', '{{').replaceAll('>>', '}}')),
			refused('<< lookup (lookup contact "constructor") "name" >>', 'tag_refused'),
			refused('<< contact.constructor.constructor >>', 'unknown_value'),
			printed('[<< item.constructor.name >>]', { item: {} }, '[]'),
			printed('[<< lookup item "constructor" >>]', { item: {} }, '[]'),
		],
	},
	{
		id: 'GHSA-w457-6q6x-cgp9',
		fixedIn: '4.3.0',
		title: 'Templates change __proto__ and __defineGetter__',
		attacks: [
			refused(
				'<< #each item.rows >><< this.__defineGetter__ "undefined" this.valueOf >><< /each >>',
				'tag_syntax',
			),
			refused(
				`<< #with item.__lookupGetter__ >><< this.__defineGetter__ "propertyIsEnumerable" (this.bind (this.bind 1)) >><< /with >>`,
				'tag_syntax',
			),
			printed(
				'<< #each item.rows >>[<< this.__proto__.toString >><< this.__defineGetter__ >>]<< /each >>',
				loops,
				'[]',
			),
			refused('<< contact.__proto__.polluted >>', 'unknown_value'),
		],
	},
	{
		id: 'GHSA-f52g-6jhx-586p',
		fixedIn: '4.4.5',
		title: 'The parser loops for ever over a raw block that is closed by another name',
		attacks: [
			literal('{{{{raw}}}} x {{{{/bad}}}}'),
			refused(
				'<<<<raw>>>> {{{{/raw}}}} <<<</bad>>>>',
				...['unclosed_block', 'unspaced_tag', 'unknown_value'],
			),
			refused('<< raw >><< /bad >>', 'unclosed_block', 'unknown_value'),
			refused('<< #raw >>{{{{/raw}}}}', 'unclosed_block'),
		],
	},
	{
		id: 'GHSA-62gr-4qp9-h98f',
		fixedIn: '4.4.5',
		title: 'Eager matching takes quadratic time',
		attacks: [
			literal('{{{{a}}}} '.repeat(20_000)),
			refused('<< raw >> '.repeat(20_000), 'unclosed_block'),
			refused(`<< contact.company${' '.repeat(1_900)} `.repeat(100), 'unclosed_tag'),
			refused('<< !-- '.repeat(30_000), 'unclosed_tag'),
		],
	},
	{
		id: 'GHSA-2cf5-4w76-r9qv',
		fixedIn: '4.5.2',
		title: 'lookup is given something that becomes “constructor”',
		attacks: [
			refused(shorterLadder, 'unknown_value', 'tag_syntax'),
			refused('<< lookup item (list item.names) >>', 'tag_refused'),
			refused('<< lookup item item.key >>', 'tag_refused'),
		],
	},
	{
		id: 'GHSA-g9r4-xpmj-mj65',
		fixedIn: '4.5.3',
		title: 'Templates add properties to Object.prototype',
		attacks: [
			printed(
				'<< #each item.rows as |__proto__ constructor| >>[<< __proto__.name >><< constructor >>]<< /each >>',
				loops,
				'[x0]',
			),
			printed('<< #with item.__proto__ as |polluted| >>x<< else >>-<< /with >>', { item: {} }, '-'),
			printed(
				'[<< item.a.polluted >>]',
				{ item: JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":2}}}') },
				'[]',
			),
		],
	},
	{
		id: 'GHSA-q2c6-c6pm-g3gh',
		fixedIn: '4.5.3',
		title: 'The check of lookup is passed by an object with a toString of its own',
		attacks: [
			refused('<< lookup this (list item.names) >>', 'tag_refused'),
			{
				run: () => {
					let asked = 0;
					const key = { toString: () => (asked++ === 0 ? 'name' : 'constructor') };
					const outcome = tried('[<< item.key >>]', { item: { key } });
					return asked === 0 ? outcome : { printed: `toString was called ${asked} times` };
				},
				expected: { printed: '[]' },
			},
		],
	},
	{
		id: 'GHSA-3cqr-58rm-57f8',
		fixedIn: '4.5.3',
		title: 'Templates run code by way of lookup',
		attacks: [
			refused(
				`<< #with (lookup item.rows "constructor") >><< this "${harm}" >><< /with >>`,
				'tag_syntax',
			),
			refused('<< lookup (lookup item "constructor") "constructor" >>', 'tag_refused'),
			printed('[<< lookup item.rows "constructor" >>]', loops, '[]'),
		],
	},
	{
		id: 'GHSA-f2jv-r9rf-7988',
		fixedIn: '4.7.7',
		title: 'Names get into the code that is made with compat or strict',
		attacks: [
			refused(`<< contact.[${codeName}] >>`, 'unknown_value'),
			printed(`[<< item.[${codeName}] >>]`, { item: { [codeName]: 'b' } }, '[b]'),
			{
				run: () => {
					const unknown = { compat: true, strict: true, knownHelpersOnly: true, noEscape: true };
					const how = { catalogue, context: 'html', ...unknown } as const;
					const compiled = compile('[<< contact.company >><< item.constructor >>]', how);
					const values = { contact: { company: '<b>' }, item: {} };
					return { printed: render(compiled, values, { ...options, ...unknown }).text };
				},
				expected: { printed: '[&lt;b&gt;]' },
			},
		],
	},
	{
		id: 'GHSA-765h-qjxv-5f44',
		fixedIn: '4.7.7',
		title: 'Prototypes are reached with compat or strict',
		attacks: [
			printed(
				'[<< item.constructor.prototype.x >><< lookup item "__proto__" >>]',
				{ item: {} },
				'[]',
			),
			printed(
				'<< #each item.rows >>[<< ../item.constructor >><< @root.item.__proto__ >>]<< /each >>',
				loops,
				'[]',
			),
		],
	},
];
