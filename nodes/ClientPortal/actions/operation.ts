import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

export interface Operation {
	/** The parameters of the operation. */
	description: INodeProperties[];
	/** Takes all input items at once; answers what leaves the node, paired with the items it came from. */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}
