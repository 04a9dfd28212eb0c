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
			value: { a: [1, 'x', null], b: { c: true } },
			note: null,
		});
		expect(readItem('{}')).toEqual({ value: {}, note: null });
	});

	it.each([
		['{"json": {"a": 1}}', 'what is in “json”'],
		['{"json": {"a": 1}, "binary": {}, "pairedItem": {"item": 0}}', 'what is in “json”'],
		['{"item": {"a": 1}}', 'what is in “item”'],
		['[{"a": 1}, {"a": 2}]', 'the first item of the list'],
		['[{"json": {"a": 1}}, {"json": {"a": 2}}]', 'what is in “json” of the first item of the list'],
	])('is taken out of what n8n puts around it, and that is told: %s', (json, taken) => {
		expect(readItem(json)).toEqual({
			value: { a: 1 },
			note: `Of this, only ${taken} is used.`,
		});
	});

	it.each([
		'{"json": {"a": 1}, "b": 2}',
		'{"item": {"a": 1}, "b": 2}',
		'{"json": 1}',
		'{"item": []}',
	])('is not taken apart where that would lose something: %s', (json) => {
		expect(readItem(json)).toEqual({ value: JSON.parse(json) as unknown, note: null });
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
		[`{"a": ${'['.repeat(500)}`, 'Write ] ] ] ] ] ] ] ] … here.'],
		['{"a": 1} x', 'at “x”. Nothing may follow here. Take it out.'],
		['{"a": "x\ny"}', 'at “"x”. Close this text with a double quote in the same line.'],
		['{"a": "x', 'at “"x”. Close this text with a double quote in the same line.'],
		['{"a": "C:\\q"}', 'Write \\\\ for a backslash in this text.'],
		['{"a": "\t"}', 'Take tabs and other control characters out of this text.'],
		['{"a": {{ $json.x }}}', 'This looks like an expression of n8n. Write what it stands for.'],
		['{"a": 1, // x\n}', 'at “// x”. Take the comment out.'],
		['nope', 'line 1, column 1, at “nope”. Begin with {, and end with }.'],
		[`{"a": ${'y'.repeat(50)}}`, `at “${'y'.repeat(30)}…”.`],
		['[]', 'This is a list. Give one thing of it'],
		['[[{"a": 1}]]', 'This is a list. Give one thing of it'],
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
			value: { season: 'Spring', a_1: '' },
			note: null,
		});
	});

	it('may stand in custom_values, which is told', () => {
		expect(readCustomValues('{"custom_values": {"season": "Spring"}}')).toEqual({
			value: { season: 'Spring' },
			note: 'Of this, only what is in “custom_values” is used.',
		});
		expect(readCustomValues('{"custom_values": "x"}').value).toEqual({ custom_values: 'x' });
	});

	it.each([
		'{"custom_values": {"a": "b"}, "c": "d"}',
		'{"custom_values": {"a": 1}}',
		'{"Season": "x"}',
		'{"": "x"}',
		'{"a-b": "x"}',
		'{"a": 1}',
		'{"a": null}',
		'[]',
		'{',
		JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`a${n}`, '']))),
	])('are refused: %s', (json) => {
		expect(() => readCustomValues(json)).toThrow(
			expect.objectContaining({ code: 'invalid_request' }),
		);
	});

	it('name what is wrong in a few words, however long it is', () => {
		const json = JSON.stringify({ ['A'.repeat(10_000)]: 'x' });
		expect(() => readCustomValues(json)).toThrow(
			expect.objectContaining({ detail: expect.stringMatching(/^.{0,200}$/) as unknown }),
		);
	});
});
