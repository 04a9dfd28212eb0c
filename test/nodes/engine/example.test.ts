import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IRun } from 'n8n-workflow';

import { canonicalEmail } from '../../../server/services/addresses.ts';
import { outputs, runWorkflow } from '../../support/n8n/engine.ts';
import { exampleRows, exampleWorkflow } from '../../support/n8n/example.ts';
import { linkTokens, readOutbox, trigger } from '../../support/n8n/workflow.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const rows = exampleRows();
const workflow = exampleWorkflow();

describe('examples/contacts.csv', () => {
	it('holds 200 rows, of which 195 name different contacts', () => {
		const addresses = rows.flatMap(({ email }) => {
			try {
				return [canonicalEmail(email!)];
			} catch {
				return [];
			}
		});
		expect(rows).toHaveLength(200);
		expect(addresses).toHaveLength(195);
		expect(new Set(addresses).size).toBe(195);
		for (const address of addresses) expect(address).toMatch(/[@.]example\.(?:com|org|net)$/);
	});

	it('is the pinned data of the workflow, row by row', () => {
		expect(workflow.pinData[trigger]).toEqual(rows.map((json) => ({ json })));
	});
});

describe('examples/invite-and-login.workflow.json on the engine of n8n', () => {
	let server: TestServer;
	let run: IRun;
	let outbox: Awaited<ReturnType<typeof readOutbox>>;

	beforeAll(async () => {
		server = await startServer();
		const credential = { serverUrl: server.url, apiKey: server.apiKey };
		run = await runWorkflow({ workflow, items: rows, credential });
		outbox = await readOutbox(server);
	});
	afterAll(() => server.stop());

	it('invites and e-mails the 195 good contacts', async () => {
		expect(run.status).toBe('success');
		for (const node of ['Invite to Client Portal', 'Send Login Email']) {
			const [items] = outputs(run, node);
			expect(items).toHaveLength(195);
			expect(items!.filter(({ json }) => json['status'] === 'sent')).toHaveLength(195);
		}
		const { body } = await server.call('GET', '/v1/stats');
		expect(body).toMatchObject({ contacts: 195, invited: 195, joined: 0, pending: 195 });
	});

	it('lets the broken rows leave by the Error output, each with its reason', () => {
		const [good, bad] = outputs(run, 'Create or Update Contact');
		expect(good).toHaveLength(195);
		expect(bad!.map(({ json }) => json['email'])).toEqual([
			'lena.hofer.example.com',
			'tom@example.com, anna@example.com',
			'Rosa Marín <rosa@example.org>',
			'eve@example.net\nBcc: everyone@example.net',
			'hiroshi＠example.com',
		]);
		for (const { json } of bad!) {
			expect(json).toMatchObject({
				error: 'The e-mail address is not one valid address.',
				details: { code: 'email_invalid', description: expect.stringContaining('.') },
			});
		}
	});

	it('pairs each item with the row it came from, through all three nodes', () => {
		const [good] = outputs(run, 'Create or Update Contact');
		for (const item of good!) {
			const { item: index } = item.pairedItem as { item: number };
			expect(item.json['email']).toBe(canonicalEmail(rows[index]!['email']!));
		}
		for (const node of ['Invite to Client Portal', 'Send Login Email']) {
			const [items] = outputs(run, node);
			expect(items!.map(({ pairedItem }) => pairedItem)).toEqual(
				items!.map((_, index) => ({ item: index })),
			);
			expect(items!.map(({ json }) => json['email'])).toEqual(
				good!.map(({ json }) => json['email']),
			);
		}
	});

	it('R29 gives each of the 390 e-mails a link of its own', () => {
		const tokens = outbox.map(({ text }) => linkTokens(text));
		expect(outbox).toHaveLength(390);
		expect(new Set(tokens.flat()).size).toBe(390);
		for (const own of tokens) expect(own).toHaveLength(1);
	});

	it('R27 leaves no link in the data of the execution', () => {
		const data = JSON.stringify(run.data);
		const tokens = outbox.flatMap(({ text, html }) => linkTokens(text + html));
		expect(tokens.length).toBeGreaterThanOrEqual(780);
		for (const token of tokens) expect(data).not.toContain(token);
		expect(data).not.toContain(server.apiKey);
	});
});
