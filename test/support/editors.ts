import createDOMPurify from 'dompurify';
import { convert } from 'html-to-text';
import juice from 'juice';
import { parseFragment, serialize, type DefaultTreeAdapterTypes } from 'parse5';
import sanitizeHtml from 'sanitize-html';

// Beside parse5 in one import graph it cannot be loaded here: it requires the same module.
const { JSDOM } = await import('jsdom');

/** Something that an e-mail goes through before it reaches us. Undefined is what nobody brings into it that way. */
export interface Editor {
	name: string;
	/** What becomes of HTML. */
	html: (source: string) => Edited;
	/** What becomes of a plain text. */
	text: (source: string) => Edited;
	/** What comes out is this, whatever went in. */
	makes?: 'html' | 'text';
}

export type Edited = string | undefined | Promise<string | undefined>;

type Node = DefaultTreeAdapterTypes.ChildNode;
type Parent = DefaultTreeAdapterTypes.ParentNode;

const purify = createDOMPurify(new JSDOM('').window);

const throughHtml = (name: string, html: Editor['html']): Editor => ({ name, html, text: html });

/** Names of elements that editors keep: others are taken off, and what is in them stays. */
const known =
	/^(?:a|abbr|b|blockquote|body|br|center|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|span|strong|style|table|tbody|td|tfoot|th|thead|title|tr|u|ul|v:\w+|o:\w+)$/;

/** Rewrites a tree of HTML: text nodes, attributes, comments; unknown elements are unwrapped. */
function rewrite(
	source: string,
	how: {
		text?: (text: string) => string;
		attribute?: (value: string, name: string) => string;
	},
): string {
	const visit = (parent: Parent): void => {
		for (let at = 0; at < parent.childNodes.length; at++) {
			const node: Node | undefined = parent.childNodes[at];
			if (node === undefined) continue;
			if ('value' in node && how.text && parent.nodeName !== 'style') {
				node.value = how.text(node.value);
			} else if ('tagName' in node) {
				for (const attribute of node.attrs) {
					attribute.value = how.attribute?.(attribute.value, attribute.name) ?? attribute.value;
				}
				if (known.test(node.tagName)) visit(node);
				else parent.childNodes.splice(at--, 1, ...node.childNodes);
			}
		}
	};
	const tree = parseFragment(source);
	visit(tree);
	return serialize(tree);
}

const nonBreaking = '\u00a0';

/** Word as HTML: runs of text are cut up, unknown words are marked, quotes are curly, lines of the source are wrapped. */
function word(source: string): string {
	const marked = rewrite(source, { text: curly }).replace(/(?<=>)[^<>]+(?=<)/g, (run) =>
		run
			.replace(/\b\w+_\w+\b/g, '<span class=SpellE>$&</span>')
			.replace(/&lt;&lt; ?(?=#|\/)/g, '<span lang=EN-US>$&</span>')
			.replace(/ \| /g, ' |<span lang=EN-US> </span>')
			.replace(/&gt;&gt;/g, '&gt;<o:p></o:p>&gt;'),
	);
	return marked.replace(/(\w) (?=[a-zA-Z])(?![^<]*>)/g, '$1\r\n');
}

function curly(text: string): string {
	return text
		.replace(/(^|[\s(])"/g, '$1“')
		.replaceAll('"', '”')
		.replace(/(^|[\s(])'/g, '$1‘')
		.replaceAll("'", '’');
}

/** Word with the autocorrection of French: guillemets, with the spaces that belong to them. */
function frenchWord(source: string): string {
	const guillemets = (text: string) =>
		curly(text).replace(/<<\s*/g, `«${nonBreaking}`).replace(/\s*>>/g, `${nonBreaking}»`);
	return rewrite(source, { text: guillemets });
}

/** Outlook: links are made absolute and percent-encoded, and long words may break at soft hyphens. */
function outlook(source: string): string {
	return rewrite(source, {
		text: (text) => text.replace(/(?<=\w{4})_(?=\w)/g, '_\u00ad').replace(/<< /g, '\u200b<< '),
		attribute: (value, name) =>
			name === 'href' && !/^[a-z][a-z+.-]*:/i.test(value) ? `http://${encodeURI(value)}` : value,
	});
}

/** What text is for an editor that shows it, without the markup. */
const plainly = (change: (text: string) => string) => (source: string) => change(source);

/** Packages as they are published. */
export const packages: readonly Editor[] = [
	throughHtml('parse5', (source) => serialize(parseFragment(source))),
	throughHtml('DOMPurify', (source) => purify.sanitize(source, { ADD_TAGS: ['style'] })),
	throughHtml('sanitize-html', (source) =>
		sanitizeHtml(source, {
			allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'style'],
			allowedAttributes: false,
			allowVulnerableTags: true,
		}),
	),
	throughHtml('juice', (source) => juice(source)),
	{
		...throughHtml('html-to-text', (source) => convert(source, { wordwrap: 40 })),
		makes: 'text',
	},
];

/** Programs that are no packages, as rewrites of what they do. */
export const rewrites: readonly Editor[] = [
	{ name: 'Word', html: word, text: plainly(curly) },
	{
		name: 'Word, French',
		html: frenchWord,
		text: plainly((text) => curly(text).replaceAll('<<', '«').replaceAll('>>', '»')),
	},
	{
		name: 'Outlook',
		html: outlook,
		text: plainly((text) => text.replace(/(?<=\w{4})_(?=\w)/g, '_\u00ad')),
	},
];
