import { describe, expect, it } from '@jest/globals';

import { deviceOf } from '../../../server/services/devices.ts';

describe('deviceOf', () => {
	it.each([
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
			'Chrome',
			'Windows',
		],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
			'Edge',
			'Windows',
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
			'Safari',
			'iPhone',
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1',
			'Chrome',
			'iPhone',
		],
		[
			'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
			'Firefox',
			'Mac',
		],
		[
			'Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
			'Samsung Internet',
			'Android',
		],
		[
			'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0',
			'Opera',
			'Linux',
		],
		['curl/8.5.0', null, null],
		['', null, null],
	])('%s', (userAgent, browser, system) => {
		expect(deviceOf(userAgent)).toEqual({ browser, system });
	});

	it('knows nothing of no user agent', () => {
		expect(deviceOf(null)).toEqual({ browser: null, system: null });
	});
});
