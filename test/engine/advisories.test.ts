import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { startChild, type Child } from '../support/child.ts';
import type { Report } from './advisories-worker.ts';
import { advisories } from './advisories/advisories.ts';

describe('the published advisories about handlebars, where no code can be made of strings', () => {
	let child: Child;
	let reports: Map<string, Report>;

	/** Inside jest the flag does nothing: all attacks run in a process of their own. */
	beforeAll(async () => {
		child = startChild(join(import.meta.dirname, 'advisories-worker.ts'), []);
		await child.until((lines) => lines.length === advisories.length + 2);
		const made = child.lines.map((line) => JSON.parse(line) as Report);
		reports = new Map(made.map((report) => [report.id, report]));
	});
	afterAll(() => child.kill());

	it('the flag is on', () => {
		expect(reports.get('flag')?.outcomes).toEqual([{ threw: 'EvalError' }]);
	});

	it('harm is seen where there is some', () => {
		expect(reports.get('harm')?.harmed).toEqual(['Object', 'code ran']);
	});

	it('are 22', () => {
		expect(new Set(advisories.map(({ id }) => id)).size).toBe(22);
	});

	it.each(
		advisories.map(({ id, fixedIn, title, attacks }) => [id, fixedIn, title, attacks] as const),
	)('%s, mended in %s: %s', (id, _release, _title, attacks) => {
		const report = reports.get(id);
		expect(report?.outcomes).toEqual(attacks.map(({ expected }) => expected));
		expect(report?.harmed).toEqual([]);
	});
});
