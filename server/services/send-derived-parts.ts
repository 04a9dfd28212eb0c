import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';
import { Parser } from 'htmlparser2';

/** A tag, the comment form included; `\<<` in front of one prints it as it is. */
const tags = /<!--\s*(<<[^<>]*>>)\s*-->|(\\?<<[^<>]*>>)/g;
const masks = /\uE000(\d+)\uE001/g;
/** Tags that print nothing. */
const blockTag = /^<<~?\s*(?:[#/!]|else\b)/;
/** Layout tables have many empty rows. */
const mostBreaks = 3;
const secretTag = /^<<~?\s*contact\.(magic_link|invitation_link)\b/;

/** E-mails nest a few dozen deep: tables in tables. */
const maxDepth = 200;
const indenting = new Set(['blockquote', 'ul', 'ol']);

/** White space like any other: none is left at the ends of a line. */
const cell: FormatCallback = (element, walk, builder) => {
	builder.addInline(' ');
	walk(element.children, builder);
	builder.addInline(' ');
};

/**
 * Rows are lines, and cells have a space between. There are no columns: most tables of e-mails are there for the layout, and headings need
 * no capitals to be seen.
 */
const asText: HtmlToTextOptions = {
	wordwrap: false,
	formatters: { cell },
	selectors: [
		{ selector: 'title', format: 'skip' },
		...['tr', 'caption'].map((selector) => ({
			...{ selector, format: 'block' },
			options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
		})),
		...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
		{ selector: 'a', options: { linkBrackets: false, hideLinkHrefIfSameAsText: true } },
		{ selector: 'img', format: 'skip' },
		...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
			selector,
			options: { uppercase: false },
		})),
	],
};

/**
 * The plain-text part of an e-mail that has only HTML, tags untouched, or why that cannot be done: a tag that holds `<` or `>` would
 * be lost, and what nests without end takes time without end.
 */
export function textFromHtml(html: string): { text: string } | { problem: string } {
	const { masked, found } = mask(html);
	if (masked.includes('<<')) return { problem: 'one of its tags holds < or >' };
	if (nestsTooDeep(masked)) return { problem: 'its elements nest too deep' };
	// What HTML spelled with entities was no tag, and must not become one.
	const text = convert(masked, asText).replace(/<<(?=[^<>]*>>)/g, '\\<<');
	return { text: unmask(joinBlockTags(text, found), found) };
}

/**
 * Takes away the lines that tags which print nothing have to themselves, as around the rows of a table: each pass of a loop would print
 * them, empty. The texts before and after stay as far apart as they were, up to two empty lines.
 */
function joinBlockTags(text: string, found: readonly string[]): string {
	let made = '';
	/** Line breaks since the last tag or text, the most there were of them since the last text, and those of them that are written. */
	let [breaks, most, written] = [-1, 0, 0];
	let isAfterTags = false;
	for (const line of text.split('\n')) {
		breaks++;
		if (line.trim() === '') continue;
		most = Math.min(Math.max(most, breaks), mostBreaks);
		breaks = 0;
		const isTags = isOnlyBlockTags(line, found);
		if (!isTags || !isAfterTags) {
			// What stands first has nothing to be apart from.
			const due = made === '' ? 0 : most - written;
			made += '\n'.repeat(Math.max(0, due));
			written = made === '' ? Infinity : most;
		}
		made += isTags ? line.trim() : line;
		isAfterTags = isTags;
		if (!isTags) [most, written] = [0, 0];
	}
	return made;
}

function isOnlyBlockTags(line: string, found: readonly string[]): boolean {
	const isLeft = line.replace(masks, (mark, n: string) =>
		blockTag.test(found[Number(n)] ?? '') ? '' : mark,
	);
	return isLeft.trim() === '';
}

/** Whether the converter, whose time grows with length times depth, had too much to do. Reads no further than it has to. */
function nestsTooDeep(html: string): boolean {
	let depth = 0;
	const parser = new Parser({
		onopentagname(name) {
			depth += weightOf(name);
			if (depth > maxDepth) parser.pause();
		},
		onclosetag(name) {
			depth -= weightOf(name);
		},
	});
	parser.write(html);
	return depth > maxDepth;
}

/** Quotations and lists write their indent into every line. */
function weightOf(element: string): number {
	return indenting.has(element) ? 20 : 1;
}

/** The HTML part of an e-mail that has only text: the same words, with links that can be pressed. */
export function htmlFromText(text: string): string {
	const { masked, found } = mask(text);
	const body = masked
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replace(/\r?\n/g, '<br>\n');
	const linked = found.map((tag) => (secretTag.test(tag) ? `<a href="${tag}">${tag}</a>` : tag));
	return `<!doctype html>\n<html>\n<body>\n<p>${unmask(body, linked)}</p>\n</body>\n</html>\n`;
}

/** Puts a mark of two private characters and a number in place of each tag, the same mark for the same tag. */
function mask(source: string): { masked: string; found: string[] } {
	const numbers = new Map<string, number>();
	const masked = source.replace(tags, (all: string, comment?: string, given?: string) => {
		const tag = comment ?? given ?? all;
		const n = numbers.get(tag) ?? numbers.size;
		numbers.set(tag, n);
		return `\uE000${String(n)}\uE001`;
	});
	return { masked, found: [...numbers.keys()] };
}

function unmask(masked: string, found: readonly string[]): string {
	return masked.replace(masks, (mark, n: string) => found[Number(n)] ?? mark);
}
