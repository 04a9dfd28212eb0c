import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { outputs, runWorkflow } from '../../support/n8n/engine.ts';
import { startProxy } from '../../support/n8n/proxy.ts';
import {
	byEmail,
	chain,
	linkTokens,
	makeContacts,
	people,
	portalNode,
	readOutbox,
} from '../../support/n8n/workflow.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await makeContacts(server, people(120));
});
afterAll(() => server.stop());

const email = (parameters: INode['parameters'], more: Partial<INode> = {}) =>
	portalNode(
		'Mail',
		{
			...{ resource: 'email', operation: 'sendCustom', contact: byEmail, options: {} },
			subject: 'Hello << contact.first_name >>',
			html: '<p><a href="<< contact.magic_link >>">Sign in</a></p>',
			text: '<< contact.magic_link >>',
			...parameters,
		},
		more,
	);

const run = (node: INode, items: { email: string }[], serverUrl = server.url) =>
	runWorkflow({ workflow: chain(node), items, credential: { serverUrl, apiKey: server.apiKey } });

describe('Send Custom Email', () => {
	it('leaves custom values to the server, and their links out of n8n', async () => {
		const result = await run(email({}), people(2));
		const [second, first] = await readOutbox(server);
		expect([first!.subject, second!.subject].sort()).toEqual(['Hello Person 0', 'Hello Person 1']);
		const tokens = [first!, second!].flatMap(({ html }) => linkTokens(html));
		expect(new Set(tokens).size).toBe(2);
		for (const token of tokens) expect(JSON.stringify(result.data)).not.toContain(token);
	});

	it('R36 escapes what people typed, and reads no tags in it', async () => {
		const message = '<script>alert(1)</script> << contact.magic_link >>';
		const itemValues = { entries: [{ name: 'message', value: '={{ $json.message }}' }] };
		const node = email({
			subject: 'What they typed',
			html: '<p><< item.message >></p>',
			text: '<< item.message >>',
			itemValues,
		});
		await run(node, [{ ...people(1)[0]!, message } as { email: string }]);
		const mail = (await readOutbox(server)).find(({ subject }) => subject === 'What they typed');
		expect(mail!.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
		expect(mail!.html).not.toContain('<script>');
		expect(linkTokens(mail!.html + mail!.text)).toEqual([]);
	});

	it('sends one copy of a text that many items share', async () => {
		const proxy = await startProxy(server.url);
		const subject = '={{ "Part " + ($itemIndex % 3) }}';
		await run(email({ subject }), people(60), proxy.url);
		await proxy.stop();
		expect(proxy.seen).toHaveLength(1);
		expect(proxy.seen[0]!.body['contents']).toHaveLength(3);
		const subjects = (await readOutbox(server)).map((mail) => mail.subject);
		expect(subjects.filter((one) => one === 'Part 1')).toHaveLength(20);
	});
});

describe('a text with an unknown value', () => {
	const html = '={{ $itemIndex === 1 ? "<p><< contact.frist_name >></p>" : "<p>Hello</p>" }}';

	it('stops everything before anything leaves, and says where it is', async () => {
		const before = (await readOutbox(server)).length;
		const result = await run(email({ html, text: 'Hello' }), people(3));
		const error = result.data.resultData.error as unknown as {
			message: string;
			description: string;
		};
		expect(error.message).toBe('The e-mail text has problems that stop it from being sent.');
		expect(error.description).toMatch(/html, line 1, column \d+: .*first_name/);
		expect(await readOutbox(server)).toHaveLength(before);
	});

	it('fails only its own item with Continue On Fail', async () => {
		const before = (await readOutbox(server)).length;
		const node = email({ html, text: 'Hello' }, { onError: 'continueRegularOutput' });
		const [items] = outputs(await run(node, people(3)), 'Mail');
		expect(items!.map(({ json }) => json['status'] ?? 'failed')).toEqual([
			'sent',
			'failed',
			'sent',
		]);
		expect(items![1]!.json['details']).toMatchObject({
			code: 'template_invalid',
			description: expect.stringContaining('first_name'),
		});
		expect(await readOutbox(server)).toHaveLength(before + 2);
	});
});
