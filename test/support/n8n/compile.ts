import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { ICredentialType, INodeType } from 'n8n-workflow';
import ts from 'typescript';

import { root } from '../pack.ts';

const require = createRequire(import.meta.url);

export interface NodePackage {
	node: INodeType;
	credential: ICredentialType;
}

let loaded: NodePackage | undefined;

/**
 * The nodes as they are published: CommonJS, which shares one n8n-workflow with the engine. Compiled with the settings of
 * the root's tsconfig.json into a folder of this process below node_modules, where their imports resolve.
 */
export function loadNodePackage(): NodePackage {
	if (loaded !== undefined) return loaded;
	const cache = join(root, 'node_modules', '.cache');
	mkdirSync(cache, { recursive: true });
	const output = mkdtempSync(join(cache, 'client-portal-nodes-'));
	try {
		for (const folder of ['nodes', 'credentials']) compileFolder(folder, output);
		const { ClientPortal } = require(join(output, 'nodes/ClientPortal/ClientPortal.node.js')) as {
			ClientPortal: new () => INodeType;
		};
		const { ClientPortalApi } = require(
			join(output, 'credentials/ClientPortalApi.credentials.js'),
		) as { ClientPortalApi: new () => ICredentialType };
		loaded = { node: new ClientPortal(), credential: new ClientPortalApi() };
		return loaded;
	} finally {
		rmSync(output, { recursive: true, force: true });
	}
}

function compileFolder(folder: string, output: string): void {
	const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
	const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
	for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
		if (!file.endsWith('.ts')) continue;
		const source = readFileSync(join(root, folder, file), 'utf8');
		const target = join(output, folder, file.replace(/\.ts$/, '.js'));
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, ts.transpileModule(source, { compilerOptions: options }).outputText);
	}
}
