import { describe, expect, it } from '@jest/globals';

import { signsOfScanner } from '../../../server/services/suspicion.ts';

const chrome =
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36';
const person = { userAgent: chrome, fetchMode: 'navigate', sendsFetchMode: true, trusted: true };

describe('signsOfScanner', () => {
	it.each([
		chrome,
		'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
		'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
		'Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36',
		null,
	])('R10 sees none in a person who presses, with %s', (userAgent) => {
		const signs = signsOfScanner({ ...person, userAgent });
		expect(signs).toEqual([]);
	});

	it.each([
		'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
		'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
		'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/148.0.0.0 Safari/537.36',
		'python-requests/2.32.3',
		'curl/8.9.1',
		'Barracuda Sentinel (EE)',
	])('R10 knows %s by its name', (userAgent) => {
		expect(signsOfScanner({ ...person, userAgent })).toEqual(['known_robot']);
	});

	it('R10 misses the headers of a browser, where browsers send them', () => {
		expect(signsOfScanner({ ...person, fetchMode: null })).toEqual(['no_browser_headers']);
		expect(signsOfScanner({ ...person, fetchMode: 'cors' })).toEqual(['no_browser_headers']);
		expect(signsOfScanner({ ...person, fetchMode: null, sendsFetchMode: false })).toEqual([]);
	});

	it('R10 misses the press of a person', () => {
		expect(signsOfScanner({ ...person, trusted: false })).toEqual(['no_trusted_press']);
	});
});
