import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asRecord, problemOfItem } from '../../transport/explain';
import { request } from '../../transport/request';
import { batchSizeOption, detailFields, portalOption, shownFor } from '../fields';
import type { Operation } from '../operation';
import { readDetails, readOptions, refusal, scalarText } from '../read';
import { planBatches, runItems, type Outcome } from '../run';

const description = shownFor('contact', 'upsert', [
	{
		displayName: 'E-Mail',
		name: 'email',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. name@example.com',
		description: 'One address. It names the contact: if there is none with it, one is made.',
	},
	{
		displayName: 'Contact Details',
		name: 'details',
		type: 'collection',
		placeholder: 'Add Detail',
		default: {},
		description: 'What is empty keeps what is known',
		options: detailFields,
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [batchSizeOption, portalOption],
	},
]);

export const upsertContact: Operation = { description, execute };

interface ContactOrder {
	settings: IDataObject;
	item: IDataObject;
}

/** Creates contacts, or updates those that are there. Sends nothing. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { batchSize } = readOptions(context, 0);
	return await runItems(
		context,
		(index) => readContact(context, index),
		(wanted) => planBatches(wanted, batchSize, (orders) => upsert(context, orders)),
	);
}

function readContact(context: IExecuteFunctions, index: number): ContactOrder {
	const { portalId } = readOptions(context, index);
	const email = scalarText(context.getNodeParameter('email', index));
	if (email === '') {
		throw refusal(
			context,
			index,
			'The e-mail address is empty',
			'Is the expression right for this item?',
		);
	}
	const details = context.getNodeParameter('details', index, {}) as IDataObject;
	return {
		settings: portalId === '' ? {} : { portalId },
		item: { email, ...readDetails(details) },
	};
}

async function upsert(context: IExecuteFunctions, orders: ContactOrder[]): Promise<Outcome[]> {
	const answer = await request(context, {
		method: 'POST',
		path: '/v1/contacts',
		body: { ...orders[0]?.settings, items: orders.map(({ item }) => item) },
	});
	if (!answer.ok) return orders.map(() => answer);
	const answers = Array.isArray(answer.body.items) ? answer.body.items : [];
	return answers.map(asRecord).map((one): Outcome => {
		if (one.ok !== true) return { ok: false, problem: problemOfItem(one.error) };
		const contact = asRecord(one.contact) as IDataObject;
		return { ok: true, json: [{ ...contact, created: one.created === true }] };
	});
}
