import { convert, type HtmlToTextOptions } from 'html-to-text';

/** A tag, the comment form included; `\<<` in front of one prints it as it is. */
const tags = /<!--\s*(<<[^<>]*>>)\s*-->|(\\?<<[^<>]*>>)/g;
const masks = /\uE000(\d+)\uE001/g;
const secretTag = /^<<~?\s*contact\.(magic_link|invitation_link)\b/;

/** The layout tables of e-mails are no tables to read, and headings need no capitals to be seen. */
const asText: HtmlToTextOptions = {
	wordwrap: false,
	limits: { maxDepth: 200 },
	selectors: [
		{ selector: 'a', options: { linkBrackets: false, hideLinkHrefIfSameAsText: true } },
		{ selector: 'img', format: 'skip' },
		...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
			selector,
			options: { uppercase: false },
		})),
	],
};

/**
 * The plain-text part of an e-mail that has only HTML, tags untouched; null when that cannot be done without losing a tag, as with
 * one that holds `<` or `>`.
 */
export function textFromHtml(html: string): string | null {
	const { masked, found } = mask(html);
	if (masked.includes('<<')) return null;
	// What HTML spelled with entities was no tag, and must not become one.
	const text = convert(masked, asText).replace(/<<(?=[^<>]*>>)/g, '\\<<');
	return unmask(text, found);
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
