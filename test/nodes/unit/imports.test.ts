import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = globSync('{nodes,credentials}/**/*.ts', { cwd: root });

/** What n8n has, and what its rules for verified nodes leave of Node.js. */
const allowed = ['n8n-workflow', 'node:crypto'];

/** Every module that a file names: imports, exports from, `import()`, `require()`, and types of modules. */
function modulesOf(file: string): string[] {
	const text = readFileSync(join(root, file), 'utf8');
	return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function isOwn(file: string, module: string): boolean {
	if (!module.startsWith('.')) return false;
	const target = relative(root, join(root, dirname(file), module));
	return files.includes(`${target}.ts`) || files.includes(join(target, 'index.ts'));
}

describe('the n8n package', () => {
	it('imports its own files, n8n-workflow and node:crypto only', () => {
		const imports = files.flatMap((file) => modulesOf(file).map((module) => ({ file, module })));
		expect(imports.length).toBeGreaterThan(files.length);
		expect(
			imports.filter(({ file, module }) => !allowed.includes(module) && !isOwn(file, module)),
		).toEqual([]);
	});

	it('would be caught at importing a package or a file of the server', () => {
		const [file = ''] = files;
		expect(isOwn(file, 'zod')).toBe(false);
		expect(isOwn(file, '../../server/errors')).toBe(false);
		expect(isOwn(file, '../../../server/errors')).toBe(false);
	});
});
