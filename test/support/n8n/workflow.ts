import type { INode, INodeParameters } from 'n8n-workflow';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import type { TestServer } from '../server.ts';
import type { WorkflowFile } from './engine.ts';

export const trigger = 'When clicking ‘Execute workflow’';

/** A contact named by an expression. */
export const byEmail = { __rl: true, mode: 'email', value: '={{ $json.email }}' };

/** The Client Portal node, called `name`, with these parameters. */
export function portalNode(
	name: string,
	parameters: INodeParameters,
	more: Partial<INode> = {},
): INode {
	return {
		id: `id-of-${name}`,
		name,
		type: 'n8n-nodes-client-portal.clientPortal',
		typeVersion: 1,
		position: [0, 0],
		parameters,
		...more,
	};
}

/** The Manual Trigger followed by these nodes in a row. */
export function chain(...nodes: INode[]): WorkflowFile {
	const start: INode = {
		id: 'id-of-trigger',
		name: trigger,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const all = [start, ...nodes];
	const connections = all
		.slice(0, -1)
		.map((node, index) => [
			node.name,
			{ main: [[{ node: all[index + 1]!.name, type: 'main' as const, index: 0 }]] },
		]);
	return { name: 'test', nodes: all, connections: Object.fromEntries(connections) };
}

/** Contacts that were never heard of. */
export function people(count: number): { email: string; firstName: string }[] {
	return Array.from({ length: count }, (_, n) => ({
		email: `person${String(n)}@example.com`,
		firstName: `Person ${String(n)}`,
	}));
}

/** Makes these contacts, so that e-mails to them may be asked for. */
export async function makeContacts(
	server: TestServer,
	contacts: readonly { email: string }[],
): Promise<void> {
	for (let from = 0; from < contacts.length; from += 1000) {
		const { status } = await server.call('POST', '/v1/contacts', {
			items: contacts.slice(from, from + 1000),
		});
		if (status !== 200) throw new Error(`The contacts could not be made: ${String(status)}`);
	}
}

/** How many e-mails were sent. */
export async function countOutbox({ services, portal }: TestServer): Promise<number> {
	return (await services.store.outbox.list(portal.id, { limit: 100_000, after: null })).length;
}

/** Every e-mail in the outbox, newest first. */
export async function readOutbox({
	services,
	portal,
}: TestServer): Promise<{ to: string; subject: string; html: string; text: string }[]> {
	const rows = await services.store.outbox.list(portal.id, { limit: 10_000, after: null });
	const messages = await Promise.all(
		rows.map(({ id }) => readOutboxMessage(services, portal.id, id)),
	);
	return messages.map((message) => ({
		to: message!.to.address,
		subject: message!.subject,
		html: message!.html,
		text: message!.text,
	}));
}

/** The secrets of all sign-in links in a text. */
export function linkTokens(text: string): string[] {
	return [...text.matchAll(/\/l\/([\w-]{40,})/g)].map((match) => match[1]!);
}
