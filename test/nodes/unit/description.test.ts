import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { NodeHelpers, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';

import { ClientPortalApi } from '../../../credentials/ClientPortalApi.credentials.ts';
import { operations } from '../../../nodes/ClientPortal/actions/index.ts';
import { ClientPortal } from '../../../nodes/ClientPortal/ClientPortal.node.ts';

const { description, methods } = new ClientPortal();
const folder = join(import.meta.dirname, '../../../nodes/ClientPortal');

const choices = (name: string, resource?: string): INodePropertyOptions[] =>
	description.properties
		.filter((property) => property.name === name)
		.filter(
			({ displayOptions }) =>
				resource === undefined || displayOptions?.show?.['resource']?.includes(resource),
		)
		.flatMap((property) => property.options as INodePropertyOptions[]);

describe('the Client Portal node', () => {
	it('offers exactly the operations it has', () => {
		const offered = Object.fromEntries(
			choices('resource').map(({ value }) => [
				value,
				choices('operation', String(value)).map((one) => one.value),
			]),
		);
		for (const [resource, named] of Object.entries(operations)) {
			expect(offered[resource]?.sort()).toEqual(Object.keys(named).sort());
		}
		expect(Object.keys(offered).sort()).toEqual(Object.keys(operations).sort());
	});

	it('names its first actions in the words of HighLevel', () => {
		const names = choices('operation').map(({ name }) => name);
		expect(names).toEqual(
			expect.arrayContaining([
				'Invite to Client Portal',
				'Generate Magic Link',
				'Send Login Email',
			]),
		);
	});

	it('gives each operation an action in sentence case', () => {
		for (const { action } of choices('operation')) expect(action).toMatch(/^[A-Z][a-z ]+$/);
	});

	it('hides Generate Magic Link from AI tools, and from nothing else', () => {
		const shown = (entry: INodePropertyOptions, name: string) =>
			NodeHelpers.displayParameter({}, entry, { typeVersion: 1 }, { ...description, name });
		const hidden = [...choices('resource'), ...choices('operation')].filter(
			(entry) => !shown(entry, 'clientPortalTool'),
		);
		expect(hidden.map(({ value }) => value)).toEqual(['magicLink', 'generate']);
		for (const entry of hidden) expect(shown(entry, 'clientPortal')).toBe(true);
	});

	it('searches lists by methods that it has', () => {
		const found = JSON.stringify(description.properties).matchAll(/"searchListMethod":"(\w+)"/g);
		const names = new Set([...found].map((match) => match[1]));
		expect([...names].sort()).toEqual(Object.keys(methods.listSearch).sort());
	});

	it('never offers a tag that n8n would show as HTML', () => {
		const texts = JSON.stringify(description.properties, (key, value: unknown) =>
			['default', 'placeholder', 'hint'].includes(key) ? undefined : value,
		);
		expect(texts).not.toContain('<<');
		expect(texts).toContain('&lt;&lt; contact.magic_link &gt;&gt;');
	});

	it('warns against expressions in the texts of e-mails', () => {
		const texts = description.properties.filter(
			({ name, displayOptions }) =>
				(name === 'html' || name === 'text') &&
				displayOptions?.show?.['operation']?.includes('sendCustom'),
		);
		expect(texts).toHaveLength(2);
		for (const { hint } of texts) {
			expect(hint).toContain('<< item.message >>');
			expect(hint).toContain('never into an expression');
		}
	});

	it('has the icons it names, and a codex file for itself', () => {
		const icon = description.icon as { light: string; dark: string };
		for (const file of [icon.light, icon.dark]) {
			expect(readFileSync(join(folder, file.replace('file:', '')), 'utf8')).toContain('<svg');
		}
		const codex = JSON.parse(readFileSync(join(folder, 'ClientPortal.node.json'), 'utf8')) as {
			node: string;
			categories: string[];
		};
		expect(codex.node).toBe(`n8n-nodes-client-portal.${description.name}`);
		expect(codex.categories).not.toContain('Core Nodes');
	});
});

describe('the credential', () => {
	const credential = new ClientPortalApi();

	it('is the one the node asks for, and shares its icons', () => {
		expect(description.credentials).toEqual([{ name: credential.name, required: true }]);
		const { light, dark } = credential.icon as { light: string; dark: string };
		for (const file of [light, dark]) {
			const path = join(import.meta.dirname, '../../../credentials', file.replace('file:', ''));
			expect(readFileSync(path, 'utf8')).toContain('<svg');
		}
	});

	it('hides the API key and tests itself against the server', () => {
		const key = credential.properties.find(({ name }: INodeProperties) => name === 'apiKey');
		expect(key?.typeOptions).toEqual({ password: true });
		expect(credential.test.request.url).toBe('/v1/me');
	});
});
