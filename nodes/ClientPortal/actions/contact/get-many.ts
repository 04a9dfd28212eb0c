import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asRecord } from '../../transport/explain';
import { request } from '../../transport/request';
import { portalOption, shownFor } from '../fields';
import type { Operation } from '../operation';
import { readOptions, refusal, scalarText } from '../read';
import { runItems, type Outcome } from '../run';
import { toInstant } from '../instant';

const description = shownFor('contact', 'getMany', [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		displayOptions: { show: { returnAll: [false] } },
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Invited Before',
				name: 'invitedBefore',
				type: 'dateTime',
				default: '',
				description: 'With the state Invited: whom to remind',
			},
			{ displayName: 'Joined After', name: 'joinedAfter', type: 'dateTime', default: '' },
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				description: 'Beginnings of words of name, company or e-mail address',
			},
			{
				displayName: 'State',
				name: 'state',
				type: 'options',
				options: [
					{ name: 'Invited', value: 'invited', description: 'Invited and not joined' },
					{ name: 'Joined', value: 'joined', description: 'Has signed in at least once' },
					{ name: 'None', value: 'none', description: 'Neither invited nor joined' },
					{ name: 'Revoked', value: 'revoked', description: 'Access was revoked' },
				],
				default: 'invited',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [portalOption],
	},
]);

export const getManyContacts: Operation = { description, execute };

const pageSize = 1000;

interface ListOrder {
	/** Infinity: all. */
	limit: number;
	simplify: boolean;
	query: IDataObject;
}

/** Lists contacts, newest first. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runItems(
		context,
		(index) => readList(context, index),
		(wanted) =>
			wanted.map(({ index, order }) => ({
				indexes: [index],
				run: async () => [await list(context, order)],
			})),
	);
}

function readList(context: IExecuteFunctions, index: number): ListOrder {
	const { portalId } = readOptions(context, index);
	const filters = context.getNodeParameter('filters', index, {}) as IDataObject;
	const query: IDataObject = portalId === '' ? {} : { portalId };
	for (const name of ['state', 'search']) {
		const value = scalarText(filters[name]);
		if (value !== '') query[name] = value;
	}
	for (const name of ['invitedBefore', 'joinedAfter']) {
		const value = filters[name];
		if (value === undefined || value === null || value === '') continue;
		const instant = toInstant(value, context.getTimezone());
		if (instant === null) {
			throw refusal(
				context,
				index,
				'A date of the filters could not be read',
				'Use a date such as 2026-11-22T09:00:00, or an expression such as {{ $now.minus({ days: 3 }) }}.',
			);
		}
		query[name] = instant;
	}
	const all = context.getNodeParameter('returnAll', index) === true;
	const limit = all ? Infinity : Number(context.getNodeParameter('limit', index));
	return { limit, simplify: context.getNodeParameter('simplify', index) !== false, query };
}

async function list(context: IExecuteFunctions, order: ListOrder): Promise<Outcome> {
	const contacts: IDataObject[] = [];
	let cursor: unknown = null;
	do {
		const query: IDataObject = {
			...order.query,
			limit: Math.min(pageSize, order.limit - contacts.length),
			...(typeof cursor === 'string' ? { cursor } : {}),
		};
		const answer = await request(context, { method: 'GET', path: '/v1/contacts', query });
		if (!answer.ok) return answer;
		const { items, nextCursor } = answer.body;
		contacts.push(...((Array.isArray(items) ? items : []) as IDataObject[]));
		cursor = nextCursor;
	} while (typeof cursor === 'string' && contacts.length < order.limit);
	return { ok: true, json: order.simplify ? contacts.map(simplified) : contacts };
}

function simplified(contact: IDataObject): IDataObject {
	const { id, email, name, company, state, bounced, invitedAt, joinedAt, lastLoginAt } = asRecord(
		contact,
	) as IDataObject;
	return { id, email, name, company, state, bounced, invitedAt, joinedAt, lastLoginAt };
}
