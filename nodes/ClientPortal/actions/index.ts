import type { INodeProperties } from 'n8n-workflow';

import { getManyContacts } from './contact/get-many';
import { inviteContact } from './contact/invite';
import { upsertContact } from './contact/upsert';
import { sendCustomEmail } from './email/send-custom';
import { sendLoginEmail } from './email/send-login';
import { generateMagicLink } from './magic-link/generate';
import type { Operation } from './operation';
import { getStats } from './portal/get-stats';

/** Every operation by resource and name. */
export const operations: Record<string, Record<string, Operation>> = {
	contact: { invite: inviteContact, upsert: upsertContact, getMany: getManyContacts },
	email: { sendLogin: sendLoginEmail, sendCustom: sendCustomEmail },
	magicLink: { generate: generateMagicLink },
	portal: { getStats },
};

const notForTools = { hide: { '@tool': [true] } };

/** The choice of resource and operation, then the parameters of each operation. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Contact', value: 'contact' },
			{ name: 'Email', value: 'email' },
			{ name: 'Magic Link', value: 'magicLink', displayOptions: notForTools },
			{ name: 'Portal', value: 'portal' },
		],
		default: 'contact',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['contact'] } },
		options: [
			{
				name: 'Create or Update',
				value: 'upsert',
				description: 'Create a new record, or update the current one if it already exists (upsert)',
				action: 'Create or update a contact',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'List contacts, for example those invited three days ago who have not joined',
				action: 'Get many contacts',
			},
			{
				name: 'Invite to Client Portal',
				value: 'invite',
				description:
					'E-mail an invitation with a sign-in link; who was invited or has joined is skipped',
				action: 'Invite a contact to the client portal',
			},
		],
		default: 'invite',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['email'] } },
		options: [
			{
				name: 'Send Custom Email',
				value: 'sendCustom',
				description: 'E-mail your own text with custom values such as the sign-in link',
				action: 'Send a custom email',
			},
			{
				name: 'Send Login Email',
				value: 'sendLogin',
				description: 'E-mail the contact a sign-in link',
				action: 'Send a login email',
			},
		],
		default: 'sendLogin',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['magicLink'] } },
		options: [
			{
				name: 'Generate Magic Link',
				value: 'generate',
				description: 'Generate a sign-in link that you hand over yourself',
				action: 'Generate a magic link',
				displayOptions: notForTools,
			},
		],
		default: 'generate',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['portal'] } },
		options: [
			{
				name: 'Get Stats',
				value: 'getStats',
				description: 'Get how many contacts were invited and how many have joined',
				action: 'Get the stats of the portal',
			},
		],
		default: 'getStats',
	},
	...Object.values(operations).flatMap((resource) =>
		Object.values(resource).flatMap(({ description }) => description),
	),
];
