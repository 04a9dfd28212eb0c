import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startServer, type Json, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
	await server.call('POST', '/v1/contacts', { email: 'bo@example.com', firstName: 'Bo' });
});
afterAll(() => server.stop());

const post = (path: string, body: Json, key = server.apiKey) =>
	server.call('POST', `/v1/templates${path}`, body, { authorization: `Bearer ${key}` });

describe('POST /v1/templates/lint', () => {
	it('answers all findings of all parts', async () => {
		const { status, body } = await post('/lint', {
			kind: 'login_email',
			subject: 'Hi << contact.frist_name >>',
			html: '<p>x</p>',
		});
		expect(status).toBe(200);
		expect(body.findings).toMatchObject([
			{ part: 'subject', severity: 'error', code: 'unknown_value', fix: expect.any(String) },
			{ part: 'html', severity: 'error', code: 'missing_required_value' },
		]);
		expect((await post('/lint', {})).body.findings).toHaveLength(2);
	});
});

describe('POST /v1/templates/preview', () => {
	const texts = {
		subject: 'Hi << contact.first_name >>',
		html: '<a href="<< contact.magic_link >>"><< item.n >></a> << contact.phone >>',
	};

	it('R29 shows a contact’s row or samples with sample links, and mints and stores nothing', async () => {
		const { body } = await post('/preview', {
			...texts,
			contact: { email: 'BO@example.com' },
			item: { n: 7 },
		});
		expect(body).toEqual({
			subject: 'Hi Bo',
			html: `<a clicktracking="off" href="${server.url}/l/sample">7</a> `,
			text: expect.stringContaining(`${server.url}/l/sample`),
			missing: ['contact.phone'],
		});
		expect((await post('/preview', texts)).body).toMatchObject({ subject: 'Hi Ada', missing: [] });
		expect(await server.services.store.magicLinks.countLive(1, 0)).toBe(0);
		const { items } = (await server.call('GET', '/v1/events')).body;
		expect(items.map((event: Json) => event.type)).toEqual(['contact.created']);
	});

	it('needs contacts:read for a contact, and only then', async () => {
		const key = await server.makeKey(['templates:write']);
		const refused = await post('/preview', { ...texts, contact: { email: 'bo@example.com' } }, key);
		expect([refused.status, refused.body.detail]).toEqual([
			403,
			expect.stringContaining('contacts:read'),
		]);
		expect((await post('/preview', texts, key)).status).toBe(200);
	});

	it('answers findings for what cannot be sent, and 404 for an unknown contact', async () => {
		const { status, body } = await post('/preview', { ...texts, text: '<< contact.fone >>' });
		expect([status, body.code]).toEqual([422, 'template_invalid']);
		expect(body.findings).toMatchObject([{ part: 'text', code: 'unknown_value' }]);
		const unknown = await post('/preview', { ...texts, contact: { email: 'no@example.com' } });
		expect(unknown.body.code).toBe('contact_not_found');
	});
});
