import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { outputs, runWorkflow } from '../../support/n8n/engine.ts';
import { startProxy, type Fate, type Proxy, type Seen } from '../../support/n8n/proxy.ts';
import {
	byEmail,
	chain,
	countOutbox,
	makeContacts,
	people,
	portalNode,
} from '../../support/n8n/workflow.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const loginEmail = (options = {}, more = {}) =>
	portalNode(
		'Login',
		{ resource: 'email', operation: 'sendLogin', contact: byEmail, options },
		more,
	);

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
	await makeContacts(server, people(250));
});
afterAll(() => server.stop());

/** Runs a login e-mail to these contacts over a proxy with these ways; answers what there is to see. */
async function sendOver(
	decide: (request: Seen, index: number) => Fate | Promise<Fate>,
	run: { count: number; node?: ReturnType<typeof loginEmail>; executionId?: string },
): Promise<{ items: INodeExecutionData[]; proxy: Proxy; error: Error | undefined; mails: number }> {
	const before = await countOutbox(server);
	const proxy = await startProxy(server.url, decide);
	const result = await runWorkflow({
		workflow: chain(run.node ?? loginEmail()),
		items: people(run.count),
		credential: { serverUrl: proxy.url, apiKey: server.apiKey },
		...(run.executionId === undefined ? {} : { executionId: run.executionId }),
	});
	await proxy.stop();
	return {
		items: outputs(result, 'Login')[0] ?? [],
		proxy,
		error: result.data.resultData.error,
		mails: (await countOutbox(server)) - before,
	};
}

const sizes = ({ seen }: Proxy) => seen.map(({ body }) => body.items?.length);

describe('requests of the node', () => {
	it('takes 100 items at once, and waits ten seconds at most for their delivery', async () => {
		const { items, proxy, mails } = await sendOver(() => 'pass', { count: 250 });
		expect(sizes(proxy).sort()).toEqual([100, 100, 50]);
		expect(new Set(proxy.seen.map(({ path }) => path))).toEqual(
			new Set(['/v1/login-emails?wait=10']),
		);
		expect(items.map(({ json }) => json['email'])).toEqual(people(250).map(({ email }) => email));
		expect(mails).toBe(250);
	});

	it('holds a batch size of its own, with four requests under way at once and no more', async () => {
		const arrivals: (() => void)[] = [];
		const { proxy } = await sendOver(
			async (_request, index): Promise<Fate> => {
				// The first four wait for each other; a fifth at the same time would be seen.
				if (index < 4) {
					await new Promise<void>((resolve) => {
						arrivals.push(resolve);
						if (arrivals.length === 4) for (const go of arrivals) go();
					});
				}
				return 'pass';
			},
			{ count: 60, node: loginEmail({ batchSize: 10 }) },
		);
		expect(sizes(proxy)).toEqual([10, 10, 10, 10, 10, 10]);
		expect(proxy.mostAtOnce()).toBe(4);
	});

	it('puts items of different settings into different requests, and their results back in order', async () => {
		const node = loginEmail({ expiresIn: '={{ $itemIndex % 2 === 0 ? 30 : 60 }}' });
		const { items, proxy } = await sendOver(() => 'pass', { count: 10, node });
		expect(proxy.seen.map(({ body }) => body['expiresIn']).sort()).toEqual([1800, 3600]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, index) => ({ item: index })),
		);
	});
});

describe('a request that is repeated', () => {
	it('R47 makes no second e-mail when the first answer was lost', async () => {
		const lostOnce = (_request: Seen, index: number): Fate => (index === 0 ? 'lose' : 'pass');
		const { items, proxy, mails } = await sendOver(lostOnce, { count: 20 });
		expect(proxy.seen).toHaveLength(2);
		expect(proxy.seen[1]!.body).toEqual(proxy.seen[0]!.body);
		expect(mails).toBe(20);
		expect(items.map(({ json }) => json['status'])).toEqual(people(20).map(() => 'sent'));
		expect(new Set(items.map(({ json }) => json['sendId'])).size).toBe(1);
	});

	it('waits as long as Retry-After says', async () => {
		const busy: Fate = { status: 429, headers: { 'retry-after': '0' } };
		const { proxy, mails } = await sendOver((_r, index) => (index < 2 ? busy : 'pass'), {
			count: 5,
		});
		expect(proxy.seen).toHaveLength(3);
		expect(mails).toBe(5);
	});

	it('is given up after four attempts', async () => {
		const broken: Fate = { status: 503, headers: { 'retry-after': '0' }, body: 'sorry' };
		const { proxy, error, mails } = await sendOver(() => broken, { count: 5 });
		expect(proxy.seen).toHaveLength(4);
		expect(error?.message).toBe('The answer does not come from a Client Portal server');
		expect(mails).toBe(0);
	});

	it('is not repeated when the server has refused it', async () => {
		const node = loginEmail({ expiresIn: 500_000 });
		const { proxy, error } = await sendOver(() => 'pass', { count: 5, node });
		expect(proxy.seen).toHaveLength(1);
		expect(error?.message).toContain('lifetime');
	});
});

describe('one e-mail per item and execution', () => {
	it('a second execution sends again, the same one does not', async () => {
		const pass = (): Fate => 'pass';
		const runs = ['same', 'same', 'other'].map(
			(executionId) => () => sendOver(pass, { count: 3, executionId }),
		);
		const mails: number[] = [];
		for (const run of runs) mails.push((await run()).mails);
		expect(mails).toEqual([3, 0, 3]);
	});

	it("a loop's second pass over the node sends again", async () => {
		const workflow = chain(loginEmail());
		const again = { ...workflow.nodes[0]!, id: 'second', name: 'Second', disabled: true };
		workflow.nodes.push(again);
		const start = workflow.nodes[0]!.name;
		const toLogin = { node: 'Login', type: 'main' as const, index: 0 };
		workflow.connections[start] = {
			main: [[toLogin, { node: 'Second', type: 'main', index: 0 }]],
		};
		workflow.connections['Second'] = { main: [[toLogin]] };
		const before = await countOutbox(server);
		const run = await runWorkflow({
			workflow,
			items: people(2),
			credential: { serverUrl: server.url, apiKey: server.apiKey },
		});
		expect(run.data.resultData.runData['Login']).toHaveLength(2);
		expect((await countOutbox(server)) - before).toBe(4);
	});

	it('a key of one’s own holds over executions, per contact', async () => {
		const node = loginEmail({ idempotencyKey: 'newsletter 7' });
		const first = await sendOver(() => 'pass', { count: 3, node });
		const second = await sendOver(() => 'pass', { count: 5, node });
		expect([first.mails, second.mails]).toEqual([3, 2]);
		expect(second.items.map(({ json }) => json['status'])).toEqual(people(5).map(() => 'sent'));
	});
});

describe('a cancelled execution', () => {
	it('starts no further request', async () => {
		let cancel = () => {};
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		const proxy = await startProxy(server.url, async (_request, index): Promise<Fate> => {
			if (index === 3) cancel();
			await held;
			return { status: 503 };
		});
		const run = runWorkflow({
			workflow: chain(loginEmail({ batchSize: 10 })),
			items: people(100),
			credential: { serverUrl: proxy.url, apiKey: server.apiKey },
			onStart: (doCancel) => (cancel = doCancel),
		});
		const { status } = await run;
		release();
		await proxy.stop();
		expect(status).toBe('canceled');
		expect(proxy.seen).toHaveLength(4);
	});
});
