import type { Finding } from 'custom-values';

/** Where a place of a text is; `line` and `column` as findings count them. */
export function offsetOf(text: string, { line, column }: Pick<Finding, 'line' | 'column'>): number {
	let start = 0;
	for (let n = 1; n < line; n++) start = text.indexOf('\n', start) + 1;
	return start + column - 1;
}

/** The text with the flagged place mended as the finding says; unchanged when it does not say how. */
export function applyFix(text: string, finding: Finding): string {
	const { length, fix } = finding;
	if (fix === undefined) return text;
	const at = offsetOf(text, finding);
	return text.slice(0, at) + fix + text.slice(at + length);
}
