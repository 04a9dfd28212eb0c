import { styleText } from 'node:util';

import type { TemplateFinding } from '../services/compile-content.ts';
import type { EmailPart, EmailSource } from '../store/store.ts';

/** Characters of a line that are shown; of a longer one, those around the place. */
const widest = 100;
/** What is shown of a longer line before the place. */
const before = 40;

const colors = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
const plurals = { error: 'errors', warning: 'warnings', info: 'info' } as const;
const severities = ['error', 'warning', 'info'] as const;

type Stream = NodeJS.WriteStream;

/**
 * Findings as compilers tell them, which editors and terminals know how to follow: `file:line:column: severity: message [code]`, below it
 * the line with the place underlined, and what to write instead. At the end, how many there are. Colours only where the stream shows them.
 */
export function findingsText(
	findings: readonly TemplateFinding[],
	{ source, nameOf }: { source: EmailSource; nameOf: (part: EmailPart) => string },
	stream: Stream,
): string {
	const lines = {
		subject: source.subject.split('\n'),
		html: source.html.split('\n'),
		text: source.text.split('\n'),
	};
	const told = findings.map((finding) => {
		const { part, line } = finding;
		const snippet = snippetOf(lines[part][line - 1]?.replace(/\r$/, '') ?? '', finding, stream);
		return [headline(finding, nameOf(part), stream), ...snippet].join('\n');
	});
	return [...told, countsOf(findings)].join('\n\n');
}

function headline(finding: TemplateFinding, name: string, stream: Stream): string {
	const { line, column, severity, message, code } = finding;
	const place = styleText('bold', `${visible(name)}:${String(line)}:${String(column)}:`, {
		stream,
	});
	const label = styleText(colors[severity], `${severity}:`, { stream });
	return `${place} ${label} ${visible(message)} [${code}]`;
}

/** The line and its place, and the fix. Of a text that somebody else made there is no line to show. */
function snippetOf(whole: string, finding: TemplateFinding, stream: Stream): string[] {
	const { line, column, length, severity, fix } = finding;
	const margin = String(line).padStart(5);
	const gap = ' '.repeat(margin.length);
	const mend =
		fix === undefined ? [] : [`${gap} = ${fix === '' ? 'take it out' : `write: ${visible(fix)}`}`];
	if (whole.trim() === '') return mend;
	const at = column - 1;
	const from = whole.length <= widest ? 0 : Math.max(0, at - before);
	const end = Math.min(whole.length, from + widest);
	const [start, stop] = [from > 0 ? '…' : '', end < whole.length ? '…' : ''];
	const indent = ' '.repeat(widthOf(start + whole.slice(from, at)));
	const marked = whole.slice(at, Math.min(at + length, end));
	const carets = styleText(colors[severity], '^'.repeat(Math.max(1, widthOf(marked))), { stream });
	return [
		`${margin} | ${start}${visible(whole.slice(from, end))}${stop}`,
		`${gap} | ${indent}${carets}`,
		...mend,
	];
}

/** What a terminal would take for an order, or move the rest of the line by, becomes one visible character. */
export function visible(text: string): string {
	return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
	/[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;

/** How many columns a text takes in a terminal: two for East Asian letters and pictures, none for what joins others. */
function widthOf(text: string): number {
	let width = 0;
	for (const { segment } of letters.segment(visible(text))) {
		if (!/^\p{Cf}+$/u.test(segment)) width += wide.test(segment) ? 2 : 1;
	}
	return width;
}

function countsOf(findings: readonly TemplateFinding[]): string {
	const counts = severities.flatMap((severity) => {
		const count = findings.filter((finding) => finding.severity === severity).length;
		if (count === 0) return [];
		return [`${String(count)} ${count === 1 ? severity : plurals[severity]}`];
	});
	const hasErrors = findings.some(({ severity }) => severity === 'error');
	return `${counts.join(', ')}. ${hasErrors ? 'It cannot be sent like this.' : 'It could be sent like this.'}`;
}
