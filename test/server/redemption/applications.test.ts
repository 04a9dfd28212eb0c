import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await server.call('POST', '/v1/contacts', { email: 'ada@example.com', firstName: 'Ada' });
	const appUrl = 'https://app.example.com/base/';
	await server.call('PATCH', `/v1/portals/${server.portal.id}`, { appUrl });
});
afterAll(() => server.stop());
// A link made in the very millisecond in which another was redeemed is over (R22).
beforeEach(() => {
	server.clock.advance(1);
});

describe('a section that nothing answers', () => {
	it('leads somebody who is signed in to the portal page, and is unknown to others', async () => {
		const { body } = await server.call('POST', '/v1/magic-links', {
			contact: { email: 'ada@example.com' },
		});
		const browser = openBrowser();
		expect((await browser.get(`${server.url}/courses/one`)).status).toBe(404);
		await signIn(browser, body.url);
		const answer = await browser.get(`${server.url}/courses/one`);
		expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
	});
});

describe('R32 a portal with an application of its own', () => {
	it.each([
		['/courses', 'https://app.example.com/base/courses'],
		['/administration', 'https://app.example.com/base/administration'],
		['/', '/'],
	])('leads %s to %s', async (destination, location) => {
		const asked = { contact: { email: 'ada@example.com' }, destination };
		const { body } = await server.call('POST', '/v1/magic-links', asked);
		const answer = await signIn(openBrowser(), body.url);
		expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
	});

	it('still takes an admin to the dashboard', async () => {
		const { url } = await server.services.admins.createLink('admin@example.com');
		const answer = await signIn(openBrowser(), url);
		expect(answer.headers.get('location')).toBe('/admin');
	});
});
