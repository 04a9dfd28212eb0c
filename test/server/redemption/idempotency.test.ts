import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { dumpOf } from '../../support/dump.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { newEmail } from './checks/people.ts';

const day = 24 * 3_600_000;

const databases = await databasesFor('redemption: idempotency keys');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
		const items = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` }));
		await server.call('POST', '/v1/contacts', { items });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	const generate = (body: unknown, headers: Record<string, string> = {}) =>
		server.call('POST', '/v1/magic-links', body, headers);

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

	it('R46 R47 a link that is asked for again under its key is recorded once', async () => {
		const asked = { contact: { email: 'b@example.com' }, reason: 'Ticket 4712' };
		const key = { 'idempotency-key': 'recorded-once' };
		const { body } = await generate(asked, key);
		server.clock.advance(30_000);
		for (let again = 0; again < 2; again += 1)
			expect((await generate(asked, key)).status).toBe(201);
		const path = `/v1/events?type=link.generated&contactId=${String(body.contact.id)}`;
		const { items } = (await server.call('GET', path)).body;
		const mine = items.filter((event: { linkId: string }) => event.linkId === body.id);
		expect(mine).toMatchObject([{ data: { reason: 'Ticket 4712' } }]);
	});

	it('R46 R47 whoever else gets a link by its key is recorded too', async () => {
		const item = { contact: { email: 'b@example.com' }, idempotencyKey: 'row-8' };
		const { body } = await generate({ items: [item] });
		const other = { authorization: `Bearer ${await server.makeKey(['links:create'])}` };
		for (let again = 0; again < 2; again += 1) await generate({ items: [item] }, other);
		const { id } = body.items[0];
		const { items } = (await server.call('GET', '/v1/events?type=link.generated')).body;
		const mine = items.filter((event: { linkId: string }) => event.linkId === id);
		expect(new Set(mine.map(({ actor }: { actor: string }) => actor)).size).toBe(2);
		expect(mine).toHaveLength(2);
	});

	it.each([
		['used', true],
		['unused', false],
	])('R20 R47 no key brings back the %s link of a deleted contact', async (_, isUsed) => {
		const email = newEmail();
		const key = { 'idempotency-key': `deleted-${email}` };
		const asked = { contact: { email } };
		await server.call('POST', '/v1/contacts', { email });
		const first = (await generate(asked, key)).body;
		if (isUsed) expect((await signIn(openBrowser(), first.url)).status).toBe(303);
		await server.call('DELETE', `/v1/contacts/${first.contact.id}`);
		await server.call('POST', '/v1/contacts', { email });
		const again = await generate(asked, key);
		expect(again.status).toBe(201);
		expect(again.body.contact.id).not.toBe(first.contact.id);
		expect(again.body.url).not.toBe(first.url);
		expect((await signIn(openBrowser(), first.url)).status).not.toBe(303);
		expect((await signIn(openBrowser(), again.body.url)).status).toBe(303);
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

	it('R47 one key makes one send, whose answer comes again; another body is refused', async () => {
		const email = newEmail();
		await server.call('POST', '/v1/contacts', { email });
		const key = { 'idempotency-key': 'send-1' };
		const body = { items: [{ contact: { email } }] };
		const send = (asked: unknown) => server.call('POST', '/v1/login-emails?wait=20', asked, key);
		const [first, second] = await Promise.all([send(body), send(body)]);
		const again = await send(body);
		expect(again.body.send.id).toBe(first.body.send?.id ?? second.body.send.id);
		expect(again.body.items).toMatchObject([{ ok: true, delivery: { status: 'sent' } }]);
		expect(await mailsTo(server, email)).toHaveLength(1);
		const other = await send({ items: [...body.items, { contact: { email: 'a@example.com' } }] });
		expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
	});

	it('R47 a key is kept for 7 days, and no longer', async () => {
		const email = newEmail();
		await server.call('POST', '/v1/contacts', { email });
		const key = { 'idempotency-key': 'kept' };
		const asked = { contact: { email }, expiresIn: 30 * 24 * 3600 };
		const first = await generate(asked, key);
		server.clock.advance(7 * day - 1);
		expect((await generate(asked, key)).body.url).toBe(first.body.url);
		server.clock.advance(1);
		const later = await generate(asked, key);
		expect([later.status, later.body.url === first.body.url]).toEqual([201, false]);
	});

	it('R47 no answer with a link is stored: it is derived again', async () => {
		const asked = { contact: { email: 'a@example.com' } };
		const key = { 'idempotency-key': 'derived' };
		const { url } = (await generate(asked, key)).body;
		expect(await dumpOf(server.services.config.databaseUrl)).not.toContain(url.slice(-66));
		expect((await generate(asked, key)).body.url).toBe(url);
	});
});
