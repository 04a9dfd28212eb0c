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
	'<![endif]-->',
	'<?',
	'<!',
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
