import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createApp } from '../../../server/app.ts';
import { endpoints } from '../../../server/routes/endpoints.ts';
import { startServer, type Json, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server.stop());

describe('every endpoint', () => {
	const path = (declared: string) =>
		declared.replace(':id', '01900000-0000-7000-8000-000000000000').replace(':key', 'x');

	it.each(
		endpoints.map((declared) => [declared.method.toUpperCase(), declared.path, declared] as const),
	)(
		'%s %s answers 401 without a key, in one wording for all that is wrong with one, and 403 without its scope',
		async (method, declaredPath, declared) => {
			const body = declared.body === undefined ? undefined : {};
			const missing = expect.stringContaining('Authorization: Bearer');
			const invalid = expect.stringContaining('create-api-key');
			const bad = [
				'',
				'Basic abc',
				'Bearer x',
				`Bearer ${server.apiKey.slice(0, -1)}`,
				`Bearer cp_${'0'.repeat(32)}_${'A'.repeat(43)}`,
			];
			const answers = await Promise.all(
				bad.map((authorization) =>
					server.call(method, path(declaredPath), body, { authorization }),
				),
			);
			for (const [n, answer] of answers.entries()) {
				expect(answer.body).toEqual({
					requestId: expect.any(String),
					type: 'about:blank',
					status: 401,
					code: 'unauthorized',
					title: expect.any(String),
					detail: n < 2 ? missing : invalid,
				});
				expect(answer.body.detail).toBe(answers[n < 2 ? 0 : 2]?.body.detail);
			}
			if (declared.scope === null) return;
			const poor = await server.makeKey([
				declared.scope === 'stats:read' ? 'contacts:read' : 'stats:read',
			]);
			const refused = await server.call(method, path(declaredPath), body, {
				authorization: `Bearer ${poor}`,
			});
			expect(refused.status).toBe(403);
			expect(refused.body.detail).toContain(declared.scope);
		},
	);

	it('a key for all portals has to name one', async () => {
		const all = { authorization: `Bearer ${await server.makeKey(['stats:read'], null)}` };
		const without = await server.call('GET', '/v1/stats', undefined, all);
		expect(without.body.violations[0].pointer).toBe('/portalId');
		const named = await server.call(
			'GET',
			`/v1/stats?portalId=${server.portal.id}`,
			undefined,
			all,
		);
		expect(named.status).toBe(200);
	});

	it('a key of one portal reaches no other', async () => {
		const other = await server.services.portals.create({ slug: 'other', name: 'Other' });
		expect((await server.call('GET', `/v1/stats?portalId=${other.id}`)).status).toBe(404);
		expect((await server.call('GET', `/v1/portals/${other.id}`)).status).toBe(404);
		const list = await server.call('GET', '/v1/portals');
		expect(list.body.items.map((p: { id: string }) => p.id)).toEqual([server.portal.id]);
		expect((await server.call('POST', '/v1/portals', { slug: 'x', name: 'X' })).status).toBe(403);
	});

	it('404 and 405 are problem documents too', async () => {
		const unknown = await server.call('GET', '/v1/unknown');
		expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
		expect(unknown.body.detail).toContain('/v1/openapi.json');
		const wrong = await server.call('DELETE', '/v1/contacts');
		expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET']);
		expect(wrong.body.detail).toBe('It answers POST and GET.');
	});
});

describe('GET /v1/me', () => {
	it('says who the key is', async () => {
		const { body } = await server.call('GET', '/v1/me');
		expect(body).toMatchObject({
			portal: { id: server.portal.id, url: server.url },
			server: { mailTransport: 'outbox' },
		});
	});
});

describe('what a request has for a body', () => {
	const publish = '/v1/templates/00000000-0000-7000-8000-000000000000/publish';
	const json = { 'content-type': 'application/json' };

	it('may be nothing where nothing is needed, whatever its type is said to be', async () => {
		const answer = await server.call('POST', publish, undefined, json);
		expect([answer.status, answer.body.code]).toEqual([404, 'template_not_found']);
	});

	it('is missed where it is needed', async () => {
		const missed = { status: 400, body: { code: 'bad_request' } };
		const detail = 'The request has no body. Send application/json.';
		expect(await server.call('POST', '/v1/contacts', undefined, json)).toMatchObject({
			...missed,
			body: { detail },
		});
		expect(await server.call('POST', '/v1/contacts')).toMatchObject(missed);
		expect(await server.call('POST', '/v1/contacts/import')).toMatchObject(missed);
	});

	it.each(['"SPRING"', '7', 'null', '[]'])('is a JSON object and not %s', async (body) => {
		const answer = await server.call('PUT', '/v1/custom-values/season', body);
		expect(answer).toMatchObject({
			status: 422,
			body: { violations: [{ pointer: '', detail: 'The body must be a JSON object.' }] },
		});
	});
});

describe('a body that is wrong', () => {
	it.each([
		['{"email": "a@example.com",}', 'Line 1, column 27, at “}”. Take out the comma before }.'],
		['{"email":\n  x}', 'Line 2, column 3, at “x}”. Put a text between double quotes: "…".'],
		['{"email":', 'Line 1, column 10. It ends too early. Write } here.'],
	])('is told its place and what to do: %j', async (body, detail) => {
		const answer = await server.call('POST', '/v1/contacts', body);
		expect(answer.body).toMatchObject({
			...{ status: 400, code: 'malformed_json', title: 'The request body is not valid JSON.' },
			detail: expect.stringContaining(detail),
		});
	});

	it('R27 is answered with no more of it than a short excerpt, and logged without any', async () => {
		const body = `{"email": ${'secret-'.repeat(50)}}`;
		const { detail } = (await server.call('POST', '/v1/contacts', body)).body;
		expect(detail).toContain(`at “${'secret-'.repeat(5).slice(0, 30)}…”.`);
		expect(server.logged.join('')).toContain('malformed_json');
		expect(server.logged.join('')).not.toContain('secret-');
		const long = await server.call('POST', '/v1/contacts', `[${' '.repeat(1_000_000)}`);
		expect([long.status, long.body.code, 'detail' in long.body]).toEqual([
			...[400, 'malformed_json', false],
		]);
	});

	it('names the members that are known where one is not, in the items of a batch, too', async () => {
		const link = { contact: { email: 'a@example.com', emial: 'x' }, sectoin: '/x' };
		const { body } = await server.call('POST', '/v1/magic-links', link);
		expect(body.violations).toEqual(
			expect.arrayContaining([
				{
					pointer: '/sectoin',
					detail: expect.stringMatching(
						/^This member is not known here; known are contact, .*destination/,
					),
				},
				{
					pointer: '/contact/emial',
					detail: expect.stringMatching(/^This member is not known here; known are .*email/),
				},
			]),
		);
		const batch = await server.call('POST', '/v1/invitations', {
			items: [{ contact: { email: 'a@example.com' }, ressend: true }],
		});
		expect(JSON.stringify(batch.body)).toMatch(
			/\/items\/0\/ressend: This member is not known here; known are contact, [^"]*resend/,
		);
		const query = await server.call('GET', '/v1/me?x=1');
		expect(query.body.violations).toEqual([
			{ pointer: '/query/x', detail: 'This member is not known here.' },
		]);
	});
});

describe('PATCH /v1/portals/:id', () => {
	it('changes what is named, lifetimes in seconds', async () => {
		const path = `/v1/portals/${server.portal.id}`;
		const lifetimes = {
			...{ dashboard: 60, signIn: 120, api: 180, loginEmail: 240, invitation: 300, maximum: 600 },
		};
		const { status, body } = await server.call('PATCH', path, { name: 'Läden', lifetimes });
		expect(status).toBe(200);
		expect(body).toMatchObject({ name: 'Läden', lifetimes, locale: 'en' });
		expect((await server.services.portals.get(server.portal.id)).lifetimes.api).toBe(180_000);
		const bad = await server.call('PATCH', path, { appUrl: 'javascript:alert(1)', slug: 'x' });
		expect(bad.body.violations.map((v: { pointer: string }) => v.pointer)).toEqual([
			'/appUrl',
			'/slug',
		]);
	});
});

describe('an application at the address of the portal itself', () => {
	const refused = {
		status: 422,
		body: {
			violations: [{ pointer: '/appUrl', detail: expect.stringContaining('portal itself') }],
		},
	};

	it('is refused, by whatever name the server has', async () => {
		const path = `/v1/portals/${server.portal.id}`;
		const { port } = new URL(server.url);
		for (const appUrl of [server.url, `https://127.0.0.1:${port}/app`]) {
			expect(await server.call('PATCH', path, { appUrl })).toMatchObject(refused);
		}
		const elsewhere = { appUrl: 'http://127.0.0.1:1/app' };
		expect((await server.call('PATCH', path, elsewhere)).status).toBe(200);
		expect((await server.call('PATCH', path, { appUrl: null })).status).toBe(200);
	});

	it('is refused of a portal that is made', async () => {
		const authorization = `Bearer ${await server.makeKey(['portals:write'], null)}`;
		const make = (slug: string, appUrl: string) =>
			server.call('POST', '/v1/portals', { slug, name: slug, appUrl }, { authorization });
		const own = server.url.replace('//', '//own.');
		expect(await make('own', own)).toMatchObject(refused);
		expect((await make('beside-own', own)).status).toBe(201);
	});
});

describe('PATCH /v1/portals/:id with a name', () => {
	it('renames a sender that was named like the portal, and no other', async () => {
		const { id } = await server.services.portals.create({ slug: 'names', name: 'Old' });
		const key = await server.makeKey(['portals:write'], null);
		const patch = async (body: Json) => {
			const answer = await server.call('PATCH', `/v1/portals/${id}`, body, {
				authorization: `Bearer ${key}`,
			});
			return answer.body.sender.name as string;
		};
		expect(await patch({ name: 'New' })).toBe('New');
		const sender = { name: 'Ann of New', email: 'ann@example.com', replyTo: null };
		expect(await patch({ name: 'Newer', sender })).toBe('Ann of New');
		expect(await patch({ name: 'Newest' })).toBe('Ann of New');
	});
});

describe('/v1/custom-values', () => {
	it('lists the catalogue, sets, shows and deletes', async () => {
		const set = await server.call('PUT', '/v1/custom-values/support_phone', { value: '+49 30 1' });
		expect(set.body.customValues).toEqual({ support_phone: '+49 30 1' });
		const { body } = await server.call('GET', '/v1/custom-values');
		const link = body.items.find((item: { path: string }) => item.path === 'contact.magic_link');
		expect(link).toMatchObject({ secret: true, description: expect.any(String) });
		expect(body.customValues).toEqual({ support_phone: '+49 30 1' });
		const gone = await server.call('DELETE', '/v1/custom-values/support_phone');
		expect(gone.status).toBe(204);
		expect((await server.call('DELETE', '/v1/custom-values/support_phone')).status).toBe(404);
		expect((await server.call('PUT', '/v1/custom-values/Not-Ok', { value: '' })).status).toBe(422);
	});
});

describe('GET /v1/openapi.json', () => {
	it('describes every endpoint with all its statuses, needs no key, and every reference resolves', async () => {
		const response = await fetch(`${server.url}/v1/openapi.json`);
		const document = await response.json();
		expect(document.openapi).toBe('3.1.0');
		for (const { path, method, id, answers } of endpoints) {
			const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')][method];
			expect(operation.operationId).toBe(id);
			expect(Object.keys(operation.responses)).toEqual(
				expect.arrayContaining(Object.keys(answers)),
			);
			expect(Object.keys(operation.responses)).toEqual(
				expect.arrayContaining(['401', '403', '422']),
			);
		}
		const invitations = document.paths['/v1/invitations'].post.requestBody;
		const { items } = invitations.content['application/json'].schema.properties.items;
		expect(items.required).toEqual(['contact']);
		const publish = document.paths['/v1/templates/{id}/publish'].post.requestBody;
		expect([invitations.required, publish.required]).toEqual([true, false]);
		expect(new Set(endpoints.map((e) => e.id)).size).toBe(endpoints.length);
		const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
		for (const [, reference = ''] of references) {
			const target = reference.split('/').reduce<Json>((node, key) => node?.[key], document);
			expect(target).toBeDefined();
		}
	});
});

describe('TRUST_PROXY', () => {
	it.each([
		['1', [true, false]],
		['2', [true, true]],
		['loopback', [true, true]],
		['10.0.0.0/8', [false, false]],
	])('%s is a number of proxies, or their addresses', async (setting, trusted) => {
		const behind = await startServer({ env: { TRUST_PROXY: setting } });
		const trusts = createApp(behind.services).get('trust proxy fn');
		await behind.stop();
		expect([trusts('127.0.0.1', 0), trusts('127.0.0.1', 1)]).toEqual(trusted);
	});
});

describe('health', () => {
	it('/healthz and /readyz answer without a key', async () => {
		expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
		expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
	});
});
