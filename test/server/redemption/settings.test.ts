import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../../server/config.ts';

const key = randomBytes(32);

describe('a server does not start', () => {
	it.each([
		['a code that may be tried 11 times', { LIMIT_CODE_TRIES: '11' }],
		['101 wrong codes a day for a contact', { LIMIT_CODES_CONTACT_DAY: '101' }],
		['1,001 wrong codes an hour in a portal', { LIMIT_CODES_PORTAL_HOUR: '1001' }],
		['no limit', { LIMIT_CODE_TRIES: '0' }],
		['a key of 31 bytes', { SECRET_KEYS: `1:${key.subarray(1).toString('base64url')}` }],
		['a key that is one byte again and again', { SECRET_KEYS: `1:${'A'.repeat(43)}` }],
		[
			'two keys of one version',
			{ SECRET_KEYS: [key, key].map((k) => `1:${k.toString('base64url')}`).join() },
		],
	])('R24 with settings that make guessing feasible: %s', (_, env) => {
		const [name = ''] = Object.keys(env);
		expect(() => readConfig(env)).toThrow(name);
		expect(() => readConfig({ [name]: undefined })).not.toThrow();
	});

	it.each([
		['http://portal.example.com'],
		['http://192.168.1.5:3000'],
		['http://localhost.example.com'],
	])('R41 on %s, unless ALLOW_HTTP=1', (publicUrl) => {
		const env = { PUBLIC_URL: publicUrl, ALLOW_OUTBOX: '1' };
		expect(() => readConfig(env)).toThrow('ALLOW_HTTP=1');
		expect(readConfig({ ...env, ALLOW_HTTP: '1' }).publicUrl).toBe(publicUrl);
	});
});
