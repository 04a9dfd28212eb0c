import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EngineResponse, INode, INodeType } from 'n8n-workflow';

import { openBrowser, signIn } from '../../support/browser.ts';
import { loadNodePackage } from '../../support/n8n/compile.ts';
import { outputs, runWorkflow } from '../../support/n8n/engine.ts';
import {
	byEmail,
	chain,
	countOutbox,
	linkTokens,
	makeContacts,
	people,
	portalNode,
} from '../../support/n8n/workflow.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const generate = { resource: 'magicLink', operation: 'generate', contact: byEmail };

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await makeContacts(server, people(150));
});
afterAll(() => server.stop());

const credential = () => ({ serverUrl: server.url, apiKey: server.apiKey });

describe('Generate Magic Link', () => {
	it('gives each contact a link of its own, which signs in', async () => {
		const options = { expiresIn: 10, reason: 'asked on the phone', section: '/courses' };
		const run = await runWorkflow({
			workflow: chain(portalNode('Link', { ...generate, options })),
			items: people(150),
			credential: credential(),
		});
		const [items] = outputs(run, 'Link');
		const urls = items!.map(({ json }) => json['url'] as string);
		const tokens = urls.map((url) => linkTokens(url)[0]);
		expect(new Set(tokens).size).toBe(150);
		expect(items!.map(({ json }) => json['email'])).toEqual(people(150).map(({ email }) => email));
		const [first] = items!;
		expect(first!.json['expiresAt']).toBe(new Date(server.clock.now() + 10 * 60_000).toISOString());
		const page = await signIn(openBrowser(), urls[0]!);
		expect(page.status).toBe(303);
		expect(page.headers.get('location')).toBe('/courses');
		const { body } = await server.call('GET', '/v1/events?type=link.generated&limit=1');
		expect(JSON.stringify(body.items[0].data)).toContain('asked on the phone');
	});
});

/** An agent of n8n 2, as far as the engine sees it: asks for its tool to be run, then hands on what it gave. */
const agent: INodeType = {
	description: {
		displayName: 'Agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: 'Uses its tool once',
		defaults: { name: 'Agent' },
		inputs: ['main', { type: 'ai_tool' }],
		outputs: ['main'],
		properties: [],
	},
	async execute(response?: EngineResponse) {
		if (response === undefined || response.actionResponses.length === 0) {
			return {
				actions: [
					{
						actionType: 'ExecutionNodeAction',
						nodeName: 'Tool',
						input: { email: 'person0@example.com' },
						type: 'ai_tool',
						id: 'call-1',
						metadata: {},
					},
				],
				metadata: {},
			};
		}
		return [[{ json: { done: true }, pairedItem: { item: 0 } }]];
	},
};

/** The node as n8n offers it to agents: under a name of its own, with a tool's output. */
function asTool(): INodeType {
	const { node } = loadNodePackage();
	const description = {
		...node.description,
		name: 'clientPortalTool',
		inputs: [],
		outputs: ['ai_tool' as const],
	};
	return Object.assign(Object.create(node) as INodeType, { description });
}

describe('an agent of n8n 2', () => {
	const runTool = async (parameters: INode['parameters']) => {
		const toolType = 'n8n-nodes-client-portal.clientPortalTool';
		const tool = portalNode('Tool', parameters, { type: toolType });
		const agentNode = { ...tool, id: 'id-of-agent', name: 'Agent', type: 'agent', parameters: {} };
		const workflow = chain(agentNode);
		workflow.nodes.push(tool);
		workflow.connections['Tool'] = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
		const run = await runWorkflow({
			workflow,
			items: [{ email: 'person0@example.com' }],
			credential: credential(),
			nodeTypes: { agent, [toolType]: asTool() },
		});
		return { run, data: JSON.stringify(run.data) };
	};

	it('R46 is refused Generate Magic Link', async () => {
		const before = await server.call('GET', '/v1/events?type=link.generated&limit=1000');
		const { data } = await runTool({ ...generate, options: {} });
		const after = await server.call('GET', '/v1/events?type=link.generated&limit=1000');
		expect(data).toContain('Generate Magic Link is not available to AI tools');
		expect(data).not.toContain('/l/');
		expect(after.body.items).toHaveLength(before.body.items.length);
	});

	it('may send a login e-mail, whose link it never sees', async () => {
		const before = await countOutbox(server);
		const { data } = await runTool({
			resource: 'email',
			operation: 'sendLogin',
			contact: byEmail,
			options: {},
		});
		expect((await countOutbox(server)) - before).toBe(1);
		expect(data).toContain('"status":"sent"');
		expect(linkTokens(data)).toEqual([]);
	});
});
