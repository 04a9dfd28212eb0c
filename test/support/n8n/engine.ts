/**
 * Runs a workflow on n8n's own engine, in this process: expressions, item pairing, error outputs, credentials and HTTP are
 * n8n's. Only what belongs to the n8n application around it is made here: the Manual Trigger, which hands over the given
 * items, and the store of credentials, which holds one.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type * as Core from 'n8n-core';
import type * as N8n from 'n8n-workflow';
import type {
	IConnections,
	ILoadOptionsFunctions,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
} from 'n8n-workflow';

import { loadNodePackage } from './compile.ts';
import { oneCredential, type ServerCredential } from './credentials.ts';

// n8n reads these once, when it makes its instance: with an id of its own, and a folder that is not needed afterwards.
const userFolder = mkdtempSync(join(tmpdir(), 'client-portal-n8n-'));
process.env['N8N_USER_FOLDER'] = userFolder;
process.env['N8N_ENCRYPTION_KEY'] = randomBytes(24).toString('hex');

const require = createRequire(import.meta.url);
const core = require('n8n-core') as typeof Core;
const n8n = require('n8n-workflow') as typeof N8n;
// The container that n8n-core itself uses, wherever npm put it.
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get(type: unknown): unknown };
};
Container.get(core.InstanceSettings);
rmSync(userFolder, { recursive: true, force: true });
export interface WorkflowFile {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
}

export interface RunOptions {
	workflow: WorkflowFile;
	/** What the trigger hands over. */
	items: INodeExecutionData['json'][];
	credential: ServerCredential;
	/** The id of the execution; a new one by default. */
	executionId?: string;
	/** Further node types by full name. */
	nodeTypes?: Record<string, INodeType>;
	/** Called when a node has finished. */
	onNode?: (name: string) => void;
	/** Gets a function that cancels the execution, as the button in n8n does. */
	onStart?: (cancel: () => void) => void;
}

const triggerType = 'n8n-nodes-base.manualTrigger';
const nodeType = 'n8n-nodes-client-portal.clientPortal';
/** Notes lie beside a workflow and are never run. */
const noteType = 'n8n-nodes-base.stickyNote';
const emptyNode: INode = {
	id: '1',
	name: 'Client Portal',
	type: nodeType,
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
let executions = 0;

/** Runs the workflow from its Manual Trigger to the end. Failed nodes are in the run's data: nothing is thrown for them. */
export async function runWorkflow(options: RunOptions): Promise<IRun> {
	const workflowData: IWorkflowBase = {
		id: 'workflow-1',
		active: false,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		activeVersionId: null,
		...options.workflow,
		nodes: options.workflow.nodes.filter(({ type }) => type !== noteType).map(withCredential),
	};
	const types: Record<string, INodeType> = {
		[triggerType]: manualTrigger,
		[nodeType]: loadNodePackage().node,
		...options.nodeTypes,
	};
	const workflow = new n8n.Workflow({
		...workflowData,
		nodeTypes: nodeTypes(types),
		settings: { executionOrder: 'v1', ...workflowData.settings },
	});
	const start = Object.values(workflow.nodes).find(({ type }) => type === triggerType);
	if (start === undefined) throw new Error('The workflow has no Manual Trigger.');
	const executionId = options.executionId ?? `execution-${++executions}`;
	const hooks = new core.ExecutionLifecycleHooks('manual', executionId, workflowData);
	hooks.addHandler('nodeExecuteAfter', (name) => options.onNode?.(name));
	const run = new core.WorkflowExecute(
		additionalData(executionId, hooks, options.credential),
		'manual',
	).run({
		workflow,
		startNode: start,
		pinData: { [start.name]: options.items.map((json) => ({ json })) },
	});
	options.onStart?.(() => {
		run.cancel();
	});
	return await run;
}

/** Asks a list search of the node what a user would be shown, in a node with these parameters. */
export async function searchList(
	method: 'searchContacts' | 'searchPortals',
	credential: ServerCredential,
	{
		filter,
		cursor,
		parameters = {},
	}: { filter?: string; cursor?: string; parameters?: INodeParameters },
): Promise<INodeListSearchResult> {
	const { node: type } = loadNodePackage();
	const node = withCredential({ ...emptyNode, parameters });
	const workflow = new n8n.Workflow({
		...{ nodes: [node], connections: {}, active: false },
		nodeTypes: nodeTypes({ [nodeType]: type }),
	});
	const data = {
		...additionalData('editor', undefined, credential),
		currentNodeParameters: parameters,
	};
	const context = new core.LoadOptionsContext(workflow, node, data, '');
	const search = type.methods?.listSearch?.[method];
	if (search === undefined) throw new Error(`The node has no list search ${method}.`);
	// n8n's class says `string | undefined` where its interface says `string?`.
	return await search.call(context as unknown as ILoadOptionsFunctions, filter, cursor);
}

/** The request by which the credential tests itself, as n8n resolves it for these values. */
export async function credentialTestRequest(
	credential: ServerCredential,
): Promise<{ url: string; headers: Record<string, string> }> {
	const { node: type, credential: credentialType } = loadNodePackage();
	const node = { ...emptyNode, name: 'Test' };
	const workflow = new n8n.Workflow({
		...{ nodes: [node], connections: {}, active: false },
		nodeTypes: nodeTypes({ [nodeType]: type }),
	});
	const request = credentialType.test?.request ?? { url: '' };
	const values = { $credentials: { ...credential } };
	const resolve = (text: string | undefined) =>
		String(workflow.expression.getSimpleParameterValue(node, text ?? '', 'internal', values));
	const helper = oneCredential(credential, credentialType);
	const options = { url: `${resolve(request.baseURL)}${resolve(request.url)}` };
	const sent = await helper.authenticate({ ...credential }, '', options, workflow, node);
	return { url: sent.url, headers: sent.headers as Record<string, string> };
}

/** The items that left a node in its last run, by output. */
export function outputs(run: IRun, node: string): INodeExecutionData[][] {
	const main = run.data.resultData.runData[node]?.at(-1)?.data?.['main'] ?? [];
	return main.map((items) => items ?? []);
}

/** What a user does after importing a workflow: chooses the credential in its nodes. */
function withCredential(node: INode): INode {
	if (!node.type.startsWith(nodeType)) return node;
	return { ...node, credentials: { clientPortalApi: { id: '1', name: 'Client Portal API' } } };
}

const manualTrigger: INodeType = {
	description: {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Starts the workflow',
		defaults: { name: 'Manual Trigger' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

function nodeTypes(types: Record<string, INodeType>): INodeTypes {
	const get = (name: string) => {
		const type = types[name];
		if (type === undefined) throw new Error(`The test has no node type ${name}.`);
		return type;
	};
	return {
		getByName: get,
		getByNameAndVersion: (name, version) =>
			n8n.NodeHelpers.getVersionedNodeType(get(name), version),
		getKnownTypes: () => ({}),
	};
}

function additionalData(
	executionId: string,
	hooks: Core.ExecutionLifecycleHooks | undefined,
	credential: ServerCredential,
): IWorkflowExecuteAdditionalData {
	const base = 'http://localhost:5678/';
	const unavailable = async (): Promise<never> => {
		throw new Error('There is no n8n application around this engine.');
	};
	return {
		executionId,
		...(hooks === undefined ? {} : { hooks }),
		credentialsHelper: oneCredential(credential, loadNodePackage().credential),
		currentNodeExecutionIndex: 0,
		restApiUrl: base,
		instanceBaseUrl: base,
		formBaseUrl: base,
		formWaitingBaseUrl: base,
		formTestBaseUrl: base,
		webhookBaseUrl: base,
		webhookWaitingBaseUrl: base,
		webhookTestBaseUrl: base,
		mcpBaseUrl: base,
		mcpTestBaseUrl: base,
		variables: {},
		executeWorkflow: unavailable,
		getRunExecutionData: unavailable,
		getRuntimeCredential: unavailable,
		startRunnerTask: unavailable,
		logAiEvent: () => undefined,
		externalSecretsProxy: new core.ExternalSecretsProxy(),
	};
}
