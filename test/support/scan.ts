/**
 * The check that n8n makes of a community package before it verifies it, without network: lints the sources, then every file
 * of the packed tarball with the rules of n8n Cloud, and looks at what the tarball holds.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

import { root, unpack, withTarball } from './pack.ts';

const mayHold = /^(?:dist\/(?:nodes|credentials)\/.+|package\.json|README\.md|LICENSE)$/;

const problems: string[] = [];

await withTarball(async (tarball) => {
	const unpacked = mkdtempSync(join(tmpdir(), 'client-portal-scan-'));
	try {
		unpack(tarball, unpacked);
		checkContents(unpacked);
		await lint('sources', root, SOURCE_FILE_PATTERNS);
		await lint('tarball', unpacked, ['**/*.js', 'package.json']);
	} finally {
		rmSync(unpacked, { recursive: true, force: true });
	}
});

for (const problem of problems) console.error(problem);
console.log(
	problems.length === 0 ? 'The package passes the scan.' : `${problems.length} problem(s) found.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

async function lint(name: string, folder: string, patterns: string[]): Promise<void> {
	const result = await analyzePackage(folder, patterns);
	console.log(`${result.passed ? 'passed' : 'FAILED'}  lint of the ${name}`);
	if (!result.passed) problems.push(`${name}: ${result.message ?? ''}\n${result.details ?? ''}`);
}

function checkContents(folder: string): void {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
		.sort();
	const strangers = files.filter((file) => !mayHold.test(file));
	if (strangers.length > 0)
		problems.push(`The tarball holds more than the nodes: ${strangers.join(', ')}`);
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
		dependencies?: object;
		n8n: { nodes: string[]; credentials: string[] };
	};
	if (manifest.dependencies !== undefined) problems.push('The package has dependencies.');
	const missing = [...manifest.n8n.nodes, ...manifest.n8n.credentials].filter(
		(path) => !files.includes(path),
	);
	if (missing.length > 0) problems.push(`The tarball lacks ${missing.join(', ')}`);
	console.log(
		`${problems.length === 0 ? 'passed' : 'FAILED'}  contents of the tarball (${files.length} files)`,
	);
}
