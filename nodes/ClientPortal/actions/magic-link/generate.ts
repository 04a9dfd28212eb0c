import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { asRecord, problemOfItem } from '../../transport/explain';
import { request } from '../../transport/request';
import {
	batchSizeOption,
	contactField,
	expiresInOption,
	idempotencyKeyOption,
	portalOption,
	sectionOption,
	shownFor,
} from '../fields';
import type { Operation } from '../operation';
import { readContact, readOptions, scalarText } from '../read';
import { planBatches, runItems, type Outcome } from '../run';
import { linkOrder } from '../send';

const description = shownFor('magicLink', 'generate', [
	{
		displayName:
			'Whoever has the link is signed in as the contact, and it is stored with the data of the execution. To e-mail it, use Send Login Email or Send Custom Email instead: there it never comes into n8n.',
		name: 'linkNotice',
		type: 'notice',
		default: '',
	},
	contactField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			batchSizeOption,
			expiresInOption('1 hour'),
			idempotencyKeyOption,
			portalOption,
			{
				displayName: 'Reason',
				name: 'reason',
				type: 'string',
				default: '',
				description:
					'Why somebody else gets a link of the contact. It is kept in the activity log.',
			},
			sectionOption,
		],
	},
]);

export const generateMagicLink: Operation = { description, execute };

interface LinkOrder {
	settings: IDataObject;
	item: IDataObject;
}

/** Generates a sign-in link for each contact. Refused to AI tools: a model must not hold what signs a person in (R46). */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	if (isTool(context)) {
		throw new NodeOperationError(
			context.getNode(),
			'Generate Magic Link is not available to AI tools',
			{
				description:
					'Whoever has the link is signed in as the contact. Let the agent use Send Login Email, which sends the link to the contact and to nobody else.',
			},
		);
	}
	const { batchSize } = readOptions(context, 0);
	return await runItems(
		context,
		(index) => readLink(context, index),
		(wanted) => planBatches(wanted, batchSize, (orders) => generate(context, orders)),
	);
}

/** Agents run tools in two ways: as a supplier of data, and, since n8n 2, as a node whose output is rewired. */
function isTool(context: IExecuteFunctions): boolean {
	const node = context.getNode();
	return (
		context.isToolExecution() || node.rewireOutputLogTo === 'ai_tool' || node.type.endsWith('Tool')
	);
}

function readLink(context: IExecuteFunctions, index: number): LinkOrder {
	const options = readOptions(context, index);
	const { settings, item } = linkOrder(context, index, readContact(context, index), options);
	const reason = scalarText(options.all.reason);
	return { settings: reason === '' ? settings : { ...settings, reason }, item };
}

async function generate(context: IExecuteFunctions, orders: LinkOrder[]): Promise<Outcome[]> {
	const answer = await request(context, {
		method: 'POST',
		path: '/v1/magic-links',
		body: { ...orders[0]?.settings, items: orders.map(({ item }) => item) },
	});
	if (!answer.ok) return orders.map(() => answer);
	const answers = Array.isArray(answer.body.items) ? answer.body.items : [];
	return answers.map(asRecord).map((one): Outcome => {
		if (one.ok !== true) return { ok: false, problem: problemOfItem(one.error) };
		const { id, email } = asRecord(one.contact);
		const { url, expiresAt } = one;
		return { ok: true, json: [{ id, email, url, expiresAt, linkId: one.id } as IDataObject] };
	});
}
