import { describe, expect, it } from '@jest/globals';

import { checkDestination } from '../../../server/services/destinations.ts';
import type { Portal } from '../../../server/store/store.ts';

const portal = {
	destinations: ['https://app.example.com/learn', 'https://docs.example.com'],
} as Portal;

describe('R32 checkDestination', () => {
	it.each([
		'/',
		'/courses',
		'/courses/a%20b?x=1&y=%2F#top',
		'/a//b',
		'https://app.example.com/learn',
		'https://app.example.com/learn/course?id=1',
		'https://docs.example.com/anything',
	])('takes %j', (destination) => {
		expect(checkDestination(portal, destination)).toBe(destination);
	});

	it.each([
		'',
		'courses',
		'//evil.example',
		'///evil.example',
		'/\\evil.example',
		'\\\\evil.example',
		'https:evil.example',
		'https:/evil.example',
		'https:\\\\evil.example',
		'/%2f%2fevil.example',
		'/%2f/evil.example',
		'/%252f%252fevil.example',
		'/%5cevil.example',
		'/%255cevil.example',
		'/.//evil.example',
		'/..//evil.example',
		'/%2e%2e//evil.example',
		'/courses%00',
		'/courses%0d%0aSet-Cookie:x',
		'/\tevil.example',
		'/\n/evil.example',
		' //evil.example',
		'/a b',
		'/%zz',
		'javascript:alert(1)',
		'JaVaScRiPt:alert(1)',
		'data:text/html,x',
		'https://user@app.example.com/learn',
		'https://app.example.com@evil.example/learn',
		'https://app.example.com.evil.example/learn',
		'https://evil-app.example.com/learn',
		'https://app.example.com/learnmore',
		'https://app.example.com/',
		'https://app.example.com/learn/../admin',
		'https://app.example.com/learn/%2e%2e/admin',
		'https://app.example.com/learn/%2e%2e%2fadmin',
		'https://app.example.com/learn/%252e%252e%252fadmin',
		'https://аpp.example.com/learn',
		'http://app.example.com/learn',
		'https://app.example.com:444/learn',
		`/${'a'.repeat(3000)}`,
	])('refuses %j', (destination) => {
		expect(() => checkDestination(portal, destination)).toThrow(
			expect.objectContaining({ code: 'destination_not_allowed' }),
		);
	});
});
