import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import { firstAdminEmail } from '../../../server/services/admins.ts';
import { makeTemplate } from '../store/fixtures.ts';
import { startServer, type Json, type TestServer } from '../../support/server.ts';
import { startSmtpStub } from '../../support/smtp-stub.ts';

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
	await server.call('POST', '/v1/contacts', { email: 'bo@example.com', firstName: 'Bo' });
});
afterAll(() => server.stop());

const post = (path: string, body: Json, key = server.apiKey) =>
	server.call('POST', `/v1/templates${path}`, body, { authorization: `Bearer ${key}` });

const draft = { subject: 'Hi << contact.first_name | you >>', html: '<p>Hi</p>', text: 'Hi' };
const at = (id: string, path = '') => `/v1/templates/${id}${path}`;

describe('/v1/templates', () => {
	it('keeps a draft, mistakes included, and says what they are', async () => {
		const made = await post('', { name: ' Welcome ', ...draft, text: '<< contact.fone >>' });
		expect(made.status).toBe(201);
		expect(made.body).toMatchObject({
			name: 'Welcome',
			kind: 'email',
			version: 1,
			draft: { ...draft, text: '<< contact.fone >>' },
			published: null,
			publishedAt: null,
			updatedBy: expect.stringMatching(/^api_key:/),
			findings: [{ part: 'text', code: 'unknown_value' }],
		});
		const { repairs, ...kept } = made.body;
		expect(repairs).toEqual([]);
		expect((await server.call('GET', at(made.body.id))).body).toEqual(kept);
		const taken = await post('', { name: 'Welcome' });
		expect([taken.status, taken.body.code]).toEqual([409, 'template_name_taken']);
		expect((await post('', { name: made.body.id })).status).toBe(422);
		expect((await post('', { name: 'x', text: 'a'.repeat(262_145) })).status).toBe(422);
	});

	it('repairs what an editor did to tags, and says so', async () => {
		const tag = '<< contact.first_name | you >>';
		const damaged = '<p>&lt;&lt; contact.first_name | you &gt;&gt;</p>';
		const made = await post('', {
			name: 'damaged',
			subject: 'Hi {{contact.first_name}}',
			html: `${damaged}\n<p>&lt;&gt;</p>`,
			text: tag,
		});
		expect(made.body.draft).toEqual({
			subject: 'Hi << contact.first_name >>',
			html: `<p>${tag}</p>\n<p>&lt;&gt;</p>`,
			text: tag,
		});
		const told = ({ part, code, severity, line, column, fix }: Json) =>
			[part, code, severity, line, column, ...(fix === undefined ? [] : [fix])].join(' ');
		expect(made.body.repairs.map(told)).toEqual([
			'subject foreign_tag info 1 4 << contact.first_name >>',
			`html damaged_tag info 1 4 ${tag}`,
			'html lost_tag error 2 4',
		]);
		expect(made.body.findings.map(told)).toEqual(
			expect.arrayContaining(['html lost_tag error 2 4']),
		);
		const { id } = made.body;
		expect((await post(`/${id}/publish`, undefined)).body.code).toBe('template_invalid');
		const changed = await server.call('PATCH', at(id), { version: 1, html: damaged });
		expect(changed.body.draft.html).toBe(`<p>${tag}</p>`);
		expect(changed.body.repairs.map(told)).toEqual([`html damaged_tag info 1 4 ${tag}`]);
		const renamed = await server.call('PATCH', at(id), { version: 2, name: 'mended' });
		expect(renamed.body.repairs).toEqual([]);
		expect(renamed.body.findings.map(told)).toEqual(['subject no_fallback info 1 4']);
	});

	it('tells damaged tags with their fix, and sends none, where texts are not kept', async () => {
		const texts = { ...draft, html: '<p>&lt;&lt;contact.first_name&gt;&gt;</p>' };
		const damage = {
			part: 'html',
			code: 'damaged_tag',
			severity: 'error',
			column: 4,
			fix: '<< contact.first_name >>',
		};
		expect((await post('/lint', texts)).body.findings).toMatchObject([damage]);
		const refused = [
			await post('/preview', texts),
			await post('/test', texts),
			await server.call('POST', '/v1/emails', {
				contents: [texts],
				items: [{ contact: { email: 'bo@example.com' }, content: 0 }],
			}),
		];
		for (const { status, body } of refused) {
			expect([status, body.code]).toEqual([422, 'template_invalid']);
			expect(body.findings).toMatchObject([damage]);
		}
	});

	it('lists without texts, page by page', async () => {
		for (const name of ['one', 'two', 'three']) await post('', { name, ...draft });
		const first = (await server.call('GET', '/v1/templates?limit=2')).body;
		const { items } = (await server.call('GET', `/v1/templates?limit=1&cursor=${first.nextCursor}`))
			.body;
		expect([...first.items, ...items].map(({ name }) => name)).toEqual(['three', 'two', 'one']);
		expect(Object.keys(items[0]).sort()).toEqual(
			[
				'createdAt',
				'id',
				'kind',
				'name',
				'publishedAt',
				'updatedAt',
				'updatedBy',
				'version',
			].sort(),
		);
	});

	it('changes the version that was read, and refuses to overwrite a newer one', async () => {
		const { id } = (await post('', { name: 'change', ...draft })).body;
		const changed = await server.call('PATCH', at(id), { version: 1, html: '<p>Ho</p>' });
		expect(changed.body).toMatchObject({ version: 2, draft: { ...draft, html: '<p>Ho</p>' } });
		const stale = await server.call('PATCH', at(id), { version: 1, name: 'lost' });
		expect([stale.status, stale.body.code]).toEqual([409, 'template_changed']);
		expect(stale.body.detail).toContain('It is at version 2, and you have read version 1.');
		expect((await server.call('PATCH', at(id), { version: 2, name: 'one' })).status).toBe(409);
		expect((await server.call('PATCH', at(id), { name: 'x' })).status).toBe(422);
		const { repairs: none, ...kept } = changed.body;
		expect(none).toEqual([]);
		expect((await server.call('GET', at(id))).body).toEqual(kept);
	});

	it('publishes a draft without errors once, and records who did', async () => {
		const { id } = (await post('', { name: 'publish', ...draft, html: '<< contact.fone >>' })).body;
		const refused = await post(`/${id}/publish`, undefined);
		expect([refused.status, refused.body.code]).toEqual([422, 'template_invalid']);
		expect(refused.body.findings).toMatchObject([{ part: 'html', code: 'unknown_value' }]);
		await server.call('PATCH', at(id), { version: 1, ...draft });
		expect((await post(`/${id}/publish`, { version: 1 })).body.code).toBe('template_changed');
		const published = await post(`/${id}/publish`, { version: 2 });
		expect(published.body).toMatchObject({ version: 2, published: draft });
		expect(published.body.publishedAt).not.toBeNull();
		// Nothing was given that could have been repaired.
		expect(published.body).not.toHaveProperty('repairs');
		server.clock.advance(1000);
		expect((await post(`/${id}/publish`, undefined)).body).toEqual(published.body);
		await server.call('PATCH', at(id), { version: 2, subject: 'New' });
		expect((await server.call('GET', at(id))).body.published).toEqual(draft);
		const events = await server.call('GET', '/v1/events?type=template.published');
		expect(events.body.items).toMatchObject([
			{
				actor: expect.stringMatching(/^api_key:/),
				data: { templateId: id, name: 'publish', version: 2 },
			},
		]);
	});

	it('deletes, and is not of another portal', async () => {
		const { id } = (await post('', { name: 'delete', ...draft })).body;
		const other = await server.services.portals.create({ slug: 'other', name: 'Other' });
		const key = { authorization: `Bearer ${await server.makeKey(['templates:write'], other.id)}` };
		for (const method of ['GET', 'DELETE']) {
			const { status, body } = await server.call(method, at(id), undefined, key);
			expect([status, body.code]).toEqual([404, 'template_not_found']);
		}
		expect((await server.call('GET', '/v1/templates', undefined, key)).body.items).toEqual([]);
		expect((await server.call('DELETE', at(id))).status).toBe(204);
		expect((await server.call('DELETE', at(id))).status).toBe(404);
	});

	it('has an end', async () => {
		const { store, portals, templates } = server.services;
		const full = await portals.create({ slug: 'full', name: 'Full' });
		for (let n = 0; n < 500; n++) {
			await store.templates.insert(makeTemplate({ portalId: full.id }));
		}
		const more = templates.create(full, 'test', { name: 'more', kind: 'email', draft });
		await expect(more).rejects.toMatchObject({ code: 'invalid_request' });
	});
});

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
			{ part: 'text', severity: 'info', code: 'derived_part' },
		]);
		expect((await post('/lint', {})).body.findings).toHaveLength(2);
	});

	it('takes the draft of a template, or what is published', async () => {
		const { id } = (await post('', { name: 'lint', ...draft })).body;
		const early = await post('/lint', { template: 'lint', published: true });
		expect([early.status, early.body.code]).toEqual([409, 'template_not_published']);
		await post(`/${id}/publish`, undefined);
		await server.call('PATCH', at(id), { version: 1, text: '<< contact.fone >>' });
		expect((await post('/lint', { template: 'lint' })).body.findings).toHaveLength(1);
		expect((await post('/lint', { template: id, published: true })).body.findings).toEqual([]);
		expect((await post('/preview', { template: id, published: true })).body.text).toBe('Hi');
		expect((await post('/lint', { template: 'lunt' })).body.code).toBe('template_not_found');
		expect((await post('/lint', { template: 'lint', text: 'x' })).status).toBe(422);
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
			fallbacks: [],
		});
		expect((await post('/preview', texts)).body).toMatchObject({ subject: 'Hi Ada', missing: [] });
		expect(await server.services.store.magicLinks.countLive(1, 0)).toBe(0);
		const { items } = (await server.call('GET', '/v1/events')).body;
		const others = [
			'contact.created',
			'template.created',
			'template.published',
			'template.deleted',
		];
		expect(items.filter(({ type }: Json) => !others.includes(type))).toEqual([]);
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

describe('POST /v1/templates/test', () => {
	const texts = {
		subject: 'Hi << contact.first_name >>',
		html: '<a href="<< contact.magic_link >>"><< contact.login_code >></a>',
	};
	const admins = () => server.services.admins;
	const store = () => server.services.store;
	const newest = async () => {
		const [head] = await store().outbox.list(server.portal.id, { limit: 1, after: null });
		return readOutboxMessage(server.services, server.portal.id, head!.id);
	};

	it('R29 e-mails an admin, marked, with sample links, and mints nothing', async () => {
		await admins().createLink('ann@example.com');
		server.clock.advance(1);
		const links = () => store().magicLinks.countLive(1, 0);
		const before = await links();
		const { body } = await post('/test', texts);
		expect(body).toEqual({ to: 'ann@example.com', transport: 'outbox' });
		expect(await newest()).toMatchObject({
			to: { address: 'ann@example.com' },
			subject: '[Test] Hi Ada',
			html: `<a clicktracking="off" href="${server.url}/l/sample">123456</a>`,
		});
		expect(await links()).toBe(before);
		server.clock.advance(1);
		await post('', { name: 'tested', ...texts });
		await post('/test', { template: 'tested', contact: { email: 'bo@example.com' } });
		expect((await newest())?.subject).toBe('[Test] Hi Bo');
		const { items } = (await server.call('GET', '/v1/events?type=template.tested')).body;
		expect(items).toHaveLength(2);
	});

	it('goes to an admin only, who is named when there are several', async () => {
		const refused = await post('/test', { ...texts, to: 'bo@example.com' });
		expect([refused.status, refused.body.violations[0].pointer]).toEqual([422, '/to']);
		await admins().createLink('bea@example.com');
		expect((await post('/test', texts)).status).toBe(422);
		expect((await post('/test', { ...texts, to: 'BEA@example.com' })).body.to).toBe(
			'bea@example.com',
		);
	});

	it('never leaves for the first admin, who has no mailbox', async () => {
		const smtp = await startSmtpStub();
		const mailing = await startServer({
			env: { MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'portal@example.com', SMTP_URL: smtp.url },
		});
		const send = (to?: string) =>
			mailing.call('POST', '/v1/templates/test', { ...texts, ...(to === undefined ? {} : { to }) });
		await mailing.services.admins.createLink(firstAdminEmail);
		for (const to of [undefined, firstAdminEmail]) {
			const { status, body } = await send(to);
			expect([status, body.violations[0].pointer]).toEqual([422, '/to']);
			expect(body.violations[0].detail).toContain('create-admin');
		}
		await mailing.services.admins.createLink('ann@example.com');
		expect((await send()).body.to).toBe('ann@example.com');
		expect(smtp.deliveries.map(({ to }) => to)).toEqual([['ann@example.com']]);
		await mailing.stop();
		await smtp.close();
	});

	it('refuses texts with errors, at their place, and a contact without contacts:read', async () => {
		const to = 'ann@example.com';
		const { body } = await post('/test', { ...texts, to, subject: '<< contact.fone >>' });
		expect(body.findings).toMatchObject([{ part: 'subject', line: 1, column: 4 }]);
		const key = await server.makeKey(['templates:write']);
		const contact = { email: 'bo@example.com' };
		expect((await post('/test', { ...texts, to, contact }, key)).status).toBe(403);
	});

	it('R37 is limited per admin', async () => {
		const to = 'bea@example.com';
		for (let n = 1; n < 60; n++) expect((await post('/test', { ...texts, to })).status).toBe(200);
		const { status, headers } = await post('/test', { ...texts, to });
		expect([status, headers.get('retry-after')]).toEqual([429, '3600']);
	});
});

describe('/v1/custom-values in templates', () => {
	const usage = async () => (await server.call('GET', '/v1/custom-values')).body.usage;
	const put = (key: string) => server.call('PUT', `/v1/custom-values/${key}`, { value: 'x' });

	it('counts drafts and published texts, each template once', async () => {
		for (const key of ['hours', 'phone', 'unused']) await put(key);
		const text = '<< custom_values.phone >> << #with custom_values >><< hours >><< /with >>';
		const { id } = (await post('', { name: 'uses', subject: 'x', text })).body;
		expect(await usage()).toMatchObject({ hours: 1, phone: 1, unused: 0 });
		await post(`/${id}/publish`, undefined);
		await server.call('PATCH', at(id), { version: 1, text: '<< custom_values.hours >>' });
		await post('', { name: 'broken', text: '<< custom_values.hours >><< #if x >>' });
		expect(await usage()).toMatchObject({ hours: 2, phone: 1, unused: 0 });
	});

	it('refuses to delete one in use, unless forced; lint then says what misses it', async () => {
		const remove = (key: string, query = '') =>
			server.call('DELETE', `/v1/custom-values/${key}${query}`);
		const refused = await remove('hours');
		expect([refused.status, refused.body.code]).toEqual([409, 'custom_value_in_use']);
		expect(refused.body.detail).toContain('It is used by “broken”, “uses”.');
		expect((await remove('phone')).status).toBe(409);
		expect((await remove('unused')).status).toBe(204);
		expect((await remove('unused')).status).toBe(404);
		expect((await remove('phone', '?force=true')).status).toBe(204);
		const { findings } = (await post('/lint', { template: 'uses', published: true })).body;
		expect(findings).toMatchObject([{ severity: 'error', code: 'unknown_value', part: 'text' }]);
		const items = [{ contact: { email: 'bo@example.com' } }];
		const send = await server.call('POST', '/v1/emails', {
			items,
			contents: [{ template: 'uses' }],
		});
		expect(send.body.code).toBe('template_invalid');
	});
});

describe('sends', () => {
	it.each([
		['/v1/emails', 'email', (content: Json) => ({ contents: [content] })],
		['/v1/login-emails', 'login_email', (content: Json) => ({ content })],
		['/v1/invitations', 'invitation', (content: Json) => ({ content })],
	])('POST %s takes a published template', async (path, kind, named) => {
		const link = '<< contact.magic_link >>';
		const texts = { subject: `A ${kind}`, html: `<a href="${link}">in</a>`, text: link };
		const { id } = (await post('', { name: kind, kind, ...texts })).body;
		const items = [{ contact: { email: 'bo@example.com' } }];
		const order = () =>
			server.call('POST', `${path}?wait=20`, { items, ...named({ template: kind }) });
		expect((await order()).body).toMatchObject({ status: 409, code: 'template_not_published' });
		await post(`/${id}/publish`, undefined);
		server.clock.advance(1);
		expect((await order()).body.send).toMatchObject({ kind, sent: 1 });
		const [mail] = await server.services.store.outbox.list(server.portal.id, {
			limit: 1,
			after: null,
		});
		expect(mail?.subject).toBe(`A ${kind}`);
		const neither = await server.call('POST', path, {
			items,
			...named({ template: '', text: 'x' }),
		});
		expect(neither.status).toBe(422);
	});
});
