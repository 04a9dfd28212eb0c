/** Patterns of what editors, sanitizers and mail programs make of the brackets of a tag. Sources of regular expressions, flag i. */

/** Soft hyphen, zero-width and bidi marks: nobody sees them, and a name with one in it is another name. */
export const invisible =
	'\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff';

/** An entity by name or number, encoded once or several times over. */
function entity(names: string, decimal: string, hex: string): string {
	return `&(?:amp;){0,4}(?:${names}|#0{0,6}(?:${decimal})|#x0{0,6}(?:${hex}));`;
}

const hidden = `(?:[${invisible}]|${entity(
	'shy|zwj|zwnj|lrm|rlm|NoBreak|ZeroWidthSpace',
	'173|820[3-7]|823[4-8]|8288|829[4-7]|65279',
	'ad|200[b-f]|202[a-e]|2060|206[6-9]|feff',
)})`;

/** A start tag, an end tag or a comment. */
const markup = '<(?:/?[a-z][^<>]*|!--[^<>]*--)>';
const noise = `(?:${hidden}|${markup}){1,8}`;

const less = `(?:<|${entity('lt', '60', '3c')}|%(?:25){0,4}3c)`;
const greater = `(?:>|${entity('gt', '62', '3e')}|%(?:25){0,4}3e)`;
const opening = `(?:«|${entity('laquo', '171', 'ab')})`;
const closing = `(?:»|${entity('raquo', '187', 'bb')})`;
/** White space as HTML and URLs spell it, too. */
export const blank = '(?:\\s|&(?:amp;){0,4}(?:nbsp|#160|#xa0);|%(?:25){0,4}20)';

const soft = `(?:${blank}|${hidden}|[~&])*`;
const url = '(?:\\+|%20)*';
/** Tags of other products: Handlebars and HighLevel, also percent-encoded, Mailchimp, `%name%`, `[[name]]`. */
export const foreign = [
	`\\{\\{\\{?${soft}([\\w./]+)${soft}\\}?\\}\\}`,
	`%7b%7b${url}([\\w.]+)${url}%7d%7d`,
	'\\*\\|([\\w.]+)\\|\\*',
	'%{1,2}([\\w.]+)%{1,2}',
	'\\[\\[\\s{0,99}([\\w.]+)\\s{0,99}\\]\\]',
].join('|');

/**
 * A block of another product, or a tag with a filter or a helper: what it does is not known. The second name is for a filter that prints
 * a text, the third for what else there is.
 */
export const foreignMore =
	'\\{\\{[~&]?\\s{0,99}(?:(?:[#^]\\s{0,99})?(?:if|unless|each|with)\\s{1,99})?([\\w./]+)(?:\\s{0,99}\\|\\s{0,99}([^{}|:()"\'<>]{1,200})|([^\\w./{}][^{}]{0,200}))?\\}\\}';

/** The same of Mailchimp, `*|IF:FNAME|*`, and in square brackets. */
export const foreignWords = '\\*\\|([\\w.:! -]{1,200})\\|\\*|\\[\\[([^\\[\\]{}<>]{1,200})\\]\\]';

/** Where a tag in any spelling may start, or the brackets of one whose name was deleted stand. */
export const anyStart = new RegExp(
	`${less}${less}|${less}${noise}${less}|${less}${greater}|${opening}|\\{\\{|\\*\\||%{1,2}[\\w.]+%|\\[\\[`,
	'gi',
);

export const marks = {
	less,
	greater,
	opening,
	closing,
	hidden,
	markup,
	noise,
	pair: `${less}${less}`,
} as const;

/** The pattern at exactly one place of the text: where it ends, or -1. */
export function matcher(pattern: string): (text: string, at: number) => number {
	const expression = new RegExp(pattern, 'iy');
	return (text, at) => {
		expression.lastIndex = at;
		return expression.test(text) ? expression.lastIndex : -1;
	};
}
