import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { mistakeInJson } from '../../../server/services/json-mistake.ts';
import { readCustomValues, readItem } from '../../../server/services/sample-data.ts';
import { expectLinear } from '../../support/growth.ts';

function detail(json: string): string {
	try {
		readItem(json);
	} catch (error) {
		return (error as { detail: string }).detail;
	}
	return '';
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

describe('an item as JSON', () => {
	it('is read as it stands', () => {
		expect(readItem(' {"a": [1, "x", null], "b": {"c": true}} ')).toEqual({
			...{ a: [1, 'x', null], b: { c: true } },
		});
		expect(readItem('{}')).toEqual({});
	});

	it.each([
		['{"a": 1,}', 'line 1, column 9, at “}”. Take out the comma before }.'],
		['{"a": 1,\n}', 'line 2, column 1, at “}”. Take out the comma before }.'],
		['{"a": [1,]}', 'line 1, column 10, at “]}”. Take out the comma before ].'],
		['{"a": 1,,"b": 2}', 'at “,"b": 2}”. Take this comma out.'],
		['{"a" 1}', 'line 1, column 6, at “1}”. Write a colon between a name and its value.'],
		['{"a":}', 'at “}”. Write a value before }.'],
		['{a: 1}', 'line 1, column 2, at “a: 1}”. Put the name between double quotes: "name".'],
		["{'a': 1}", 'Use straight double quotes: "…".'],
		['{"a": “x”}', 'at ““x”}”. Use straight double quotes: "…".'],
		['{"a": x}', 'at “x}”. Put a text between double quotes: "…".'],
		['{"a": undefined}', 'Only numbers, true, false and null go without.'],
		['{"a": 01}', 'at “01}”. Write a number as 12 or 12.5'],
		['{"a": 1\n"b": 2}', 'line 2, column 1, at “"b": 2}”. Write a comma before this.'],
		['{"a": [1}', 'at “}”. Write ] before }.'],
		['{"a": {"b": [1', 'line 1, column 15. It ends too early. Write ] } } here.'],
		['{"a": 1} x', 'at “x”. Nothing may follow here. Take it out.'],
		['{"a": "x\ny"}', 'at “"x”. Close this text with a double quote in the same line.'],
		['{"a": "x', 'at “"x”. Close this text with a double quote in the same line.'],
		['{"a": "C:\\q"}', 'Write \\\\ for a backslash in this text.'],
		['{"a": "\t"}', 'Take tabs and other control characters out of this text.'],
		['{"a": {{ $json.x }}}', 'This looks like an expression of n8n. Write what it stands for.'],
		['{"a": 1, // x\n}', 'at “// x”. Take the comment out.'],
		['nope', 'line 1, column 1, at “nope”. Begin with {, and end with }.'],
		[`{"a": ${'y'.repeat(50)}}`, `at “${'y'.repeat(30)}…”.`],
		['[1]', 'This is a list. Give one thing of it'],
		['"x"', 'Write names and values between { and }'],
		['null', 'Write names and values between { and }'],
	])('%j: says what is wrong, where, and what to do', (json, sentence) => {
		expect(detail(json)).toContain(sentence);
	});

	it('is found wrong just where JSON.parse finds it wrong', () => {
		const pieces = fc.constantFrom(
			...[
				'{',
				'}',
				'[',
				']',
				',',
				':',
				'"',
				'\\',
				' ',
				'\n',
				'\t',
				'1',
				'-',
				'.',
				'e',
				'0',
				'true',
				'x',
				'"a"',
				'\\u00e9',
			],
		);
		const nearly = fc.tuple(fc.json(), fc.nat(), fc.nat(3), pieces).map(([json, at, cut, put]) => {
			const place = at % (json.length + 1);
			return json.slice(0, place) + put + json.slice(place + cut);
		});
		const soup = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
		fc.assert(
			fc.property(fc.oneof(fc.json(), nearly, soup), (text) => {
				expect(mistakeInJson(text) === null).toBe(isJson(text));
			}),
			{ numRuns: 3_000 },
		);
	});

	it.each([
		['open brackets', (length: number) => '['.repeat(length)],
		['texts', (length: number) => `{"a": [${'"x\\n",'.repeat(length / 6)}`],
		['a text without end', (length: number) => `{"a": "${'x\\\\'.repeat(length / 3)}`],
		['white space', (length: number) => `{${' '.repeat(length)}x`],
	])('is read in linear time: %s', (_name, make) => {
		const [short, long] = [make(100_000), make(800_000)];
		expectLinear(
			8,
			() => detail(short),
			() => detail(long),
		);
	});
});

describe('custom values as JSON', () => {
	it('are texts by name', () => {
		expect(readCustomValues('{"season": "Spring", "a_1": ""}')).toEqual({
			...{ season: 'Spring', a_1: '' },
		});
	});

	it.each(['{"Season": "x"}', '{"": "x"}', '{"a-b": "x"}', '{"a": 1}', '{"a": null}', '[]', '{'])(
		'are refused: %s',
		(json) => {
			expect(() => readCustomValues(json)).toThrow(
				expect.objectContaining({ code: 'invalid_request' }),
			);
		},
	);
});
