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
