import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { toNodeError, type Problem } from '../transport/problem';

/** What became of one input item: what leaves the node for it, or what went wrong. */
export type Outcome = { ok: true; json: IDataObject[] } | { ok: false; problem: Problem };

export interface Wanted<Order> {
	/** The input item. */
	index: number;
	order: Order;
}

/** One piece of work for some of the input items; answers one outcome for each, in their order. */
export interface Job {
	indexes: number[];
	run(): Promise<Outcome[]>;
}

const jobsAtOnce = 4;
/** Keeps a request well under what servers and proxies take. */
const batchLimitCharacters = 1_000_000;

/**
 * Runs an operation over all input items at once. `read` collects and checks the parameters of one item and may throw;
 * no request leaves before all are read. With Continue On Fail a failed item leaves as an error item and the others go on;
 * without it, the first failed item ends the node and nothing new is started.
 */
export async function runItems<Order>(
	context: IExecuteFunctions,
	read: (index: number) => Order,
	plan: (wanted: Wanted<Order>[]) => Job[],
): Promise<INodeExecutionData[]> {
	const results: INodeExecutionData[][] = context.getInputData().map(() => []);
	const wanted: Wanted<Order>[] = [];
	for (const index of results.keys()) {
		try {
			wanted.push({ index, order: read(index) });
		} catch (error) {
			const nodeError = new NodeOperationError(context.getNode(), error as Error, {
				itemIndex: index,
			});
			if (!context.continueOnFail()) throw nodeError;
			const { message, description } = nodeError;
			results[index] = [errorItem(index, message, 'invalid_parameter', description ?? '')];
		}
	}
	await runJobs(context, plan(wanted), results);
	return results.flat();
}

async function runJobs(
	context: IExecuteFunctions,
	jobs: Job[],
	results: INodeExecutionData[][],
): Promise<void> {
	const signal = context.getExecutionCancelSignal();
	const failures = new Map<number, Problem>();
	const queue = [...jobs];
	const mayGoOn = () => !signal?.aborted && (failures.size === 0 || context.continueOnFail());
	const worker = async () => {
		for (let job = queue.shift(); job !== undefined && mayGoOn(); job = queue.shift()) {
			const outcomes = await job.run();
			for (const [position, index] of job.indexes.entries()) {
				const outcome = outcomes[position] ?? { ok: false, problem: unanswered };
				if (outcome.ok) results[index] = outcome.json.map((json) => pair(json, index));
				else failures.set(index, outcome.problem);
			}
		}
	};
	await Promise.all(Array.from({ length: jobsAtOnce }, worker));
	// A cancelled execution is n8n's to report.
	if (!signal?.aborted) settle(context, failures, results);
}

/** Turns failures into error items, or throws the first one. */
function settle(
	context: IExecuteFunctions,
	failures: Map<number, Problem>,
	results: INodeExecutionData[][],
): void {
	const indexes = [...failures.keys()].sort((a, b) => a - b);
	for (const index of indexes) {
		const problem = failures.get(index) ?? unanswered;
		if (!context.continueOnFail()) {
			const done = results.filter((items) => items.length > 0).length;
			throw toNodeError(context.getNode(), withProgress(problem, done, results.length), index);
		}
		results[index] = [errorItem(index, problem.message, problem.code, problem.description)];
	}
}

const unanswered: Problem = {
	code: 'not_client_portal',
	message: 'The server left this item unanswered',
	description:
		'Check the server URL in the credential, and that server and node are of about the same version.',
	status: null,
};

function withProgress(problem: Problem, done: number, all: number): Problem {
	if (all === 1) return problem;
	const progress = `${done} of ${all} items were done before this one stopped the node. To go on with the good ones, set On Error in the settings of the node to Continue.`;
	return { ...problem, description: `${problem.description}\n${progress}`.trim() };
}

function pair(json: IDataObject, index: number): INodeExecutionData {
	return { json, pairedItem: { item: index } };
}

/**
 * An item that n8n takes for failed: it has no members beside these. (With an `error` beside `json`, n8n would drop `details`.)
 * The texts are data here and not escaped.
 */
function errorItem(index: number, error: string, code: string, advice: string): INodeExecutionData {
	const details = advice === '' ? { code } : { code, description: advice };
	return pair({ error, details }, index);
}

/**
 * Plans requests for items of equal settings, as many in one as `size` and the length of a request allow.
 */
export function planBatches<Order extends { settings: IDataObject }>(
	wanted: Wanted<Order>[],
	size: number,
	run: (orders: Order[]) => Promise<Outcome[]>,
): Job[] {
	const groups = new Map<string, Wanted<Order>[]>();
	for (const one of wanted) {
		const key = JSON.stringify(one.order.settings);
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	return [...groups.values()]
		.flatMap((group) => chunks(group, size))
		.map((chunk) => ({
			indexes: chunk.map(({ index }) => index),
			run: async () => await run(chunk.map(({ order }) => order)),
		}));
}

function chunks<Entry extends { order: unknown }>(entries: Entry[], size: number): Entry[][] {
	const all: Entry[][] = [];
	let current: Entry[] = [];
	let characters = 0;
	for (const entry of entries) {
		const length = JSON.stringify(entry.order).length;
		if (
			current.length === size ||
			(current.length > 0 && characters + length > batchLimitCharacters)
		) {
			all.push(current);
			current = [];
			characters = 0;
		}
		current.push(entry);
		characters += length;
	}
	if (current.length > 0) all.push(current);
	return all;
}
