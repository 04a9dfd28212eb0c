/** How far around a place its sense is looked for. */
const near = 200;

const signBefore = /(?:[<>=!+*/\\-]|&[lg]t;)$/i;
const elementBefore = /<[/!a-z][^<>]*>$/i;
/** What continues an operator, and neither begins an element nor another tag. */
const signAfter = /^(?:<(?![/!a-z<>])|[>=+*/-]|&lt;(?!&[lg]t;)|&gt;)/i;
const operandBefore = /[\w)\]'"]\s+$/;
const operandAfter = /^\s+(?:[\d'"]|[A-Z_]{2,}\b|[A-Za-z]\b(?!['’]))/;

/**
 * Whether brackets with nothing between them, such as `<>`, are the trace of a tag whose name a sanitizer deleted. In code and as the
 * sign for “not equal” they mean something: next to other signs, or between two words of which the second is a number, a text in
 * quotes, a letter or a name in capitals. `from` is where the tag before ends.
 */
export function isLostName(source: string, start: number, end: number, from: number): boolean {
	const before = source.slice(Math.max(from, start - near), start);
	const after = source.slice(end, end + near);
	if (signBefore.test(before) && !elementBefore.test(before)) return false;
	if (signAfter.test(after)) return false;
	return !(operandBefore.test(before) && operandAfter.test(after));
}
