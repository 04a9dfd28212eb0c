import { afterAll, describe, expect, it } from '@jest/globals';

import { readConfig } from '../../../server/config.ts';
import { signsOfScanner, type Press } from '../../../server/services/suspicion.ts';
import { personBrowsers, scannerNames } from './user-agents.ts';

const defaults = readConfig({});
const person: Press = {
	...{ userAgent: personBrowsers['Chrome on Windows']!, fetchMode: 'navigate' },
	...{ sendsFetchMode: true, trusted: true, sinceMailMs: null, manyVisits: false },
	purpose: null,
};
const signsOf = (press: Partial<Press>) => signsOfScanner({ ...person, ...press }, defaults);

describe('signsOfScanner', () => {
	const measured = { people: 0, scanners: 0 };
	afterAll(() => {
		console.log(
			`by the name alone: ${String(measured.people)} of ${String(Object.keys(personBrowsers).length)} browsers of people are asked, ` +
				`${String(measured.scanners)} of ${String(Object.keys(scannerNames).length)} scanners are known`,
		);
	});

	it.each(Object.entries(personBrowsers))(
		'R10 sees none in a person who presses with %s',
		(_, userAgent) => {
			const signs = signsOf({ userAgent });
			if (signs.length > 0) measured.people += 1;
			expect(signs).toEqual([]);
		},
	);

	it.each(Object.entries(scannerNames))('R10 knows %s by its name', (_, userAgent) => {
		const signs = signsOf({ userAgent });
		if (signs.length > 0) measured.scanners += 1;
		expect(signs).toEqual(['known_robot']);
	});

	it('R10 a browser that hides its name is no robot for that', () => {
		expect(signsOf({ userAgent: null })).toEqual([]);
	});

	it('R10 misses the headers of a browser, where browsers send them', () => {
		expect(signsOf({ fetchMode: null })).toEqual(['no_browser_headers']);
		expect(signsOf({ fetchMode: 'cors' })).toEqual(['no_browser_headers']);
		expect(signsOf({ fetchMode: null, sendsFetchMode: false })).toEqual([]);
	});

	it('R10 misses the press of a person', () => {
		expect(signsOf({ trusted: false })).toEqual(['no_trusted_press']);
	});

	it('R10 a press is too soon for 10 seconds after the e-mail has left', () => {
		expect(signsOf({ sinceMailMs: 9_999 })).toEqual(['just_mailed']);
		expect(signsOf({ sinceMailMs: 10_000 })).toEqual([]);
		const off = { scannerMailMs: 0 };
		expect(signsOfScanner({ ...person, sinceMailMs: 0 }, off)).toEqual([]);
	});

	it('R10 counts every sign', () => {
		const all = { fetchMode: null, trusted: false, sinceMailMs: 0, manyVisits: true };
		expect(signsOf({ userAgent: 'curl/8.9.1', ...all })).toHaveLength(5);
	});
});
