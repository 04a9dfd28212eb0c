import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';
import type { IPinData } from 'n8n-workflow';

import { root } from '../pack.ts';
import type { WorkflowFile } from './engine.ts';

export type Row = Record<string, string>;

/** The rows of examples/contacts.csv, as n8n's Extract from File reads them. */
export function exampleRows(): Row[] {
	return parse(readFileSync(join(root, 'examples/contacts.csv')), { columns: true, bom: true });
}

export function exampleWorkflow(): WorkflowFile & { pinData: IPinData } {
	const file = readFileSync(join(root, 'examples/invite-and-login.workflow.json'), 'utf8');
	return JSON.parse(file) as WorkflowFile & { pinData: IPinData };
}
