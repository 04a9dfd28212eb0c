import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INode, IRun } from 'n8n-workflow';

import { outputs, runWorkflow } from '../../support/n8n/engine.ts';
import { startProxy, type Fate } from '../../support/n8n/proxy.ts';
import { byEmail, chain, makeContacts, people, portalNode } from '../../support/n8n/workflow.ts';
import { freePort } from '../../support/server-process.ts';
import { startServer, type TestServer } from '../../support/server.ts';

interface NodeFailure {
	message: string;
	description?: string;
	context: { itemIndex?: number };
}

const login = (more: Partial<INode> = {}) =>
	portalNode(
		'Login',
		{ resource: 'email', operation: 'sendLogin', contact: byEmail, options: {} },
		more,
	);

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await makeContacts(server, people(5));
});
afterAll(() => server.stop());

const run = (
	node: INode,
	items: { email: unknown }[],
	credential: { serverUrl?: string; apiKey?: string } = {},
): Promise<IRun> =>
	runWorkflow({
		workflow: chain(node),
		items: items as { email: string }[],
		credential: { serverUrl: server.url, apiKey: server.apiKey, ...credential },
	});

const failure = (result: IRun) => result.data.resultData.error as unknown as NodeFailure;

const withStranger = [
	{ email: 'person0@example.com' },
	{ email: 'stranger@example.com' },
	{ email: 'person1@example.com' },
];

describe('an item that the server refuses', () => {
	it('stops the node, with the item, what happened and what to do', async () => {
		const error = failure(await run(login(), withStranger));
		expect(error.message).toBe('No contact of this portal has this id or address.');
		expect(error.description).toContain('run one of them first');
		expect(error.description).toContain('2 of 3 items were done');
		expect(error.context.itemIndex).toBe(1);
	});

	it('leaves the good ones alone with Continue On Fail, in its own place', async () => {
		const result = await run(login({ onError: 'continueRegularOutput' }), withStranger);
		const [items] = outputs(result, 'Login');
		expect(result.status).toBe('success');
		expect(items!.map(({ json }) => json['status'] ?? json['error'])).toEqual([
			'sent',
			'No contact of this portal has this id or address.',
			'sent',
		]);
		expect(items!.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(items![1]!.json['details']).toMatchObject({ code: 'contact_not_found' });
	});

	it('leaves by the Error output when there is one, with the data it came with', async () => {
		const result = await run(login({ onError: 'continueErrorOutput' }), withStranger);
		const [good, bad] = outputs(result, 'Login');
		expect(good).toHaveLength(2);
		expect(bad!.map(({ json }) => json['email'])).toEqual(['stranger@example.com']);
	});
});

describe('a parameter that cannot be read', () => {
	const broken = [
		{ email: 'person0@example.com' },
		{ email: null },
		{ email: 'person1@example.com' },
	];

	it('stops the node before anything leaves', async () => {
		const proxy = await startProxy(server.url);
		const error = failure(await run(login(), broken, { serverUrl: proxy.url }));
		await proxy.stop();
		expect(error.message).toBe('The contact is empty');
		expect(error.context.itemIndex).toBe(1);
		expect(proxy.seen).toEqual([]);
	});

	it('fails its own item only with Continue On Fail', async () => {
		const [items] = outputs(
			await run(login({ onError: 'continueRegularOutput' }), broken),
			'Login',
		);
		expect(items!.map(({ json }) => json['status'] ?? json['error'])).toEqual([
			'sent',
			'The contact is empty',
			'sent',
		]);
	});
});

describe('a server that does not answer as it should', () => {
	it('explains a refused connection, with Docker', async () => {
		const serverUrl = `http://127.0.0.1:${String(await freePort())}`;
		const error = failure(await run(login(), people(1), { serverUrl }));
		expect(error.message).toBe(`The Client Portal server at ${serverUrl} could not be reached`);
		expect(error.description).toContain('host.docker.internal');
	});

	it('says what to do about a wrong API key, and does not repeat it', async () => {
		const apiKey = `${server.apiKey.slice(0, -4)}AAAA`;
		const result = await run(login(), people(1), { apiKey });
		expect(failure(result).message).toBe('The API key is missing or not valid.');
		expect(failure(result).description).toContain('create-api-key');
		expect(JSON.stringify(result.data)).not.toContain(apiKey);
	});

	it('names the missing scope’s remedy', async () => {
		const apiKey = await server.makeKey(['stats:read']);
		expect(failure(await run(login(), people(1), { apiKey })).description).toContain('--scopes');
	});

	it('shows no HTML of others', async () => {
		const fate: Fate = {
			status: 422,
			headers: { 'content-type': 'application/problem+json' },
			body: JSON.stringify({
				code: 'x',
				title: '<img src=x onerror=alert(1)>',
				detail: '<script>',
			}),
		};
		const proxy = await startProxy(server.url, () => fate);
		const error = failure(await run(login(), people(1), { serverUrl: proxy.url }));
		await proxy.stop();
		expect(error.message + String(error.description)).not.toContain('<');
		expect(error.message).toContain('&lt;img');
	});

	it('takes no redirect with the API key, and no other page for an answer', async () => {
		const fates: Fate[] = [
			{ status: 302, headers: { location: 'https://example.com/' } },
			{ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' },
		];
		for (const fate of fates) {
			const proxy = await startProxy(server.url, () => fate);
			const error = failure(await run(login(), people(1), { serverUrl: proxy.url }));
			await proxy.stop();
			expect(proxy.seen).toHaveLength(1);
			expect(error.message).toBe('The answer does not come from a Client Portal server');
		}
	});
});
