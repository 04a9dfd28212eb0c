import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { findingsText } from '../../../server/commands/findings-text.ts';
import type { TemplateFinding } from '../../../server/services/compile-content.ts';

const plain = new PassThrough() as unknown as NodeJS.WriteStream;
/** A terminal, as Node's colours ask for it. */
const terminal = Object.assign(new PassThrough(), {
	...{ isTTY: true, getColorDepth: () => 4, hasColors: () => true },
}) as unknown as NodeJS.WriteStream;

function told(html: string, set: Partial<TemplateFinding>, stream = plain): string[] {
	const finding: TemplateFinding = {
		...{ part: 'html', code: 'x_y', severity: 'warning', line: 1, column: 1, length: 1 },
		message: 'Said.',
		...set,
	};
	const source = { subject: 'Hi', html, text: '' };
	const nameOf = (part: string) => `mail.${part}`;
	return findingsText([finding], { source, nameOf }, stream).split('\n');
}

describe('findings for people', () => {
	it('name the place, show the line with a caret below, and say what to write', () => {
		expect(told('one\r\ntwo three\r\n', { line: 2, column: 5, length: 5, fix: '3' })).toEqual([
			'mail.html:2:5: warning: Said. [x_y]',
			'    2 | two three',
			'      |     ^^^^^',
			'      = write: 3',
			'',
			'1 warning. It could be sent like this.',
		]);
		expect(told('a', { fix: '' })[3]).toBe('      = take it out');
	});

	it.each([
		['a\tb', 3, '    1 | a b', '      |   ^'],
		['日本 b', 4, '    1 | 日本 b', '      |      ^'],
		['👍🏽 b', 6, '    1 | 👍🏽 b', '      |    ^'],
		['e\u0301 b', 4, '    1 | e\u0301 b', '      |   ^'],
		// What is meant for the terminal is shown to its reader.
		['\u001b[2J\u202eb', 6, '    1 | \ufffd[2J\ufffdb', '      |      ^'],
	])('put the caret below the place: %j', (html, column, line, caret) => {
		expect(told(html, { column }).slice(1, 3)).toEqual([line, caret]);
	});

	it('give the terminal no orders, in what they say either', () => {
		const [line] = told('a', { message: 'No \u001b[31m“x”\u009b2J\u202e.' });
		expect(line).toBe('mail.html:1:1: warning: No \ufffd[31m“x”\ufffd2J\ufffd. [x_y]');
	});

	it('show of a long line what is around the place, and mark no more than that', () => {
		const html = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
		const [, line = '', caret = ''] = told(html, { column: 301, length: 4 });
		expect(line).toBe(`    1 | …${'a'.repeat(40)}HERE${'b'.repeat(56)}…`);
		expect(caret).toBe(`      | ${' '.repeat(41)}^^^^`);
		const [, first = ''] = told(html, { column: 10 });
		expect(first).toBe(`    1 | ${'a'.repeat(100)}…`);
		const [, , much = ''] = told(html, { column: 301, length: 303 });
		expect(much.replace(/^[ |]*/, '')).toBe('^'.repeat(60));
	});

	it('show no line of a text that was made from another one, and a caret where nothing is flagged', () => {
		expect(told('x', { part: 'text' })).toEqual([
			...['mail.text:1:1: warning: Said. [x_y]', '', '1 warning. It could be sent like this.'],
		]);
		expect(told('x', { length: 0 })[2]).toBe('      | ^');
	});

	it('are counted, and said to stop the e-mail or not', () => {
		const one = { part: 'subject', code: 'x', line: 1, column: 1, length: 1, message: '' } as const;
		const count = (...severities: TemplateFinding['severity'][]) =>
			findingsText(
				severities.map((severity) => ({ ...one, severity })),
				{ source: { subject: 'Hi', html: '', text: '' }, nameOf: (part) => part },
				plain,
			)
				.split('\n')
				.at(-1);
		expect(count('error', 'info', 'error', 'warning', 'info')).toBe(
			'2 errors, 1 warning, 2 info. It cannot be sent like this.',
		);
		expect(count('warning', 'warning')).toBe('2 warnings. It could be sent like this.');
	});

	it('have colours in a terminal only', () => {
		expect(told('x', {}, terminal).join('')).toContain('\u001b[33mwarning:\u001b[39m');
		expect(told('x', {}).join('')).not.toContain('\u001b');
	});
});
