import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { outputs, runWorkflow, searchList } from '../../support/n8n/engine.ts';
import {
	byEmail,
	chain,
	countOutbox,
	makeContacts,
	people,
	portalNode,
} from '../../support/n8n/workflow.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await makeContacts(server, people(1200));
});
afterAll(() => server.stop());

async function run(
	parameters: INode['parameters'],
	items: { email?: string }[] = [{}],
	apiKey = server.apiKey,
) {
	const node = portalNode('Portal', { options: {}, ...parameters });
	const credential = { serverUrl: server.url, apiKey };
	const result = await runWorkflow({
		workflow: chain(node),
		items: items as object[] as [],
		credential,
	});
	return { items: outputs(result, 'Portal')[0] ?? [], error: result.data.resultData.error };
}

describe('Invite to Client Portal', () => {
	const invite = { resource: 'contact', operation: 'invite', contact: byEmail, details: {} };

	it('makes the contact, writes its details and skips it the next time unless Resend', async () => {
		const details = {
			firstName: 'Ada',
			company: '',
			fields: { entries: [{ name: 'plan', value: 'Gold' }] },
		};
		const ada = [{ email: 'ada@example.com' }];
		const before = await countOutbox(server);
		const first = await run({ ...invite, details }, ada);
		const second = await run(invite, ada);
		const third = await run({ ...invite, options: { resend: true } }, ada);
		expect([first, second, third].map(({ items }) => items[0]!.json['status'])).toEqual([
			'sent',
			'skipped',
			'sent',
		]);
		expect(second.items[0]!.json['skipped']).toBe('already_invited');
		expect((await countOutbox(server)) - before).toBe(2);
		const { body } = await server.call('GET', '/v1/contacts?search=ada@example.com');
		expect(body.items[0]).toMatchObject({
			firstName: 'Ada',
			company: null,
			fields: { plan: 'Gold' },
		});
	});

	it('lets a revoked contact in again only with Restore Access', async () => {
		const [person] = people(1);
		const { body } = await server.call('GET', `/v1/contacts?search=${person!.email}`);
		await server.call('POST', `/v1/contacts/${String(body.items[0].id)}/revoke`);
		const refused = await run(invite, [person!]);
		expect((refused.error as unknown as { description: string }).description).toContain(
			'Restore Access',
		);
		const restored = await run({ ...invite, options: { restoreAccess: true } }, [person!]);
		expect(restored.items[0]!.json['status']).toBe('sent');
	});
});

describe('Create or Update', () => {
	const upsert = { resource: 'contact', operation: 'upsert', email: '={{ $json.email }}' };

	it('says which contacts are new, and keeps what is known where a column is empty', async () => {
		const email = 'grace@example.com';
		const create = await run(
			{ ...upsert, details: { firstName: 'Grace', phone: '+1 202 555 0100' } },
			[{ email }],
		);
		const update = await run({ ...upsert, details: { firstName: '', company: 'Navy' } }, [
			{ email },
		]);
		expect(create.items[0]!.json).toMatchObject({ created: true, firstName: 'Grace' });
		expect(update.items[0]!.json).toMatchObject({
			...{ created: false, firstName: 'Grace', company: 'Navy', phone: '+1 202 555 0100' },
		});
	});
});

describe('Get Many', () => {
	const getMany = {
		resource: 'contact',
		operation: 'getMany',
		filters: {},
		returnAll: false,
		limit: 50,
		simplify: true,
	};

	it('returns up to the limit, simplified', async () => {
		const { items } = await run(getMany);
		expect(items).toHaveLength(50);
		expect(Object.keys(items[0]!.json)).toHaveLength(9);
		expect(items[0]!.pairedItem).toEqual({ item: 0 });
	});

	it('returns all, over pages, raw', async () => {
		const { items } = await run({
			...getMany,
			returnAll: true,
			simplify: false,
			filters: { search: 'person' },
		});
		expect(new Set(items.map(({ json }) => json['id'])).size).toBe(1200);
		expect(items[0]!.json).toHaveProperty('createdAt');
	});

	it('finds whom to remind: invited before a time, not joined', async () => {
		const whom = people(3);
		await server.call('POST', '/v1/invitations', {
			items: whom.slice(1).map((contact) => ({ contact })),
		});
		const at = new Date(server.clock.now()).toISOString();
		const filters = { state: 'invited', search: 'person', invitedBefore: at };
		expect((await run({ ...getMany, filters })).items).toEqual([]);
		const later = new Date(server.clock.now() + 1000).toISOString();
		const found = (await run({ ...getMany, filters: { ...filters, invitedBefore: later } })).items;
		expect(found.map(({ json }) => json['email'])).toEqual(
			expect.arrayContaining([whom[1]!.email, whom[2]!.email]),
		);
	});
});

describe('Get Stats', () => {
	it('answers every item', async () => {
		const { items } = await run({ resource: 'portal', operation: 'getStats' }, people(3));
		expect(items).toHaveLength(3);
		expect(items[2]).toMatchObject({ json: { portalUrl: server.url }, pairedItem: { item: 2 } });
	});
});

describe('a key made for all portals', () => {
	it('names the portal in the options', async () => {
		const { body: other } = await server.call(
			'POST',
			'/v1/portals',
			{ name: 'Other', slug: 'other' },
			{
				authorization: `Bearer ${await server.makeKey(['portals:write'], null)}`,
			},
		);
		const apiKey = await server.makeKey(['stats:read', 'portals:write', 'contacts:read'], null);
		const stats = { resource: 'portal', operation: 'getStats' };
		expect((await run(stats, [{}], apiKey)).error).toBeDefined();
		const portal = { __rl: true, mode: 'id', value: other.id };
		const { items } = await run({ ...stats, options: { portal } }, [{}], apiKey);
		expect(items[0]!.json).toMatchObject({ contacts: 0 });
		const credential = { serverUrl: server.url, apiKey };
		const portals = await searchList('searchPortals', credential, {});
		expect(portals.results).toContainEqual({ name: 'Other (other)', value: other.id });
		const contacts = await searchList('searchContacts', credential, {
			parameters: { options: { portal } },
		});
		expect(contacts.results).toEqual([]);
	});
});

describe('the list of contacts in the editor', () => {
	it('pages, and searches by name and address', async () => {
		const credential = { serverUrl: server.url, apiKey: server.apiKey };
		const first = await searchList('searchContacts', credential, {});
		expect(first.results).toHaveLength(100);
		const second = await searchList('searchContacts', credential, {
			cursor: first.paginationToken!,
		});
		expect(second.results[0]!.value).not.toBe(first.results[0]!.value);
		const { results } = await searchList('searchContacts', credential, { filter: 'person1199' });
		expect(results.map(({ name }) => name)).toEqual(['Person 1199 (person1199@example.com)']);
	});

	it('says what is wrong with the credential', async () => {
		const search = searchList('searchContacts', { serverUrl: server.url, apiKey: 'cp_x' }, {});
		await expect(search).rejects.toThrow('The API key is missing or not valid.');
	});
});
