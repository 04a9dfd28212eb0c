import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: hosts and leaks');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;

	beforeAll(async () => {
		server = await startServer({ database });
		await server.call('POST', '/v1/contacts', { email: 'ada@example.com', firstName: 'Ada' });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	it('R19 R30 a host that is none of ours shows nothing of any portal', async () => {
		const elsewhere = `http://evil.example:${new URL(server.url).port}`;
		for (const path of ['/', '/sign-in', '/admin', '/l/sample']) {
			const { status, text } = await openBrowser().get(elsewhere + path);
			expect([path, status]).toEqual([path, path === '/l/sample' ? 410 : 404]);
			expect(text).not.toContain(server.portal.name);
		}
	});

	describe('R25 bodies are checked before they reach a query', () => {
		it.each([
			['an operator for an id', { contact: { id: { $ne: null } } }],
			['an operator for an address', { contact: { email: { $gt: '' } } }],
			['a list for an address', { contact: { email: ['ada@example.com'] } }],
			['NUL', { contact: { email: 'ada@example.com\0' } }],
			['an unknown member', { contact: { email: 'ada@example.com', $where: '1' } }],
		])('%s is a 422', async (_name, body) => {
			const answer = await server.call('POST', '/v1/magic-links', body);
			expect(answer.status).toBe(422);
			expect(answer.headers.get('content-type')).toContain('application/problem+json');
			expect(answer.body).toMatchObject({ code: expect.stringMatching(/invalid/) });
		});

		it('__proto__ is a 422 and changes nothing', async () => {
			const body = '{"email":"x@example.com","__proto__":{"polluted":true}}';
			expect((await server.call('POST', '/v1/contacts', body)).status).toBe(422);
			const inFields = '{"email":"x@example.com","fields":{"__proto__":"x"}}';
			expect((await server.call('POST', '/v1/contacts', inFields)).status).toBe(422);
			expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		});

		it('unparseable is 400, too large 413, another type 415', async () => {
			const text = await server.call('POST', '/v1/contacts', '{"email":');
			expect([text.status, text.body.code]).toEqual([400, 'malformed_json']);
			const large = JSON.stringify({ email: 'x'.repeat(server.services.config.bodyLimitBytes) });
			expect((await server.call('POST', '/v1/contacts', large)).status).toBe(413);
			const type = { 'content-type': 'text/plain' };
			expect((await server.call('POST', '/v1/contacts', '{}', type)).status).toBe(415);
		});

		it('forms with lists and nested names are dead links, not errors, and sign nobody in', async () => {
			const browser = openBrowser();
			const link = await server.call('POST', '/v1/magic-links', {
				contact: { email: 'ada@example.com' },
			});
			const { fields } = await browser.get(link.body.url);
			const { token = '', formToken = '' } = fields;
			const good = `formToken=${formToken}`;
			for (const form of [
				`token=${token}&token=${token}&${good}`,
				`token[$ne]=x&${good}`,
				`token[]=${token}&${good}`,
				`__proto__[token]=${token}&${good}`,
				good,
			]) {
				const headers = { 'content-type': 'application/x-www-form-urlencoded' };
				const answer = await browser.postRaw(`${server.url}/l`, form, headers);
				expect(answer.status).toBe(410);
			}
			expect([...browser.cookies.keys()]).toEqual(['browser']);
			expect((await browser.post(`${server.url}/l`, fields)).status).toBe(303);
		});

		it('a stranger’s body is never read, whatever its size or shape', async () => {
			const noKey = { authorization: '' };
			const tooLarge = 'x'.repeat(server.services.config.bodyLimitBytes + 1);
			for (const body of [tooLarge, '{"email":']) {
				const answer = await server.call('POST', '/v1/contacts', body, noKey);
				expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
			}
			const unknown = await server.call('POST', '/v1/unknown', '{"email":', noKey);
			expect(unknown.status).toBe(404);
		});
	});

	describe('secrets', () => {
		it('R23 R27 of links, sessions and API keys are in no log line, event or row', async () => {
			const browser = openBrowser();
			// After the link that an earlier test redeemed (R22).
			server.clock.advance(1);
			const { body } = await server.call('POST', '/v1/magic-links', {
				contact: { email: 'ada@example.com' },
			});
			const url = String(body.url);
			await signIn(browser, url);
			await openBrowser().get(url);
			await browser.get(`${server.url}/l/${url.split('/l/')[1] ?? ''}?x=1`);
			await server.call('POST', '/v1/magic-links', { contact: { email: 5 }, token: url });
			await fetch(`${server.url}/v1/nothing/${url.split('/l/')[1] ?? ''}`);
			await fetch(`${server.url}/l`, { method: 'POST', body: `token=${url}` });
			const session = browser.cookies.get('session') ?? '';
			const secrets = [
				url.split('/l/')[1] ?? '',
				session.split('.')[1] ?? '',
				server.apiKey.slice(-43),
				browser.cookies.get('browser') ?? '',
			];
			const { store } = server.services;
			const events = await store.events.list(server.portal.id, {}, { limit: 1000, after: null });
			const stored = {
				events,
				links: await Promise.all(events.map((e) => e.linkId && store.magicLinks.get(e.linkId))),
				session: await store.sessions.get(session.split('.')[0] ?? ''),
				keys: await store.apiKeys.list(),
			};
			const seen = server.logged.join('\n') + JSON.stringify(stored);
			expect(server.logged.length).toBeGreaterThan(5);
			for (const secret of secrets) {
				expect(secret.length).toBeGreaterThan(20);
				expect(seen).not.toContain(secret);
			}
		});

		it('R41 on HTTPS cookies are __Host- and Secure', async () => {
			const { createCookies } = await import('../../../server/middleware/cookies.ts');
			const lines: string[] = [];
			const response = { append: (_name: string, line: string) => lines.push(line) };
			createCookies('https://portal.example.com').write(response as never, 'session', 'x', 60_000);
			expect(lines[0]).toMatch(
				/^__Host-session=x; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
			);
		});
	});
});
