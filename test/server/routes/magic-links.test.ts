import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
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

	it('R46 needs its scope, and records who asked and why', async () => {
		const poor = await server.makeKey(['contacts:read', 'emails:send']);
		const asked = { contact: { email: 'a@example.com' }, reason: 'Ticket 4711' };
		const refused = await generate(asked, { authorization: `Bearer ${poor}` });
		expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
		const { body } = await generate(asked);
		const events = await server.call('GET', '/v1/events?type=link.generated');
		expect(events.body.items[0]).toMatchObject({
			actor: expect.stringMatching(/^api_key:/),
			contactId: body.contact.id,
			linkId: body.id,
			data: { reason: 'Ticket 4711' },
		});
	});

	it('422 refuses a lifetime beyond the portal’s maximum', async () => {
		const { status, body } = await generate({
			contact: { email: 'a@example.com' },
			expiresIn: 31 * 24 * 3600,
		});
		expect([status, body.code]).toEqual([422, 'expires_in_too_long']);
	});

	it('404, 409 for unknown and revoked contacts', async () => {
		expect((await generate({ contact: { email: 'nobody@example.com' } })).status).toBe(404);
		const gone = await server.call('POST', '/v1/contacts', { email: 'gone@example.com' });
		await server.call('POST', `/v1/contacts/${String(gone.body.id)}/revoke`);
		const { status, body } = await generate({ contact: { email: 'gone@example.com' } });
		expect([status, body.code]).toEqual([409, 'contact_revoked']);
	});

	it('R47 the same idempotency key derives the same link again, and 409 once it was used', async () => {
		const asked = { contact: { email: 'b@example.com' } };
		const key = { 'idempotency-key': 'order-1' };
		const first = await generate(asked, key);
		server.clock.advance(30_000);
		const again = await generate(asked, key);
		expect(again.body).toEqual(first.body);
		const other = await generate({ contact: { email: 'c@example.com' } }, key);
		expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
		const without = await generate(asked);
		expect(without.body.url).not.toBe(first.body.url);
		await signIn(openBrowser(), first.body.url);
		const used = await generate(asked, key);
		expect([used.status, used.body.code]).toEqual([409, 'link_already_used']);
	});

	it('R47 the key of a request holds for all of it: one item more is another body', async () => {
		const key = { 'idempotency-key': 'batch-1' };
		const items = ['a', 'b'].map((name) => ({ contact: { email: `${name}@example.com` } }));
		const first = await generate({ items }, key);
		expect((await generate({ items }, key)).body).toEqual(first.body);
		for (const body of [{ items: [...items, items[0]] }, { items, reason: 'other' }]) {
			const other = await generate(body, key);
			expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
		}
	});

	it('R47 an item’s own key holds in any batch', async () => {
		const item = { contact: { email: 'c@example.com' }, idempotencyKey: 'row-7' };
		const one = await generate({ items: [{ contact: { email: 'a@example.com' } }, item] });
		const two = await generate({ items: [item] });
		expect(two.body.items[0]).toEqual(one.body.items[1]);
	});

	it('R18 R47 a key of one portal means nothing in another', async () => {
		const other = await server.services.portals.create({ slug: 'other', name: 'Other' });
		const key = await server.makeKey(['contacts:write', 'links:create'], other.id);
		const theirs = { authorization: `Bearer ${key}`, 'idempotency-key': 'order-2' };
		await server.call('POST', '/v1/contacts', { email: 'a@example.com' }, theirs);
		const asked = { contact: { email: 'a@example.com' } };
		const mine = await generate(asked, { 'idempotency-key': 'order-2' });
		const their = await generate(asked, theirs);
		expect([mine.status, their.status]).toEqual([201, 201]);
		expect(their.body.url).toContain('//other.');
		expect(their.body.contact.id).not.toBe(mine.body.contact.id);
	});
});
