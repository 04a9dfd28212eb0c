/** Where a quoted string that opens at `at` closes (the offset of its last quote), or -1. A backslash takes the next character along. */
export function closingQuote(text: string, at: number): number {
	const quote = text[at];
	for (let index = at + 1; index < text.length; index++) {
		if (text[index] === '\\') index++;
		else if (text[index] === quote) return index;
	}
	return -1;
}

/** Whether a quote at this place opens a string: an apostrophe inside a word does not. */
export function opensString(text: string, at: number): boolean {
	if (text[at] !== '"' && text[at] !== "'") return false;
	return at === 0 || /[\s(=|]/.test(text[at - 1] ?? '');
}

/** The text of a quoted string without its quotes and escapes. */
export function unquote(quoted: string): string {
	return quoted.slice(1, -1).replace(/\\(["'\\])/g, '$1');
}

/** All white space as single spaces, none at the ends. */
export function collapse(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}
