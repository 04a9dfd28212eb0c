import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server.stop());

describe('POST /v1/contacts', () => {
	it('201 creates a contact, 200 updates it and leaves what was not named', async () => {
		const made = await server.call('POST', '/v1/contacts', {
			email: ' Grace@Example.com',
			firstName: 'Grace',
			lastName: 'Hopper',
			fields: { plan: 'gold', seats: 3, vip: true },
		});
		expect(made.status).toBe(201);
		expect(made.body).toMatchObject({
			email: 'grace@example.com',
			name: 'Grace Hopper',
			state: 'none',
			bounced: false,
			fields: { plan: 'gold', seats: 3, vip: true },
			createdAt: new Date(server.clock.time).toISOString(),
		});
		const updated = await server.call('POST', '/v1/contacts', {
			email: 'grace@example.com',
			lastName: null,
			fields: { plan: 'silver' },
		});
		expect(updated.status).toBe(200);
		expect(updated.body).toMatchObject({
			id: made.body.id,
			firstName: 'Grace',
			lastName: null,
			fields: { plan: 'silver', seats: 3, vip: true },
		});
	});

	it('a batch does the good items and names the bad ones in their place', async () => {
		const { status, body } = await server.call('POST', '/v1/contacts', {
			items: [
				{ email: 'a@example.com', firstName: 'Ä' },
				{ email: 'not an address' },
				{ email: 'b@example.com', firstname: 'typo' },
				{ email: 'A@example.com', lastName: 'Later' },
				5,
			],
		});
		expect(status).toBe(200);
		expect(body.items.map((item: { ok: boolean }) => item.ok)).toEqual([
			true,
			false,
			false,
			true,
			false,
		]);
		expect(body.items[0]).toMatchObject({ created: true, contact: { firstName: 'Ä' } });
		expect(body.items[1].error.code).toBe('email_invalid');
		expect(body.items[2].error).toMatchObject({
			code: 'invalid_request',
			detail: expect.stringContaining('/items/2/firstname'),
		});
		expect(body.items[3]).toMatchObject({
			created: false,
			contact: { id: body.items[0].contact.id, firstName: 'Ä', lastName: 'Later' },
		});
	});

	it('422 names every wrong member with a JSON pointer', async () => {
		const { status, body } = await server.call('POST', '/v1/contacts', {
			email: 5,
			timeZone: 'Mars/Phobos',
			fields: { 'not a name': 1 },
			extra: true,
		});
		expect(status).toBe(422);
		const pointers = body.violations.map((v: { pointer: string }) => v.pointer);
		expect(pointers).toEqual(
			expect.arrayContaining(['/email', '/timeZone', '/fields/not a name', '/extra']),
		);
		expect(body).toMatchObject({
			status: 422,
			code: 'invalid_request',
			requestId: expect.any(String),
		});
	});

	it('422 refuses an empty batch and one of more than 1,000', async () => {
		for (const items of [[], Array.from({ length: 1001 }, () => ({ email: 'a@example.com' }))]) {
			expect((await server.call('POST', '/v1/contacts', { items })).status).toBe(422);
		}
	});
});

describe('POST /v1/contacts/import', () => {
	const importCsv = (csv: string, type = 'text/csv') =>
		server.call('POST', '/v1/contacts/import', csv, { 'content-type': type });

	it('reads rows with any column as a field, and names each bad row by line and reason', async () => {
		const csv = [
			'\ufeffE-Mail,First name,Last name,Plan no.',
			'csv1@example.com,Zoë,"Müller, Jr.",gold',
			'broken,X,Y,Z',
			'',
			'csv2@example.com,"two',
			'lines",Y,',
			'csv3@example.com;not a list,,,',
			'csv1@example.com,,Again,silver',
		].join('\r\n');
		const { status, body } = await importCsv(csv);
		expect(status).toBe(200);
		expect(body).toMatchObject({ created: 2, updated: 1 });
		expect(body.rejected).toEqual([
			{ line: 3, code: 'email_invalid', reason: expect.any(String) },
			{ line: 7, code: expect.any(String), reason: expect.any(String) },
		]);
		const list = await server.call('GET', '/v1/contacts?search=zo%C3%AB');
		expect(list.body.items).toHaveLength(1);
		expect(list.body.items[0]).toMatchObject({
			email: 'csv1@example.com',
			lastName: 'Again',
			fields: { plan_no: 'silver' },
		});
	});

	it('holds rows against the same rules as JSON', async () => {
		const csv = [
			'email,language,time zone,constructor,1st order,first name',
			'rule1@example.com,not a locale!!,,,,',
			'rule2@example.com,,Mars/Base,,,',
			`rule3@example.com,,,,,${'x'.repeat(900)}`,
			'rule4@example.com,de-AT,Europe/Vienna,me,2024,Ada',
		].join('\n');
		const { body } = await importCsv(csv);
		expect(body.rejected.map((row: { line: number }) => row.line)).toEqual([2, 3, 4]);
		expect(body.rejected[0].reason).toContain('locale');
		const list = await server.call('GET', '/v1/contacts?search=rule4');
		expect(list.body.items[0]).toMatchObject({
			locale: 'de-AT',
			fields: { constructor: 'me', field_1st_order: '2024' },
		});
	});

	it('reads a large file whole, and characters on the edge of a piece', async () => {
		const rows = Array.from(
			{ length: 2500 },
			(_, n) => `big${String(n)}@example.org,${'🦊'.repeat(20 + (n % 7))}`,
		);
		const { body } = await importCsv(['email,first name', ...rows].join('\n'));
		expect(body).toEqual({ created: 2500, updated: 0, rejected: [] });
		const { items } = (await server.call('GET', '/v1/contacts?search=big&limit=1000')).body;
		expect(items).toHaveLength(1000);
		for (const { firstName } of items) expect(firstName).toMatch(/^(?:🦊)+$/u);
	});

	it.each([
		['nothing', '', /empty/],
		['a workbook', 'PK\0\0', /CSV UTF-8/],
		['another encoding', 'email,first name\na@example.com,M\ufffdller', /UTF-8/],
	])('422 refuses %s before a name is broken', async (_name, csv, detail) => {
		const { status, body } = await importCsv(csv);
		expect([status, body.code]).toEqual([422, 'csv_unreadable']);
		expect(body.detail).toMatch(detail);
	});

	it('says in plain words what is wrong with a row', async () => {
		const csv = ['email,first name', 'a1@example.com,x,y', 'a2@example.com,"open'].join('\n');
		const { body } = await importCsv(csv);
		expect(body.rejected).toEqual([
			{ line: 2, code: 'csv_unreadable', reason: expect.stringContaining('cells') },
			{ line: 3, code: 'csv_unreadable', reason: expect.stringContaining('never closed') },
		]);
	});

	it('422 says what a file without an address column lacks', async () => {
		const { status, body } = await importCsv('name\nAda');
		expect([status, body.code]).toEqual([422, 'csv_unreadable']);
		expect(body.detail).toContain('email');
	});

	it('415 wants text/csv', async () => {
		expect((await importCsv('email\na@example.com', 'text/plain')).status).toBe(415);
	});
});

describe('GET /v1/contacts', () => {
	it('pages through all contacts, newest first, none twice', async () => {
		const items = Array.from({ length: 250 }, (_, n) => ({ email: `p${String(n)}@example.net` }));
		await server.call('POST', '/v1/contacts', { items });
		const seen: string[] = [];
		let cursor = '';
		do {
			const { status, body } = await server.call('GET', `/v1/contacts?limit=100${cursor}`);
			expect(status).toBe(200);
			seen.push(...body.items.map((item: { id: string }) => item.id));
			cursor = body.nextCursor === null ? '' : `&cursor=${String(body.nextCursor)}`;
		} while (cursor !== '');
		expect(new Set(seen).size).toBe(seen.length);
		expect(seen).toEqual([...seen].sort().reverse());
		expect(seen.length).toBeGreaterThanOrEqual(250);
	});

	it('422 refuses unknown filters and cursors that are none', async () => {
		for (const query of ['limit=0', 'limit=1001', 'cursor=x', 'state=member', 'order=asc']) {
			expect((await server.call('GET', `/v1/contacts?${query}`)).status).toBe(422);
		}
	});
});

describe('PATCH /v1/contacts/:id', () => {
	it('409 when another contact has the address', async () => {
		const one = await server.call('POST', '/v1/contacts', { email: 'one@example.com' });
		await server.call('POST', '/v1/contacts', { email: 'two@example.com' });
		const path = `/v1/contacts/${String(one.body.id)}`;
		const taken = await server.call('PATCH', path, { email: 'two@example.com' });
		expect([taken.status, taken.body.code]).toEqual([409, 'email_taken']);
		const moved = await server.call('PATCH', path, { email: 'three@example.com' });
		expect(moved.body.email).toBe('three@example.com');
		const events = await server.call('GET', '/v1/events?type=contact.address_changed');
		expect(events.body.items[0].data).toEqual({ from: 'one@example.com', to: 'three@example.com' });
	});

	it('404 for an unknown contact and for another portal’s', async () => {
		const other = await server.services.portals.create({ slug: 'other', name: 'Other' });
		const key = await server.makeKey(['contacts:read', 'contacts:write'], other.id);
		const mine = await server.call('POST', '/v1/contacts', { email: 'mine@example.com' });
		const path = `/v1/contacts/${String(mine.body.id)}`;
		const theirs = { authorization: `Bearer ${key}` };
		expect((await server.call('GET', path, undefined, theirs)).status).toBe(404);
		expect((await server.call('PATCH', path, { firstName: 'x' }, theirs)).status).toBe(404);
		expect((await server.call('POST', `${path}/revoke`, undefined, theirs)).status).toBe(404);
		const stranger = '/v1/contacts/01900000-0000-7000-8000-000000000000';
		expect((await server.call('GET', stranger)).status).toBe(404);
	});
});
