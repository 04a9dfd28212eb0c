import { describe, expect, it } from '@jest/globals';
import { compile, render, TemplateError, type CompiledText } from 'custom-values';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { catalogue, options } from './support.ts';

interface HtmlNode {
	nodeName: string;
	attrs?: { name: string; value: string }[];
	childNodes?: HtmlNode[];
	content?: HtmlNode;
}

/** The HTML standard's own reading, by the parse5 that the engine has. */
const engine = dirname(fileURLToPath(import.meta.resolve('custom-values')));
const { parse } = (await import(
	pathToFileURL(createRequire(`${engine}/`).resolve('parse5')).href
)) as { parse: (html: string) => HtmlNode };

/** Elements, attributes and comments, without what they hold. */
function structure({ nodeName, attrs = [], childNodes = [], content }: HtmlNode): unknown {
	const children = content === undefined ? childNodes : [content];
	return [
		nodeName,
		attrs.map(({ name }) => name),
		children.filter(({ nodeName: name }) => name !== '#text').map(structure),
	];
}

const pieces = [
	'<p>',
	'</p>',
	'<a href="',
	'<a title="',
	"<a title='",
	'">',
	"'>",
	'>',
	'<',
	'</',
	'<!--',
	'-->',
	'<!-',
	'--',
	'<title>',
	'</title>',
	'</titl',
	'<style>',
	'</style>',
	'<script>',
	'</script>',
	'<textarea>',
	'</textarea>',
	'<img src="',
	'https://x.example/',
	'mailto:',
	' x',
	'="',
	'/',
	'"',
	"'",
	'=',
	' ',
	'text',
	'<!doctype html>',
	'<table><tr><td>',
	'</table>',
	'<svg>',
	'<svg><title>',
	'<!--[if mso]>',
	'--!>',
	'<![endif]-->',
	'<?',
	'<!',
	'\u00a0',
	'\u000b',
	'<< #if contact.vip >>',
	'<< else >>',
	'<< /if >>',
];
const tag = '<< contact.company >>';
const soup = fc
	.tuple(
		fc.array(fc.constantFrom(...pieces), { maxLength: 7 }),
		fc.array(fc.constantFrom(...pieces), { maxLength: 7 }),
	)
	.map(([before, after]) => before.join('') + tag + after.join(''));
const nasty = [
	'<b>',
	'</title>',
	'</textarea>',
	'</p>',
	'"',
	"'",
	'">',
	'-->',
	'--!>',
	'>',
	'<!--',
	'&#34;><i>',
	'a onclick=x',
	'" onclick="x',
	'<![endif]-->',
	']]>',
	'javascript:x',
	'/',
	'=',
];

function compiled(source: string): CompiledText | undefined {
	try {
		return compile(source, { catalogue, context: 'html' });
	} catch (error) {
		if (error instanceof TemplateError) return undefined;
		throw error;
	}
}

describe('HTML', () => {
	it('keeps its elements, attributes and comments whatever a value holds', () => {
		let accepted = 0;
		fc.assert(
			fc.property(soup, fc.boolean(), (source, vip) => {
				const text = compiled(source);
				if (text === undefined) return;
				accepted++;
				const html = (company: string) => render(text, { contact: { company, vip } }, options).text;
				const expected = structure(parse(html('mark')));
				for (const value of nasty) expect(structure(parse(html(value)))).toEqual(expected);
			}),
			{ numRuns: 1_000 },
		);
		// Enough of the soup has to be good HTML for this to mean something.
		expect(accepted).toBeGreaterThan(100);
	});
});

/** What may be put together to a URL; more of it than anybody would write. */
const urlBits = fc.constantFrom(
	...['java', 'script', 'javascript:', 'data:', ':', '&colon;', '&#58', '&#10', '6;', '&#106;ava'],
	...['&Tab;', '\t', '\n', ' ', '\u0001', '\u00a0', 'https://x.example/', '/', '?', '#', 'x', 'a&'],
	...['<< contact.company >>', '<< contact.website >>', '<< this >>'],
);
const { url } = fc.letrec<{ url: string; some: string }>((tie) => ({
	some: fc
		.array(fc.oneof({ weight: 4, arbitrary: urlBits }, tie('url')), { maxLength: 3 })
		.map((all) => all.join('')),
	url: fc.oneof(
		{ depthSize: 'small' },
		urlBits,
		fc
			.tuple(tie('some'), tie('some'))
			.map(([a, b]) => `<< #if contact.vip >>${a}<< else >>${b}<< /if >>`),
		fc
			.tuple(tie('some'), tie('some'))
			.map(
				([a, b]) => `<< #each item.rows >><< #if @first >>${a}<< else >>${b}<< /if >><< /each >>`,
			),
	),
}));

function hrefs({ attrs = [], childNodes = [] }: HtmlNode): string[] {
	return [
		...attrs.filter(({ name }) => name === 'href').map(({ value }) => value),
		...childNodes.flatMap(hrefs),
	];
}

/** As browsers read it, from a page on the web. */
function runsScript(href: string): boolean {
	const { protocol } = URL.parse(href, 'https://base.example') ?? {};
	return protocol !== undefined && /^(?:javascript|data|vbscript):/.test(protocol);
}

describe('an address', () => {
	it('never runs a script that a value is part of, however it is put together', () => {
		let accepted = 0;
		const source = fc
			.array(url, { minLength: 1, maxLength: 4 })
			.map((all) => `<a href="${all.join('')}">x</a>`);
		const websites = fc.constantFrom('https://x.example', 'javascript:', undefined);
		fc.assert(
			fc.property(source, fc.boolean(), fc.nat(3), websites, (text, vip, turns, website) => {
				const made = compiled(text);
				if (made === undefined) return;
				accepted++;
				const read = (company: string) => {
					const rows = new Array<string>(turns).fill(company);
					const values = { contact: { company, website, vip }, item: { rows } };
					return hrefs(parse(render(made, values, options).text)).filter(runsScript);
				};
				// What is written out may be one. That no value makes one up, or adds to it, is the point.
				const without = read('mark');
				expect(without.join()).not.toContain('mark');
				for (const value of ['script', 'javascript', ':', '58', '106', '6']) {
					expect(read(value)).toEqual(without);
				}
			}),
			{ numRuns: 3_000 },
		);
		expect(accepted).toBeGreaterThan(300);
	});
});
