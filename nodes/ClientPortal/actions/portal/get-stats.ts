import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { request } from '../../transport/request';
import { portalOption, shownFor } from '../fields';
import type { Operation } from '../operation';
import { readOptions } from '../read';
import { planBatches, runItems, type Outcome } from '../run';

const description = shownFor('portal', 'getStats', [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [portalOption],
	},
]);

export const getStats: Operation = { description, execute };

/** Says how many contacts were invited and joined. Items of the same portal share one request. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runItems(
		context,
		(index) => {
			const { portalId } = readOptions(context, index);
			return { settings: (portalId === '' ? {} : { portalId }) as IDataObject };
		},
		(wanted) => planBatches(wanted, Infinity, (orders) => readStats(context, orders)),
	);
}

async function readStats(
	context: IExecuteFunctions,
	orders: { settings: IDataObject }[],
): Promise<Outcome[]> {
	const query = orders[0]?.settings ?? {};
	const answer = await request(context, { method: 'GET', path: '/v1/stats', query });
	if (!answer.ok) return orders.map(() => answer);
	return orders.map(() => ({ ok: true, json: [{ ...answer.body } as IDataObject] }));
}
