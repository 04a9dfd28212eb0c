import { describe, expect, it } from '@jest/globals';
import { compile, render, type RenderOptions, type TextContext, type Values } from 'custom-values';
import { catalogue, options, print, thrown, values } from './support.ts';

function rendered(
	source: string,
	given: Values,
	more: Partial<RenderOptions> = {},
	context: TextContext = 'text',
) {
	return render(compile(source, { catalogue, context }), given, { ...options, ...more });
}

describe('missing values', () => {
	it('are reported together, each once', () => {
		const source =
			'<< contact.first_name >><< contact.email >><< contact.first_name >><< contact.vip >>.';
		expect(rendered(source, { contact: { vip: false } })).toEqual({
			text: 'false.',
			missing: ['contact.first_name', 'contact.email'],
			fallbacks: [],
		});
	});

	it('are not those for which a fallback was printed, or whose branch is not taken', () => {
		const source = '<< contact.first_name | x >><< #if contact.vip >><< contact.email >><< /if >>';
		expect(rendered(source, {})).toEqual({
			text: 'x',
			missing: [],
			fallbacks: [{ path: 'contact.first_name', text: 'x' }],
		});
	});

	it('tell the fallbacks printed in their place, each once, as they are written', () => {
		const source =
			'<p><< contact.first_name | A &amp; B >><< contact.first_name | A & B >><< contact.email | b >><< contact.company | upper | it >></p>';
		const { text, fallbacks } = rendered(source, { contact: { email: 'x' } }, {}, 'html');
		expect(text).toBe('<p>A &amp; BA &amp; Bxit</p>');
		expect(fallbacks).toEqual([
			{ path: 'contact.first_name', text: 'A & B' },
			{ path: 'contact.company', text: 'it' },
		]);
	});

	it.each([undefined, null, '', '  ', NaN, {}, [], () => 'x', Symbol('x')])(
		'%p is one',
		(company) => {
			const given = { contact: { company } };
			for (const context of ['html', 'text', 'subject'] as const) {
				expect(rendered('<< contact.company >>', given, {}, context)).toEqual({
					text: '',
					missing: ['contact.company'],
					fallbacks: [],
				});
				expect(rendered('<< contact.company | it >>', given, {}, context).text).toBe('it');
			}
		},
	);

	it('stop the render when onMissing is block, all named at once', () => {
		const source = '\n<< contact.first_name >><< contact.email >>';
		const error = thrown(() => rendered(source, {}, { onMissing: 'block' }));
		expect(error.findings).toEqual([
			expect.objectContaining({
				code: 'value_missing',
				line: 2,
				column: 1,
				message: '“contact.first_name” is missing.',
			}),
			expect.objectContaining({ code: 'value_missing', line: 2, column: 25 }),
		]);
	});

	it('always stop the render when they are secrets or required', () => {
		const error = thrown(() =>
			rendered('<< contact.magic_link >> << portal.name >><< contact.email >>', {}),
		);
		expect(error.findings.map(({ message }) => message)).toEqual([
			'“contact.magic_link” is missing.',
			'“portal.name” is missing.',
		]);
		expect(rendered('<< #if contact.vip >><< contact.magic_link >><< /if >>', {}).text).toBe('');
	});

	it('stop the render when a secret is no URL', () => {
		const given = { contact: { magic_link: 'javascript:alert(1)' } };
		const error = thrown(() => rendered('<a href="<< contact.magic_link >>">', given, {}, 'html'));
		expect(error.findings[0]?.code).toBe('value_missing');
	});

	it('never give one section’s link for another', () => {
		const given = { contact: { magic_link: { '': 'https://a.example/1' } } };
		expect(thrown(() => rendered('<< contact.magic_link | to /x >>', given)).findings).toHaveLength(
			1,
		);
		const single = { contact: { magic_link: 'https://a.example/1' } };
		expect(rendered('<< contact.magic_link >>', single).text).toBe('https://a.example/1');
		expect(
			thrown(() => rendered('<< contact.magic_link | to /x >>', single)).findings,
		).toHaveLength(1);
	});
});

describe('own properties', () => {
	const source = '<< contact.first_name | none >>';

	it('are all that is read', () => {
		expect(
			print(source, 'text', { values: { contact: Object.create({ first_name: 'x' }) as object } }),
		).toBe('none');
		expect(
			print(source, 'text', { values: Object.create({ contact: { first_name: 'x' } }) as Values }),
		).toBe('none');
		const bare = Object.assign(Object.create(null) as object, { first_name: 'x' });
		expect(print(source, 'text', { values: { contact: bare } })).toBe('x');
	});

	it.each([
		'__proto__',
		'constructor',
		'prototype',
		'toString',
		'hasOwnProperty',
		'__defineGetter__',
		'valueOf',
	])('%s leads nowhere', (name) => {
		const paths = [
			`item.${name}`,
			`custom_values.${name}`,
			`item.${name}.name`,
			`item.${name}.${name}`,
		];
		for (const path of paths) expect(print(`<< ${path} | none >>`)).toBe('none');
		expect(print(`<< #each item.rows >><< this.${name} | none >><< /each >>`)).toBe('nonenone');
		expect(print(`<< #if item.${name} >>yes<< else >>no<< /if >>`)).toBe('no');
		expect(print(`<< #each item.${name} >>yes<< else >>no<< /each >>`)).toBe('no');
	});

	it('may be called __proto__ when the data brings it', () => {
		const item = JSON.parse('{"__proto__":{"x":"own"}}') as object;
		expect(print('<< item.__proto__.x >>', 'text', { values: { item } })).toBe('own');
	});

	it('that are getters or functions are not called', () => {
		const calls: string[] = [];
		const call = (name: string) => () => {
			calls.push(name);
			return 'x';
		};
		const contact = Object.defineProperty({ last_name: call('function') }, 'first_name', {
			get: call('getter'),
			enumerable: true,
		});
		const given = Object.defineProperty({ contact, item: { rows: [call('item')] } }, 'portal', {
			get: call('root'),
		});
		const template =
			'<< contact.first_name | a >><< contact.last_name | b >><< portal.url | c >><< #each item.rows >><< this | d >><< /each >><< #if contact.first_name >>e<< /if >>';
		expect(print(template, 'text', { values: given })).toBe('abcd');
		expect(calls).toEqual([]);
	});

	it('of objects with toString, valueOf, toJSON or iterators are not used', () => {
		const item = {
			a: { toString: () => 'x', valueOf: () => 'x', toJSON: () => 'x' },
			b: new Map([['x', 1]]),
			c: new Set(['x']),
			d: new String('x'),
			e: new Date(0),
		};
		for (const name of 'abcde') {
			expect(print(`<< item.${name} | none >>`, 'text', { values: { item } })).toBe('none');
			const loop = `<< #each item.${name} >><< this | nothing >><< else >>none<< /each >>`;
			expect(print(loop, 'text', { values: { item } })).not.toContain('1');
		}
	});

	it('of a sparse array are not taken from the prototype', () => {
		const a: unknown[] = [1, 2, 3];
		// eslint-disable-next-line @typescript-eslint/no-array-delete -- the hole is the case.
		delete a[1];
		const source = '<< #each item.a >>[<< this | none >>]<< /each >>';
		expect(print(source, 'text', { values: { item: { a } } })).toBe('[1][none][3]');
	});
});

describe('limits', () => {
	const list = (length: number) => ({
		item: { rows: Array.from({ length }, () => ({ name: 'x' })) },
	});

	it.each([
		['too_many_items', '\n<< #each item.rows >>x<< /each >>', list(501), 2],
		[
			'too_many_items',
			'<< #each item.rows >>x<< /each >>',
			{ item: { rows: new Array(2 ** 32 - 1) } },
			1,
		],
		[
			'too_many_items',
			'<< #each item.rows >>x<< /each >>',
			{ item: { rows: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`k${i}`, 1])) } },
			1,
		],
		[
			'too_many_steps',
			'<< #each item.rows >>\n<< #each item.rows >><< this.name >><< /each >><< /each >>',
			list(300),
			2,
		],
		[
			'output_too_long',
			`\n<< #each item.rows >>${'x'.repeat(4_000)}<< this.name >><< /each >>`,
			list(500),
			2,
		],
		['output_too_long', '\n<< item.a >>', { item: { a: 'x'.repeat(1_048_577) } }, 2],
	])('%s', (code, source, given, line) => {
		const error = thrown(() => rendered(source, given));
		expect(error.findings).toEqual([expect.objectContaining({ code, line })]);
	});

	it('let through what is just within them', () => {
		expect(rendered('<< #each item.rows >>x<< /each >>', list(500)).text).toBe('x'.repeat(500));
		expect(rendered('<< item.a >>', { item: { a: 'x'.repeat(1_048_576) } }).text).toHaveLength(
			1_048_576,
		);
	});

	it('count the text of loops inside loops', () => {
		const source = `<< #each item.rows >><< #each item.rows >>${'x'.repeat(50)}<< /each >><< /each >>`;
		expect(thrown(() => rendered(source, list(200))).findings[0]?.code).toBe('output_too_long');
	});
});

describe('the compiled form', () => {
	it('renders the same after a way through JSON, and for many recipients', () => {
		const source =
			'<< #each item.rows >><< name >> << price | currency EUR >> << /each >><< contact.joined_at >> << portal.name >>';
		const compiled = compile(source, { catalogue, context: 'html' });
		const stored = JSON.parse(JSON.stringify(compiled)) as typeof compiled;
		expect(render(stored, values, options)).toEqual(render(compiled, values, options));
		const other = { ...values, portal: { name: 'Other <b>' }, contact: {} };
		const first = render(compiled, values, options);
		expect(render(compiled, other, options).text).toContain('Other &lt;b&gt;');
		expect(render(compiled, values, options)).toEqual(first);
	});
});
