import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { operations, properties } from './actions';
import { searchContacts, searchPortals } from './methods/list-search';

export class ClientPortal implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Client Portal',
		name: 'clientPortal',
		icon: { light: 'file:clientPortal.svg', dark: 'file:clientPortal.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Invite contacts to a client portal, e-mail them sign-in links, see who joined',
		defaults: { name: 'Client Portal' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'clientPortalApi', required: true }],
		properties,
	};

	methods = { listSearch: { searchContacts, searchPortals } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getInputData().length === 0) return [[]];
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const found = operations[resource]?.[operation];
		if (found === undefined) {
			throw new NodeOperationError(
				this.getNode(),
				`There is no operation “${operation}” of “${resource}”`,
			);
		}
		return [await found.execute(this)];
	}
}
