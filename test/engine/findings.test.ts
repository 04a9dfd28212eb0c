import { describe, expect, it } from '@jest/globals';
import { compile, defineCatalogue, lint } from 'custom-values';
import { catalogue, codes, errors, thrown } from './support.ts';

describe('lint', () => {
	it('names every finding at once, with position, length, message and fix', () => {
		const source =
			'Hi << contact.frist_name >>,\n  << #if contact.vip >>\n{{contact.email}} << portal >>';
		expect(errors(source)).toEqual([
			{
				code: 'unknown_value',
				severity: 'error',
				line: 1,
				column: 7,
				length: 18,
				message: 'There is no value “contact.frist_name”. Did you mean contact.first_name?',
				fix: 'contact.first_name',
			},
			{
				code: 'unclosed_block',
				severity: 'error',
				line: 2,
				column: 3,
				length: 21,
				message: 'The << #if >> that starts here never ends. Write << /if >> where it should end.',
			},
			{
				code: 'foreign_tag',
				severity: 'error',
				line: 3,
				column: 1,
				length: 17,
				message:
					'Readers would see this as it stands: it is no custom value here. Write << contact.email >>.',
				fix: '<< contact.email >>',
			},
			{
				code: 'namespace',
				severity: 'error',
				line: 3,
				column: 22,
				length: 6,
				message: '“portal” is a group of values. Name one of them.',
			},
		]);
	});

	it('finds nothing wrong with a good text', () => {
		expect(
			lint('<p>Hi << contact.first_name | there >></p>', { catalogue, context: 'html' }),
		).toEqual([]);
	});

	it.each([
		['<< contact.nope >>', 'unknown_value'],
		['<< contact.firstName >>', 'unknown_value'],
		['<< portal.nmae >>', 'unknown_value'],
		['<< contact.__proto__ >>', 'unknown_value'],
		['<< contact.constructor >>', 'unknown_value'],
		['<< contact.first_name.length >>', 'unknown_value'],
		['<< contact.first_name.constructor.name >>', 'unknown_value'],
		['<< contact.fields.a.b >>', 'unknown_value'],
		['<< contact >>', 'namespace'],
		['<< contact.fields >>', 'namespace'],
		['<< @root >>', 'namespace'],
		['<< #each contact >>x<< /each >>', 'namespace'],
		['<< #if contact >>x<< /if >>', 'namespace'],
		['<< #each contact.first_name >>x<< /each >>', 'not_a_list'],
		['<< #each (upper contact.first_name) >>x<< /each >>', 'not_a_list'],
		['<< ../contact.first_name >>', 'too_far_up'],
		['<< #with contact >><< ../../first_name >><< /with >>', 'too_far_up'],
		['<< @index >>', 'too_far_up'],
		['<< #each contact.tags >><< @../index >><< /each >>', 'too_far_up'],
		['<< first_name >>', 'near_miss'],
		['<< FirstName >>', 'near_miss'],
		['<< contcat.first_name >>', 'near_miss'],
		['<< Contact.First_Name >>', 'near_miss'],
		['<< #with contact >><< frist_name >><< /with >>', 'near_miss'],
		['<< #fi contact.vip >>', 'near_miss'],
		['<< #each contact.tags >><< @idnex >><< /each >>', 'near_miss'],
		['<< > header >>', 'tag_refused'],
		['<< #> header >>', 'tag_refused'],
		['<< * decorator >>', 'tag_refused'],
		['<< log contact.first_name >>', 'tag_refused'],
		['<< lookup contact item.name >>', 'tag_refused'],
		['<< & contact.first_name >>', 'tag_refused'],
		['<< #contact.vip >>', 'unknown_block'],
		['<< #upper contact.vip >>', 'unknown_block'],
		['<< /if >>', 'unexpected_close'],
		['<< #if contact.vip >>a<< else >>b<< else >>c<< /if >>', 'unexpected_else'],
		['<< #if contact.vip >>', 'unclosed_block'],
		['<< #if contact.vip >><< #each item.rows >>x<< /if >>', 'unclosed_block'],
		['<< raw >>', 'unclosed_block'],
		['<< contact.first_name', 'unclosed_tag'],
		['<< contact.first_name << contact.last_name | x >>', 'unclosed_tag'],
		['<< #if contact.vip', 'unclosed_tag'],
		['<< contact.first_name! >>', 'tag_syntax'],
		['<< contact.first_name contact.last_name >>', 'tag_syntax'],
		['<< contact.first_name foo="x" >>', 'tag_syntax'],
		['<< contact..first_name >>', 'tag_syntax'],
		['<< contact.{first_name} >>', 'tag_syntax'],
		['<< upper (contact.first_name >>', 'tag_syntax'],
		['<< #if >>x<< /if >>', 'tag_syntax'],
		['<< #if contact.vip contact.tags >>x<< /if >>', 'tag_syntax'],
		['<< #if contact.vip foo=1 >>x<< /if >>', 'tag_syntax'],
		['<< #if null >>x<< /if >>', 'tag_syntax'],
		['{{contact.first_name}}', 'foreign_tag'],
		['{{{ contact.first_name }}}', 'foreign_tag'],
		['{{first_name}}', 'foreign_tag'],
		['*|FNAME|*', 'foreign_tag'],
		['%contact.first_name%', 'foreign_tag'],
		['%FIRST_NAME%', 'foreign_tag'],
		['[[contact.first_name]]', 'foreign_tag'],
		['{{~&nbsp;contact.first_name\u200b ~}}', 'foreign_tag'],
		['{{contact/first_name}}', 'foreign_tag'],
		['{{contact.no_such_field}}', 'foreign_tag'],
		['{{contact.first_name | there}}', 'foreign_tag'],
		['{{contact.first_name|default:"there"}}', 'foreign_tag'],
		['{{#if contact.vip}}a{{/if}}', 'foreign_tag'],
		['<a href="%7B%7Bportal.url%7D%7D">x</a>', 'foreign_tag'],
		['*|fname|*', 'foreign_tag'],
		['{{upper contact.first_name}}', 'foreign_tag'],
		['*|IF:FNAME|*', 'foreign_tag'],
		['[[contact.first_name|x]]', 'foreign_tag'],
		['%%contact.first_name%%', 'foreign_tag'],
		['&lt;&lt; contact.first_name &gt;&gt;', 'damaged_tag'],
		['<a href="%3C%3C%20contact.website%20%3E%3E">', 'damaged_tag'],
	])('%s: %s', (source, code) => {
		expect(errors(source).map((finding) => finding.code)).toEqual([code]);
	});

	it.each([
		['<<contact.first_name | x>>', 'unspaced_tag'],
		['<< contact.first_name >>', 'no_fallback'],
		['<a href="<< contact.magic_link to="/courses" >>">', 'quote_in_attribute'],
		['<p title="<< portal.footer >>">', 'html_value_here'],
		['<< contact.first_name | contact.last_name >>', 'fallback_like_value'],
	])('%s is allowed, with the remark %s', (source, code) => {
		expect(codes(source)).toEqual([code]);
		expect(errors(source)).toEqual([]);
	});

	it.each([
		'<< #if contact.first_name >><< contact.first_name >><< /if >>',
		'<< portal.url >>',
		'<< contact.magic_link >>',
		'<< right_now.year >>',
		'<< #each item.rows >><< name >><< /each >>',
	])('asks for no fallback in %s', (source) => {
		expect(codes(source)).toEqual([]);
	});

	it('names the new path of a value that is written otherwise now', () => {
		const value = { type: 'text', cost: 'row', description: '', sample: 'x' } as const;
		const renamed = defineCatalogue([
			{ ...value, path: 'contact.forename', replacedBy: 'contact.first_name' },
			{ ...value, path: 'contact.first_name' },
		]);
		const options = { catalogue: renamed, context: 'text' } as const;
		expect(lint('Hi << contact.forename | you >>', options)).toEqual([
			{
				code: 'deprecated_value',
				severity: 'warning',
				line: 1,
				column: 7,
				length: 16,
				message: '“contact.forename” still works, but is written contact.first_name now.',
				fix: 'contact.first_name',
			},
		]);
		expect(() => compile('<< contact.forename >>', options)).not.toThrow();
	});

	it('goes on after a tag that cannot be read', () => {
		const source =
			'<< contact.first_name! >> << #if contact.vip! >><< contact.nope >><< /if >> << contact.x) >>';
		expect(errors(source).map(({ code }) => code)).toEqual([
			'tag_syntax',
			'tag_syntax',
			'unknown_value',
			'tag_syntax',
		]);
	});

	it('counts columns in UTF-16 code units and lines by line feeds', () => {
		const [finding] = errors('\r\n👍🏽 << contact.nope >>', 'text');
		expect([finding?.line, finding?.column, finding?.length]).toEqual([2, 9, 12]);
	});
});

describe('compile', () => {
	it('throws all findings of a text with errors', () => {
		const source = '<< contact.nope >> << contact.nada >>';
		const error = thrown(() => compile(source, { catalogue, context: 'text' }));
		expect(error.findings.map(({ code }) => code)).toEqual(['unknown_value', 'unknown_value']);
		expect(error.message).toBe(
			'1:4 There is no value “contact.nope”.\n1:23 There is no value “contact.nada”.',
		);
	});

	it('throws with them which values the text uses, unless it was not read to its end', () => {
		const uses = (source: string) =>
			thrown(() => compile(source, { catalogue, context: 'text' })).uses?.map(({ path }) => path);
		expect(uses('<< contact.nope >><< custom_values.a >><< #if portal.name >>')).toEqual([
			'custom_values.a',
			'portal.name',
		]);
		expect(uses('<< custom_values.a >>'.repeat(2_001))).toBeUndefined();
	});

	it('is plain JSON', () => {
		const compiled = compile('<< #if contact.vip >><< contact.first_name >><< /if >>', {
			catalogue,
			context: 'html',
		});
		expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
	});

	it.each([
		['source_too_long', 'x'.repeat(262_145)],
		['too_many_tags', '<< contact.first_name >>'.repeat(2_001)],
		['too_deep', '<< #if contact.vip >>'.repeat(33)],
		['unclosed_tag', `<< contact.first_name | ${'x'.repeat(2_001)} >>`],
	])('refuses what is over a limit: %s', (code, source) => {
		expect(
			thrown(() => compile(source, { catalogue, context: 'html' })).findings.at(-1)?.code,
		).toBe(code);
		expect(codes(source)).toContain(code);
	});

	it('takes what is just within the limits', () => {
		const deep = '<< #if contact.vip >>'.repeat(32) + '<< /if >>'.repeat(32);
		expect(errors(deep)).toEqual([]);
		expect(errors('x'.repeat(262_144))).toEqual([]);
		expect(errors('<< contact.first_name >>'.repeat(2_000))).toEqual([]);
	});
});
