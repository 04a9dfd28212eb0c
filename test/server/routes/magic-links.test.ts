import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startServer, type Json, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	const items = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` }));
	await server.call('POST', '/v1/contacts', { items });
});
afterAll(() => server.stop());

const generate = (body: unknown, headers: Record<string, string> = {}) =>
	server.call('POST', '/v1/magic-links', body, headers);

describe('POST /v1/magic-links', () => {
	it('201 answers id, url, when it ends, and whose it is', async () => {
		const { status, body } = await generate({
			contact: { email: 'A@example.com' },
			expiresIn: 120,
		});
		expect(status).toBe(201);
		expect(body).toEqual({
			ok: true,
			id: expect.any(String),
			url: expect.stringMatching(new RegExp(`^${server.url}/l/[\\w-]{66}$`)),
			expiresAt: new Date(server.clock.time + 120_000).toISOString(),
			contact: { id: expect.any(String), email: 'a@example.com' },
		});
	});

	it('200 answers a batch item by item', async () => {
		const { status, body } = await generate({
			items: [
				{ contact: { email: 'a@example.com' } },
				{ contact: { email: 'nobody@example.com' } },
				{ contact: { email: 'b@example.com' }, destination: '//evil.example' },
				{ contact: { email: 'c@example.com' }, destination: '/courses' },
			],
		});
		expect(status).toBe(200);
		const codes = body.items.map((item: Json) => item.error?.code ?? 'ok');
		expect(codes).toEqual(['ok', 'contact_not_found', 'destination_not_allowed', 'ok']);
		expect(new Set(body.items.map((item: Json) => item.url)).size).toBe(3);
	});

	it.each([31 * 24 * 3600, 99_999_999])(
		'422 refuses a lifetime beyond the portal’s maximum: %d',
		async (expiresIn) => {
			const { status, body } = await generate({ contact: { email: 'a@example.com' }, expiresIn });
			expect([status, body.code, body.detail]).toEqual([
				422,
				'expires_in_too_long',
				`expiresIn is ${String(expiresIn)} seconds; this portal allows at most 2592000.`,
			]);
		},
	);

	it('422 refuses a lifetime of less than a minute', async () => {
		const { status, body } = await generate({ contact: { email: 'a@example.com' }, expiresIn: 1 });
		const violations = [{ pointer: '/expiresIn', detail: 'At least 60 seconds.' }];
		expect({ status, body }).toMatchObject({ status: 422, body: { violations } });
	});

	it('404, 409 for unknown and revoked contacts', async () => {
		expect((await generate({ contact: { email: 'nobody@example.com' } })).status).toBe(404);
		const gone = await server.call('POST', '/v1/contacts', { email: 'gone@example.com' });
		await server.call('POST', `/v1/contacts/${String(gone.body.id)}/revoke`);
		const { status, body } = await generate({ contact: { email: 'gone@example.com' } });
		expect([status, body.code, body.detail]).toEqual([
			409,
			'contact_revoked',
			'Invite again with restoreAccess: true, or give access back in the dashboard.',
		]);
	});
});
