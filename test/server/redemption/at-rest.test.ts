import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { dumpOf } from '../../support/dump.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: at rest');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let url: string;
	let token: string;

	beforeAll(async () => {
		server = await startServer({ database });
		const contact = { email: 'ada@example.com', firstName: 'Ada' };
		await server.call('POST', '/v1/contacts', contact);
		url = await newLink();
		token = tokenOf(url);
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	async function newLink(): Promise<string> {
		const body = { contact: { email: 'ada@example.com' } };
		return String((await server.call('POST', '/v1/magic-links', body)).body.url);
	}

	function tokenOf(link: string): string {
		return link.split('/l/')[1] ?? '';
	}

	const to = { contact: { email: 'ada@example.com' } };
	const content = { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' };
	/** One item of a batch of each kind, with a link in it. */
	const items: [string, string, () => object, object][] = [
		[
			'an item value',
			'/v1/emails',
			() => ({ ...to, item: { a: [{ url }] } }),
			{ contents: [content] },
		],
		[
			'the name of one',
			'/v1/emails',
			() => ({ ...to, item: { [url]: 1 } }),
			{ contents: [content] },
		],
		['a section', '/v1/login-emails', () => ({ ...to, destination: `/l/${token}` }), {}],
		[
			'a field of a contact to invite',
			'/v1/invitations',
			() => ({ contact: { email: 'bob@example.com', fields: { url } } }),
			{},
		],
		['a company', '/v1/contacts', () => ({ email: 'bob@example.com', company: url }), {}],
		['a section of a link', '/v1/magic-links', () => ({ ...to, destination: `/l/${token}` }), {}],
	];

	describe('R23 a link in a text is refused with what to write instead', () => {
		it.each(items)('%s: only its item', async (_name, path, item, rest) => {
			const good = path === '/v1/contacts' ? { email: 'ada@example.com' } : to;
			const answer = await server.call('POST', path, { items: [item(), good], ...rest });
			expect(answer.body).toMatchObject({
				items: [{ ok: false, error: { code: 'link_in_text' } }, { ok: true }],
			});
			const { detail } = answer.body.items[0].error;
			expect(detail).toMatch(/^\/items\/0\//);
			expect(detail).toContain('write << contact.magic_link >> instead');
			expect(JSON.stringify(answer.body.items)).not.toContain(
				path === '/v1/magic-links' ? token : url,
			);
		});

		it.each([
			[
				'contents',
				'POST',
				'/v1/emails',
				() => ({ items: [to], contents: [{ ...content, text: url }] }),
			],
			[
				'a subject',
				'POST',
				'/v1/login-emails',
				() => ({ items: [to], content: { ...content, subject: token } }),
			],
			['a template', 'POST', '/v1/templates', () => ({ name: 'x', ...content, html: url })],
			['a reason', 'POST', '/v1/magic-links', () => ({ ...to, reason: `for ${url}.` })],
			[
				'a contact',
				'POST',
				'/v1/contacts',
				() => ({ email: 'bob@example.com', phone: token.slice(0, 50), fields: { url } }),
			],
			['a custom value', 'PUT', '/v1/custom-values/link', () => ({ value: `<a href="${url}">` })],
			[
				'an encoded link',
				'PUT',
				'/v1/custom-values/link',
				() => ({ value: encodeURIComponent(`x=${url}&y`) }),
			],
			['what runs into it', 'PUT', '/v1/custom-values/link', () => ({ value: `u-${token}_x` })],
			['quoted-printable', 'PUT', '/v1/custom-values/link', () => ({ value: `href=3D${token}` })],
			[
				'the portal',
				'PATCH',
				'/v1/portals/',
				() => ({ brand: { logoUrl: url, color: '#000000' } }),
			],
		])('%s', async (_name, method, path, body) => {
			const at = path.endsWith('portals/') ? `${path}${server.portal.id}` : path;
			const answer = await server.call(method, at, body());
			expect([answer.status, answer.body.code]).toEqual([422, 'link_in_text']);
			expect(answer.body.violations[0].pointer).toMatch(/^\/[a-z]/);
			expect(JSON.stringify(answer.body)).not.toContain(token);
		});

		it('a row of a CSV file: only the row', async () => {
			const csv = `email,note\nada@example.com,fine\ncsv@example.com,${url}\n`;
			const type = { 'content-type': 'text/csv' };
			const { body } = await server.call('POST', '/v1/contacts/import', csv, type);
			expect(body).toMatchObject({
				...{ created: 0, updated: 1 },
				rejected: [{ line: 3, code: 'link_in_text', reason: expect.stringMatching(/^note: /) }],
			});
		});

		it('a link of another portal too', async () => {
			const { body: other } = await server.call('POST', '/v1/portals', {
				slug: 'other',
				name: 'Other',
			});
			const key = await server.makeKey(['contacts:write', 'templates:write'], String(other.id));
			const answer = await server.call(
				...(['PUT', '/v1/custom-values/link', { value: url }] as const),
				{ authorization: `Bearer ${key}` },
			);
			expect(answer.body.code).toBe('link_in_text');
		});

		it('but not what only looks like one', async () => {
			const forged = `${token.slice(0, -4)}AAAA`;
			const value = `${forged} ${'A'.repeat(9000)} ${server.url}/l/sample`;
			expect((await server.call('PUT', '/v1/custom-values/link', { value })).status).toBe(200);
		});
	});

	it('R23 a dump of the whole database holds no token, after links were made, mailed and used', async () => {
		const chained = { ...to, item: { url }, idempotencyKey: 'chain' };
		const chain = { contents: [{ ...content, html: '<p><< item.url >></p>' }], items: [chained] };
		await server.call('POST', '/v1/emails?wait=30', chain);
		const text = 'Sign in: << contact.magic_link >>';
		const mail = { contents: [{ ...content, text, html: '' }], items: [to] };
		const { body } = await server.call('POST', '/v1/emails?wait=30', mail);
		expect(body).toMatchObject({ send: { status: 'captured' } });
		await server.call('POST', '/v1/magic-links', { ...to, reason: url });
		const used = await newLink();
		await signIn(openBrowser(), used);

		const { services, portal } = server;
		const kept = await services.store.outbox.list(portal.id, { limit: 100, after: null });
		const mails = await Promise.all(
			kept.map(({ id }) => readOutboxMessage(services, portal.id, id)),
		);
		const mailed = mails.flatMap((message) => message?.text.match(/[\w-]{66}/g) ?? []);
		expect(mailed.length).toBeGreaterThan(0);
		const dump = await dumpOf(services.config.databaseUrl);
		expect(dump).toContain('ada@example.com');
		for (const secret of [token, tokenOf(used), ...mailed]) {
			expect(secret).toHaveLength(66);
			expect(dump).not.toContain(secret);
		}
	});
});
