import { describe, expect, it } from '@jest/globals';
import {
	analyse,
	compile,
	defineCatalogue,
	guardsHold,
	lint,
	render,
	type Needs,
	type Values,
} from 'custom-values';
import fc from 'fast-check';
import { catalogue, options } from './support.ts';

function needsOf(html: string, text = '', subject = ''): Needs {
	return analyse([
		compile(subject, { catalogue, context: 'subject' }),
		compile(html, { catalogue, context: 'html' }),
		compile(text, { catalogue, context: 'text' }),
	]);
}

describe('analyse', () => {
	it('names every value with its context, position and guards', () => {
		const source = '<p>\n<< #if contact.vip >><a href="<< contact.magic_link | to /x >>">';
		expect(needsOf(`${source}</a><< /if >>`).values).toEqual([
			{
				path: 'contact.vip',
				type: 'boolean',
				cost: 'row',
				secret: false,
				context: 'condition',
				line: 2,
				column: 1,
				guards: [],
			},
			{
				path: 'contact.magic_link',
				section: '/x',
				type: 'url',
				cost: 'mint',
				secret: true,
				context: 'url',
				anchors: [{ line: 2, column: 24 }],
				line: 2,
				column: 31,
				guards: [{ path: 'contact.vip', truthy: true }],
			},
		]);
	});

	it('keeps constants, values of the contact and minted ones apart', () => {
		const needs = needsOf(
			'<< portal.name >> << contact.email | upper >> << contact.magic_link >> << right_now.year >> << default contact.first_name portal.url >>',
			'<< contact.magic_link | to /a >> << #each item.rows >><< name >><< /each >> << contact.email >>',
			'<< custom_values.motto >>',
		);
		expect(needs.constants).toEqual(['custom_values.motto', 'portal.name', 'portal.url']);
		expect(needs.rows).toEqual(['contact.email', 'contact.first_name', 'item.rows']);
		expect(needs.mints).toEqual([
			{ path: 'contact.magic_link', section: '', guards: [[]] },
			{ path: 'contact.magic_link', section: '/a', guards: [[]] },
		]);
	});

	it('says under which conditions a link is needed', () => {
		const link = '<< contact.magic_link >> ';
		const mints = (source: string) => needsOf(source).mints[0]?.guards;
		const vip = (truthy: boolean) => ({ path: 'contact.vip', truthy });
		expect(mints(`<< #if contact.vip >>${link}<< /if >>`)).toEqual([[vip(true)]]);
		expect(mints(`<< #if contact.vip >><< else >>${link}<< /if >>`)).toEqual([[vip(false)]]);
		expect(mints(`<< #unless contact.vip >>${link}<< /unless >>`)).toEqual([[vip(false)]]);
		expect(mints(`<< #unless contact.vip >><< else >>${link}<< /unless >>`)).toEqual([[vip(true)]]);
		expect(mints(`<< #if contact.vip >>${link}<< else if item.x >>${link}<< /if >>`)).toEqual([
			[vip(true)],
			[vip(false), { path: 'item.x', truthy: true }],
		]);
		expect(mints(`<< #if contact.vip >>${link}<< /if >>${link}`)).toEqual([[]]);
		expect(mints(`${link}<< #if contact.vip >>${link}<< /if >>`)).toEqual([[]]);
		expect(mints(`<< #each item.rows >>${link}<< /each >>`)).toEqual([
			[{ path: 'item.rows', truthy: true, each: true }],
		]);
		expect(mints(`<< #each item.rows >><< #if this.x >>${link}<< /if >><< /each >>`)).toEqual([
			[{ path: 'item.rows', truthy: true, each: true }],
		]);
		expect(mints(`<< #each item.rows >><< else >>${link}<< /each >>`)).toEqual([
			[{ path: 'item.rows', truthy: false, each: true }],
		]);
		expect(mints(`<< #if (upper contact.company) >>${link}<< /if >>`)).toEqual([[]]);
		expect(mints(`<< #if contact.magic_link >>${link}<< /if >>`)).toEqual([[]]);
		expect(mints(`<< #if right_now.hour >>${link}<< /if >>`)).toEqual([[]]);
	});
});

describe('the start tags that hold a secret', () => {
	/** The source, with a mark at each place that is told. */
	const marked = (source: string) => {
		const { anchors = [] } = needsOf(source).values.find(({ context }) => context === 'url') ?? {};
		const lines = source.split('\n');
		for (const { line, column } of anchors.toReversed()) {
			const text = lines[line - 1]!;
			lines[line - 1] = `${text.slice(0, column - 1)}|${text.slice(column - 1)}`;
		}
		return lines.join('\n');
	};

	it.each([
		'\\<< contact.email >>\n<a| title="<a b=\'" href="<< contact.magic_link >>">',
		'<!--[if mso]><p>\n<A|\nhref="<< contact.magic_link >>"><![endif]-->',
		'<<~ contact.email ~>> \n <a| << #if contact.vip >>class="b"<< /if >> href="<< contact.magic_link >>">',
		'<< #if contact.vip >><a| href="<< else >><a| class="b" href="<< /if >><< contact.magic_link >>">',
		'<<< ! c >>a<< ! c >>| href="<< contact.magic_link >>">',
		'<< raw >><a><< /raw >><a| href="<< contact.magic_link >>">',
	])('%s', (source) => {
		expect(marked(source.replaceAll('|', ''))).toBe(source);
	});

	it('are told for links only', () => {
		const source =
			'<v:rect href="<< contact.magic_link >>"></v:rect><a href="<< portal.url >>">x</a>';
		expect(needsOf(source).values.some(({ anchors }) => anchors !== undefined)).toBe(false);
	});
});

describe('many conditions', () => {
	const link = '<< contact.magic_link >>';
	const each = (count: number) =>
		Array.from({ length: count }, (_, n) => `<< #if item.x${n} >>${link}<< /if >>`).join('');

	it('of one link count as always', () => {
		expect(needsOf(each(64)).mints[0]?.guards).toHaveLength(64);
		expect(needsOf(each(65)).mints[0]?.guards).toEqual([[]]);
		expect(needsOf(each(64) + each(64)).mints[0]?.guards).toHaveLength(64);
	});

	it('above one another are told as far as 32 go, so that a link is rather made than missing', () => {
		const chain = Array.from({ length: 99 }, (_, n) => `<< else if item.x${n} >>${link}`).join('');
		const { values } = needsOf(`<< #if contact.vip >>x${chain}<< /if >>`);
		expect(Math.max(...values.map(({ guards }) => guards.length))).toBe(32);
	});

	it('above one another are refused before the syntax tree gets too deep', () => {
		const chain = '<< #if contact.vip >>x<< else if item.x >>'.repeat(30);
		for (const source of [
			`<< #if contact.vip >>${'<< else if item.x >>'.repeat(1990)}`,
			chain + '<< else if item.x >>'.repeat(1900),
		]) {
			expect(lint(source, { catalogue, context: 'text' })).toContainEqual(
				expect.objectContaining({ code: 'too_deep', severity: 'error' }),
			);
		}
	});
});

describe('guardsHold', () => {
	it('tests as #if does', () => {
		const guard = (truthy: boolean) => [[{ path: 'item.x', truthy }]];
		for (const x of [undefined, null, false, 0, NaN, '', []]) {
			expect(guardsHold(guard(true), { item: { x } })).toBe(false);
			expect(guardsHold(guard(false), { item: { x } })).toBe(true);
		}
		for (const x of [true, 1, 'a', [0], {}])
			expect(guardsHold(guard(true), { item: { x } })).toBe(true);
		expect(guardsHold(guard(true), {})).toBe(false);
		expect(guardsHold([[]], {})).toBe(true);
		expect(guardsHold([], {})).toBe(false);
	});

	it('tests as #each does where that is the block', () => {
		const guard = (truthy: boolean) => [[{ path: 'item.x', truthy, each: true as const }]];
		for (const x of [undefined, null, false, 0, '', [], {}, '0', 'text', true, 5]) {
			expect(guardsHold(guard(true), { item: { x } })).toBe(false);
			expect(guardsHold(guard(false), { item: { x } })).toBe(true);
		}
		for (const x of [[0], [undefined], { a: undefined }])
			expect(guardsHold(guard(true), { item: { x } })).toBe(true);
	});

	it('reads own properties only', () => {
		const item = Object.create({ x: 1 }) as object;
		expect(guardsHold([[{ path: 'item.x', truthy: true }]], { item })).toBe(false);
	});
});

describe('defineCatalogue', () => {
	const value = (path: string) => ({
		path,
		type: 'text' as const,
		cost: 'row' as const,
		description: '',
		sample: '',
	});

	it('adds right_now to what it is given', () => {
		const { values, find } = defineCatalogue([value('contact.name')]);
		expect(values[0]).toEqual(value('contact.name'));
		expect(values.slice(1).every(({ path }) => path.startsWith('right_now.'))).toBe(true);
		expect(find(['right_now', 'year'])?.type).toBe('number');
	});

	it('matches one name for *, and any depth below item.*', () => {
		const { find } = defineCatalogue([value('item.*'), value('contact.fields.*')]);
		expect(find(['contact', 'fields', 'a'])?.path).toBe('contact.fields.*');
		expect(find(['contact', 'fields', 'a.b'])?.path).toBe('contact.fields.*');
		expect(find(['contact', 'fields', 'a', 'b'])).toBeUndefined();
		expect(find(['contact', 'fields'])).toBeUndefined();
		expect(find(['item', 'a', 'b', 'c'])?.path).toBe('item.*');
		expect(find(['item'])).toBeUndefined();
	});

	it.each([
		[['contact'], 'is no path'],
		[['contact.first name'], 'is no path'],
		[['contact.*.x'], 'is no path'],
		[['a.b', 'a.b'], 'twice'],
		[['a.b', 'a.b.c'], 'a value and a namespace'],
		[['right_now.year'], 'twice'],
	])('refuses %j', (paths, message) => {
		expect(() => defineCatalogue(paths.map(value))).toThrow(TypeError);
		expect(() => defineCatalogue(paths.map(value))).toThrow(message);
	});
});

describe('a link that is made where guards hold, and only there', () => {
	const paths = ['contact.vip', 'contact.company', 'item.n', 'item.rows'];
	const { text } = fc.letrec<{ text: string; node: string }>((tie) => ({
		node: fc.oneof(
			{ depthSize: 'small', withCrossShrink: true },
			fc.constantFrom('x', '<< contact.magic_link >> '),
			fc
				.tuple(fc.constantFrom('if', 'unless'), fc.constantFrom(...paths), tie('text'), tie('text'))
				.map(
					([block, path, then, otherwise]) =>
						`<< #${block} ${path} >>${then}<< else >>${otherwise}<< /${block} >>`,
				),
			fc
				.tuple(tie('text'), tie('text'))
				.map(
					([body, otherwise]) => `<< #each item.rows >>${body}<< else >>${otherwise}<< /each >>`,
				),
		),
		text: fc.array(tie('node'), { maxLength: 3 }).map((parts) => parts.join('')),
	}));
	const some = fc.constantFrom(undefined, null, false, 0, '', 'yes', 1);
	const lists = [[], [1], [1, 2], {}, { a: 1 }];
	const values = fc.record({
		contact: fc.record({ vip: some, company: some }),
		item: fc.record({ n: some, rows: fc.oneof(some, fc.constantFrom(...lists)) }),
	});

	it('is there wherever it is printed, and is never made without being printed', () => {
		fc.assert(
			fc.property(text, values, (source, given) => {
				const compiled = compile(source, { catalogue, context: 'text' });
				const link = 'https://portal.example/l/abc';
				const rendered = (contact: object) =>
					render(compiled, { ...given, contact } as Values, options).text;
				const isPrinted = rendered({ ...given.contact, magic_link: link }).includes(link);
				const isMade = analyse([compiled]).mints.some(({ guards }) => guardsHold(guards, given));
				expect(isMade).toBe(isPrinted);
			}),
			{ numRuns: 500 },
		);
	});
});
