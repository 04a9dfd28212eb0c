import { describe, expect, it } from '@jest/globals';

import { createLog } from '../../../server/log.ts';

const token = 'A'.repeat(66);
const apiKey = `cp_${'0'.repeat(32)}_${'b'.repeat(43)}`;

function logged(readable: boolean) {
	const lines: string[] = [];
	const destination = { write: (line: string) => void lines.push(line) };
	return { lines, log: createLog('debug', { destination, readable }) };
}

describe('the log', () => {
	it.each([true, false])(
		'R27 holds no secret, in messages, members and stacks (readable: %s)',
		(readable) => {
			const { lines, log } = logged(readable);
			log.info(`GET /l/${token} by ${apiKey}`);
			log.info(
				{ headers: { authorization: 'Bearer abc', cookie: 'session=abc' }, token: 'abc' },
				'x',
			);
			log.info(
				{ a: { b: { c: { cookie: 'abc"abc', 'set-cookie': ['abc="1"', 'abc'] } } } },
				'deep',
			);
			log.error({ stack: `Error: at /l/${token}` }, 'mongodb://me:abc@db/portal is away');
			log.warn({ body: { formToken: 'abc' } }, 'SG.abcabcabcabcabcabcabcabc');
			const text = lines.join('');
			expect(lines).toHaveLength(5);
			expect(text).toContain('/l/[redacted]');
			expect(text).not.toMatch(/AAAA|bbbb|abc/);
		},
	);

	it.each([
		['a line break', '\n'],
		['an encoded slash', 'https%3A%2F%2Fportal.example%2Fl%2F'],
		['quoted-printable', '<a href=3D'],
		['an escaped slash', '\\u002f'],
		['an underscore', '_'],
		['an escaped quote', '"'],
	])('R27 holds no secret that %s stands before', (_name, before) => {
		const { lines, log } = logged(false);
		const sendgridKey = `SG.${'c'.repeat(22)}.${'d'.repeat(43)}`;
		for (const secret of [token, apiKey, sendgridKey, 'mongodb://me:abc@abc@db.example/x']) {
			log.info(`${before}${secret}`);
			log.info({ a: [`${before}${secret}`] }, 'member');
			log.error({ err: new Error(`at${before}${secret}`) }, 'error');
		}
		expect(lines).toHaveLength(12);
		expect(lines.join('')).not.toMatch(/AAAA|bbbb|cccc|dddd|abc/);
	});

	it('R27 of an error, type, message, stack and code are said, and nothing that it carries', () => {
		const { lines, log } = logged(false);
		const carried = { writeErrors: [{ op: { item: { note: 'private' } } }], code: 121 };
		log.error({ err: Object.assign(new TypeError('refused'), carried) }, 'a job failed');
		log.error(Object.assign(new TypeError('refused'), carried));
		expect(lines.map((line) => Object.keys(JSON.parse(line).err))).toEqual([
			['type', 'message', 'stack', 'code'],
			['type', 'message', 'stack', 'code'],
		]);
		expect(lines.join('')).not.toContain('private');
	});

	it.each([
		['a scheme without end', 'a.'],
		['many schemes', 'a://b:'],
		['many colons and slashes', '://:'],
		['parts of an API key', 'cp_0'],
		['parts of a token', `${'A'.repeat(65)}.`],
		['parts of a SendGrid key', 'SG.aSG '],
	])('R27 takes time in proportion to the line: %s', (_name, part) => {
		const { log } = logged(false);
		const fastestMs = (length: number) => {
			const text = part.repeat(length / part.length);
			const times = Array.from({ length: 5 }, () => {
				const began = performance.now();
				log.info(text);
				return performance.now() - began;
			});
			return Math.min(...times);
		};
		fastestMs(20_000);
		// Ten times the line takes a hundred times as long where time grows with its square.
		expect(fastestMs(600_000)).toBeLessThan(40 * fastestMs(60_000) + 5);
	});

	it('is one JSON object a line', () => {
		const { lines, log } = logged(false);
		log.info({ port: 3000 }, 'listening');
		expect(lines.map((line) => JSON.parse(line))).toEqual([
			expect.objectContaining({ level: 'info', port: 3000, msg: 'listening', pid: process.pid }),
		]);
	});

	it('is readable on a terminal', () => {
		const { lines, log } = logged(true);
		log.info({ method: 'GET', status: 200 }, 'request');
		expect(lines).toEqual([
			expect.stringMatching(/^\d\d:\d\d:\d\d info {2}request method=GET status=200\n$/),
		]);
	});
});
