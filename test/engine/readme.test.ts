import { describe, expect, it } from '@jest/globals';
import { defineCatalogue } from 'custom-values';
import * as exported from 'custom-values';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const engine = dirname(fileURLToPath(import.meta.resolve('custom-values')));
const readme = readFileSync(join(engine, 'README.md'), 'utf8');
const sources = [engine, join(engine, 'damage')]
	.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
	.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
	.map((name) => readFileSync(name, 'utf8'))
	.join('\n');

/** The names between backticks in the first column of a table. */
function firstColumn(heading: string): string[] {
	const section = readme.split(`## ${heading}`)[1]?.split('\n#')[0] ?? '';
	const rows = section.split('\n').filter((line) => line.startsWith('| `'));
	return rows.flatMap((row) =>
		[...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)/g)].map(([, name]) => name ?? ''),
	);
}

describe('the README', () => {
	it('lists every export', () => {
		expect(firstColumn('Exports').sort()).toEqual(Object.keys(exported).sort());
	});

	it('lists every code of a finding, and no other', () => {
		const calls =
			/(?:\.(?:error|warn|stop|unread|add)\(|#fail\(|limitError\()\s*(?:'(?:error|warning|info)',\s*)?'(?!error'|warning')(\w+)'/g;
		const codes = [...sources.matchAll(calls), ...sources.matchAll(/\bcode: '(\w+)'/g)].map(
			([, code]) => code,
		);
		const named = ['too_far_up', 'unknown_data'];
		expect([...new Set(firstColumn('Findings'))].sort()).toEqual(
			[...new Set([...codes, ...named])].sort(),
		);
	});

	it('lists every filter', () => {
		const table = /const table = \{([\s\S]*?)\n\} satisfies/.exec(sources)?.[1] ?? '';
		const filters = [...table.matchAll(/^\t(\w+):/gm)].map(([, name]) => name);
		expect(firstColumn('Filters').sort()).toEqual(filters.sort());
	});

	it('lists every part of right_now', () => {
		const names = defineCatalogue([]).values.map(({ path }) => path.replace('right_now.', ''));
		for (const name of names) expect(readme).toContain(`\`${name}\``);
	});
});
