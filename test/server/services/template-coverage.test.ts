import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { uuidV7 } from '../../../server/ids.ts';
import { coverageOf } from '../../../server/services/template-coverage.ts';
import { databasesFor } from '../../support/databases.ts';
import { dumpOf } from '../../support/dump.ts';
import { startServer, type Json, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('coverage of templates');

const source = {
	subject: 'News for << contact.first_name | you >>',
	html: [
		'<p>Dear << contact.first_name | friend >> (<< contact.phone >>)</p>',
		'<< #if contact.company >><a href="<< contact.magic_link >>"><< contact.company >></a><< /if >>',
		'<< contact.company | no company >>',
	].join('\n'),
	text: '<< #if contact.company >><< contact.magic_link >><< /if >>',
};

describe.each(databases)('POST /v1/templates/coverage on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	const cover = async (body: Json) => server.call('POST', '/v1/templates/coverage', body);

	/** The database but for the jobs, which tick on. */
	async function dump(): Promise<Json> {
		const rows = JSON.parse(await dumpOf(server.services.config.databaseUrl));
		return { ...rows, jobs: null };
	}

	it('R29 says of 10,000 contacts of whom three in ten have a live branch that 3,000 links would be made, reads them page by page, and writes nothing', async () => {
		const { store, portals } = server.services;
		const { id } = await portals.create({ slug: 'many', name: 'Many' });
		const key = {
			authorization: `Bearer ${await server.makeKey(['templates:write', 'contacts:read'], id)}`,
		};
		for (let from = 0; from < 10_000; from += 1000) {
			const writes = Array.from({ length: 1000 }, (_, n) => ({
				id: uuidV7(server.clock.now()),
				email: `p${from + n}@example.com`,
				set: { firstName: n % 2 === 0 ? 'Ada' : null, company: n % 10 < 3 ? 'Engines' : null },
				fields: {},
			}));
			await store.contacts.upsertMany(id, writes, server.clock.now());
		}
		const before = await dump();
		const list = jest.spyOn(store.contacts, 'list');
		const { status, body } = await server.call('POST', '/v1/templates/coverage', source, key);
		expect(list.mock.calls.length).toBeLessThanOrEqual(21);
		list.mockRestore();
		expect([status, body]).toEqual([
			200,
			{
				contacts: 10_000,
				complete: true,
				sendable: 10_000,
				skipped: {},
				blocked: [],
				missing: [
					{ path: 'contact.phone', contacts: 10_000, prints: '' },
					{ path: 'contact.company', contacts: 7000, prints: 'no company' },
					{ path: 'contact.first_name', contacts: 5000, prints: 'you' },
					{ path: 'contact.first_name', contacts: 5000, prints: 'friend' },
				],
				links: 3000,
				codes: 0,
			},
		]);
		expect(await dump()).toEqual(before);
	}, 300_000);

	it('agrees with the send that follows', async () => {
		const { services, portal } = server;
		const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`);
		const people = emails.map((email, n) => ({ email, ...(n < 2 ? { company: 'X' } : {}) }));
		await server.call('POST', '/v1/contacts', { items: people });
		const [gone] = await services.store.contacts.getManyByEmail(portal.id, ['d@example.com']);
		await server.call('POST', `/v1/contacts/${gone!.id}/revoke`);
		const link = '<< contact.magic_link | to /courses >>';
		const content = {
			subject: 'Hi',
			text: [
				`<< #if contact.company >>${link} << contact.magic_link >><< /if >>`,
				'<< #if contact.magic_link_expires_at >><< contact.login_code >><< /if >>',
				'<< #each item.rows >>.<< /each >><< item.note >>',
			].join(' '),
		};
		const rows = Array.from({ length: 501 }, () => 1);
		const items = [
			...emails.map((email) => ({ contact: { email }, item: { note: 'x' } })),
			{ contact: { email: 'a@example.com' } },
			{ contact: { email: 'nobody@example.com' } },
		].map((item, n) => (n === 2 ? { ...item, item: { rows } } : item));
		const { body } = await cover({ ...content, audience: { items } });
		expect(body).toEqual({
			contacts: 6,
			complete: true,
			sendable: 2,
			skipped: { contact_revoked: 1, duplicate: 1, contact_not_found: 1 },
			blocked: [{ message: 'A loop has at most 500 items.', contacts: 1 }],
			missing: [],
			links: 4,
			codes: 2,
		});
		const before = await services.store.magicLinks.countLive(1, server.clock.now());
		const sent = await server.call('POST', '/v1/emails?wait=20', { contents: [content], items });
		expect(sent.body.send).toMatchObject({ sent: body.sendable, failed: 1 });
		// A render that fails at a limit comes after the minting of its links.
		const after = await services.store.magicLinks.countLive(1, server.clock.now());
		expect(after - before).toBe(Number(body.links) + 1);
	}, 60_000);

	it('skips whom an invitation skips, and takes a filter as GET /v1/contacts does', async () => {
		await server.call('POST', '/v1/contacts', {
			items: [{ email: 'new@example.com', lastName: 'Zuse' }],
		});
		const kind = 'invitation';
		const items = [{ contact: { email: 'old@example.com', lastName: 'Zuse' } }];
		await server.call('POST', '/v1/invitations?wait=20', { items });
		const asked = {
			kind,
			subject: 'Hi',
			text: '<< contact.invitation_link >>',
			audience: { search: 'ZUS' },
		};
		expect((await cover(asked)).body).toMatchObject({
			...{ contacts: 2, sendable: 1, links: 1 },
			skipped: { already_invited: 1 },
		});
		expect((await cover({ ...asked, resend: true })).body).toMatchObject({ sendable: 2, links: 2 });
		const invited = { ...asked, audience: { state: 'invited' } };
		expect((await cover(invited)).body).toMatchObject({ contacts: 1, sendable: 0 });
	}, 60_000);

	it('ends after 100,000 contacts, and when nobody waits for it any more', async () => {
		const { services, portal } = server;
		const page = await services.contacts.list(portal, {}, { limit: 1, after: null });
		const request = {
			...({ kind: 'email', resend: false, restoreAccess: false } as const),
			source: { subject: 'Hi', html: '', text: 'Hi' },
			audience: { filter: {} },
		};
		// As many as that are made of one, over and over.
		const list = () => Promise.resolve(Array.from({ length: 500 }, () => page[0]!));
		const endless = { ...services, contacts: { ...services.contacts, list } };
		const { signal } = new AbortController();
		expect(await coverageOf(endless, portal, request, signal)).toMatchObject({
			...{ contacts: 100_000, complete: false },
		});
		const over = AbortSignal.abort();
		expect(await coverageOf(services, portal, request, over)).toMatchObject({
			...{ contacts: 0, complete: false },
		});
	}, 60_000);

	it('says what is wrong with the texts, and needs contacts:read', async () => {
		const refused = await cover({ subject: 'Hi', text: '<< contact.fone >>' });
		expect([refused.status, refused.body.code]).toEqual([422, 'template_invalid']);
		const key = { authorization: `Bearer ${await server.makeKey(['templates:write'])}` };
		const { status } = await server.call('POST', '/v1/templates/coverage', source, key);
		expect(status).toBe(403);
	});
});
