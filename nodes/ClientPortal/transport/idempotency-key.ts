import { createHash, randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * The key under which the server does something once. By itself it names this item of this run of the node in this execution,
 * so that a repeated request sends nothing twice, while a loop's second pass and the next execution do.
 * With `ownKey` (an option, for executions that are retried under a new id) it names the node, that key and the contact.
 */
export function idempotencyKey(
	context: IExecuteFunctions,
	itemIndex: number,
	ownKey: string,
	contact: string,
): string {
	const place = [context.getInstanceId(), context.getWorkflow().id ?? '', context.getNode().id];
	if (ownKey !== '') return hash(['own', ...place, ownKey, contact]);
	// Without an execution id nothing tells this execution from the next one.
	const execution = context.getExecutionId() || randomUUID();
	const runIndex = String(context.evaluateExpression('{{$runIndex}}', itemIndex));
	return hash(['item', ...place, execution, runIndex, String(itemIndex)]);
}

function hash(parts: string[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
