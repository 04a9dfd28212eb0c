import { describe, expect, it } from '@jest/globals';
import { render } from 'custom-values';

import { PortalError } from '../../../server/errors.ts';
import { compileContents, type ContentFinding } from '../../../server/services/compile-content.ts';
import { textFromHtml } from '../../../server/services/send-derived-parts.ts';
import type { EmailSource, SendKind } from '../../../server/store/store.ts';
import { expectLinear } from '../../support/growth.ts';
import { portalOf } from '../mail/batch.ts';

const link = 'https://portal.example/l/token';
const values = {
	contact: { first_name: 'Ada', magic_link: { '': link, '/courses': `${link}2` } },
	portal: { name: 'Atelier' },
	custom_values: { opening_hours: '9 to 5' },
	item: { rows: [{ name: 'A & B' }, { name: 'C' }] },
};
const portal = portalOf({ customValues: { opening_hours: '9 to 5' } });

function rendered(source: Partial<EmailSource>, kind: SendKind = 'email') {
	const [content] = compileContents(portal, kind, [
		{ subject: 'Hi', html: '', text: '', ...source },
	]);
	const options = { locale: 'en', timeZone: 'UTC', now: 0, onMissing: 'empty' } as const;
	return {
		html: render(content!.html, values, options).text,
		text: render(content!.text, values, options).text,
	};
}

function findings(contents: Partial<EmailSource>[], kind: SendKind = 'email'): ContentFinding[] {
	try {
		compileContents(
			portal,
			kind,
			contents.map((content) => ({ subject: 'Hi', html: '', text: '', ...content })),
		);
	} catch (error) {
		if (error instanceof PortalError && error.code === 'template_invalid') {
			return error.extra!['findings'] as ContentFinding[];
		}
		throw error;
	}
	return [];
}

describe('compileContents', () => {
	it('R28 turns click tracking off on each anchor that holds a link that signs in, and on no other', () => {
		const { html } = rendered({
			html: [
				'<p><a class="x" href="<< contact.magic_link >>">in</a>',
				"<A href='<< contact.magic_link | to /courses >>' clicktracking=on>courses</A>",
				'<a href="https://example.com/?q=<< contact.first_name >>">out</a></p>',
			].join('\n'),
			text: 'x',
		});
		expect(html.split('\n')).toEqual([
			`<p><a clicktracking="off" class="x" href="${link}">in</a>`,
			`<A clicktracking="off" href='${link}2'>courses</A>`,
			'<a href="https://example.com/?q=Ada">out</a></p>',
		]);
	});

	it('R28 does so for what Outlook alone reads, and in start tags that hold tags of ours', () => {
		const { html } = rendered({
			html: [
				'<!--[if mso]><a href="<< contact.magic_link >>">in</a><![endif]-->',
				'<a << #if contact.first_name >>clicktracking="on"<< /if >> href="<< contact.magic_link >>">in</a>',
				'<< #if item.none >><a href="<< else >><a id="x" href="<< /if >><< contact.magic_link >>">in</a>',
				'<a href="https://example.com" clicktracking="on">out</a>',
			].join('\n'),
			text: 'x',
		});
		expect(html.split('\n')).toEqual([
			`<!--[if mso]><a clicktracking="off" href="${link}">in</a><![endif]-->`,
			`<a clicktracking="off"  href="${link}">in</a>`,
			`<a clicktracking="off" id="x" href="${link}">in</a>`,
			'<a href="https://example.com" clicktracking="on">out</a>',
		]);
	});

	it('makes the plain text from the HTML, with every tag whole', () => {
		const { text } = rendered({
			html: `<html><head><style>p { color: red }</style><title>News</title></head><body><h1>Hello << contact.first_name | you >></h1>
				<table><!-- << #each item.rows >> --><tr><td><< this.name >>;</td></tr><!-- << /each >> --></table>
				<p>a &lt;&lt; b &amp; c</p><a href="<< contact.magic_link | to /courses >>">Open</a></body></html>`,
		});
		expect(text).toContain('Hello Ada');
		expect(text).toContain('A & B;\nC;\n');
		expect(text).toContain('a << b & c');
		expect(text).toContain(`Open ${link}2`);
		expect(text).not.toContain('color');
	});

	it.each([
		[
			'rows are lines and cells have a space between',
			'<title>Bill</title><p>Hi</p><table><tr><th>Item</th><th>Price</th></tr><tr><td>Hat</td><td>€5.00</td></tr></table><p>Bye</p>',
			'Hi\n\nItem Price\nHat €5.00\n\nBye',
		],
		[
			'cells and rows without an end are told apart, too',
			'<table><caption>Bill</caption><tr><td>a<td>b<tr><td>c</table>',
			'Bill\na b\nc',
		],
		[
			'a loop between rows leaves no empty lines',
			`<table><thead>
				<tr><th>Item</th><th>Note</th></tr>
				</thead><!-- << #each item.rows >> -->
				<tr>
					<td><< name >></td>
					<td>new</td>
				</tr>
				<!-- << /each >> -->
			</table><p>Bye</p>`,
			'Item Note\nA & B new\nC new\n\nBye',
		],
		[
			'a loop over cells keeps to its line',
			'<table><tr><!-- << #each item.rows >> --><td><< name >></td><!-- << /each >> --></tr></table>',
			'A & B  C',
		],
		[
			'tables for the layout leave their texts as they are',
			`<table><tr><td><table><tr><td><p>a</p></td></tr></table></td></tr>${'<tr><td><img src="x"></td></tr>'.repeat(9)}<tr><td> <a href="https://example.com">b</a></td></tr></table>`,
			'a\n\n\nb https://example.com',
		],
		[
			'paragraphs that hold but a tag leave no gap',
			'<p>a</p><p><< #if item.none >></p><p>b</p><p><< else >></p><p>c</p><p><< /if >></p><p>d</p>',
			'a\n\nc\n\nd',
		],
		['a gap at the beginning goes, too', '<p><< #if item.rows >></p><p>a</p><p><< /if >></p>', 'a'],
	])('makes the plain text from tables: %s', (_name, html, expected) => {
		expect(rendered({ html }).text.trim()).toBe(expected);
	});

	it('makes the plain text in linear time', () => {
		const row = '<tr><td>x<td><!-- << #if item.a >> --><br><!-- << /if >> -->';
		expectLinear(
			8,
			() => textFromHtml(row.repeat(300)),
			() => textFromHtml(row.repeat(2400)),
		);
	});

	it('makes the HTML from the plain text, with links that can be pressed', () => {
		const { html } = rendered({
			text: 'Dear << contact.first_name >> <&>\n<< contact.magic_link >>',
		});
		expect(html).toContain('Dear Ada &lt;&amp;&gt;<br>');
		expect(html).toContain(`<a clicktracking="off" href="${link}">${link}</a>`);
	});

	it('asks for a plain text when a tag of the HTML cannot be told from HTML', () => {
		const html = '<p><< contact.first_name | default "a > b" >></p>';
		expect(findings([{ html }])).toMatchObject([{ part: 'text', code: 'missing_part' }]);
		expect(findings([{ html, text: 'x' }])).toEqual([]);
	});

	it('tells all that is wrong with all texts at once, each with content, part and position', () => {
		const found = findings([
			{ subject: 'Hi << contact.frist_name >>', html: '<p>x</p>', text: 'x' },
			{ html: '<p>\n<< contact.fone >></p>', text: '<< custom_values.opening_hour >>' },
			{ html: '<img src="<< contact.magic_link >>">', text: 'x' },
			{ subject: '' },
		]);
		expect(found).toMatchObject([
			{ content: 0, part: 'subject', line: 1, column: 7, code: 'unknown_value' },
			{ content: 1, part: 'html', line: 2, code: 'unknown_value' },
			{ content: 1, part: 'text', line: 1, code: 'unknown_value' },
			{ content: 2, part: 'html', line: 1 },
			{ content: 3, part: 'subject', code: 'missing_subject' },
			{ content: 3, part: 'html', code: 'missing_part' },
		]);
		expect(found[0]!.message).toContain('contact.first_name');
		expect(found[2]!.message).toContain('custom_values.opening_hours');
	});

	it('tells a mistake once when the other part was made from it', () => {
		expect(findings([{ html: '<p><< contact.frist_name >></p>' }])).toMatchObject([
			{ part: 'html' },
		]);
		expect(findings([{ text: '<< contact.frist_name >>' }])).toMatchObject([{ part: 'text' }]);
	});

	it('asks for a plain text when the HTML nests too deep to make one, and for that only', () => {
		for (const element of ['div', 'b', 'table']) {
			const html = `<${element}>`.repeat(201);
			expect(findings([{ html }])).toMatchObject([{ part: 'text', code: 'missing_part' }]);
			expect(findings([{ html, text: 'x' }])).toEqual([]);
			expect(findings([{ html: `<${element}>`.repeat(199) }])).toEqual([]);
		}
		expect(findings([{ html: '<blockquote>'.repeat(11) }])).toHaveLength(1);
		expect(findings([{ html: '<p>a<br><img><li>b</p></i>'.repeat(300) }])).toEqual([]);
	});

	it('makes no part from one that is too long', () => {
		const long = 'a '.repeat(131_073);
		expect(findings([{ html: long }])).toMatchObject([{ part: 'html', code: 'source_too_long' }]);
		expect(findings([{ text: long }])).toMatchObject([{ part: 'text', code: 'source_too_long' }]);
	});

	it('refuses texts that are too much together', () => {
		const refused = (contents: Partial<EmailSource>[]) => {
			try {
				findings(contents);
			} catch (error) {
				return error instanceof PortalError && error.code === 'payload_too_large';
			}
			return false;
		};
		const text = 'a'.repeat(200_000);
		expect(refused(Array.from({ length: 19 }, () => ({ text })))).toBe(false);
		expect(refused(Array.from({ length: 20 }, () => ({ text })))).toBe(true);
		const tags = '<< portal.name >>'.repeat(1000);
		expect(refused(Array.from({ length: 20 }, () => ({ text: tags })))).toBe(false);
		expect(refused(Array.from({ length: 21 }, () => ({ text: tags })))).toBe(true);
	});

	it('stops looking once there are findings enough', () => {
		const bad = { text: '<< contact.frist_name >>'.repeat(200), subject: 'x' };
		const found = findings(Array.from({ length: 10 }, () => bad));
		expect(new Set(found.map(({ content }) => content))).toEqual(new Set([0, 1, 2]));
	});

	it('compiles the same texts once, and again when the portal has changed', () => {
		const source = { subject: 'Hi', html: '<p>x</p>', text: '<< custom_values.opening_hours >>' };
		const first = compileContents(portal, 'email', [source]);
		expect(compileContents({ ...portal }, 'email', [{ ...source }])).toBe(first);
		expect(compileContents(portal, 'email', [{ ...source, subject: 'Ho' }])).not.toBe(first);
		expect(() => compileContents(portalOf(), 'email', [source])).toThrow(PortalError);
	});

	it('refuses custom values of a portal that has none', () => {
		const source = { subject: 'Hi', html: '', text: '<< custom_values.phone | 112 >>' };
		expect(() => compileContents(portalOf(), 'email', [source])).toThrow(/no custom value “phone”/);
	});

	it('R32 refuses a section that is not of the portal, with its position', () => {
		const text = 'Go:\n<< contact.magic_link | to //evil.example >>';
		expect(findings([{ text }])).toMatchObject([
			{ part: 'text', code: 'destination_not_allowed', line: 2 },
		]);
	});

	it.each([
		['login_email', 'contact.invitation_link', 'contact.magic_link'],
		['invitation', 'contact.first_name', 'contact.invitation_link'],
	] as const)('wants the link of %s in each part', (kind, without, tag) => {
		const html = `<a href="<< ${tag} >>">in</a>`;
		expect(findings([{ html, text: `<< ${tag} >>` }], kind)).toEqual([]);
		expect(findings([{ html, text: `<< ${without} >>` }], kind)).toMatchObject([
			{ part: 'text', code: 'missing_required_value' },
		]);
		expect(findings([{ html: '<p>x</p>' }], kind)).toMatchObject([
			{ part: 'html', code: 'missing_required_value' },
		]);
		expect(findings([{ text: `<< #if ${tag} >>x<< /if >>` }], kind)).toMatchObject([
			{ code: 'missing_required_value' },
		]);
	});
});
