import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { brokenServer, guarantees, seenToFail, withoutStore } from './guarantees.ts';

const folder = join(import.meta.dirname, '../server/redemption');
const stores = ['SQLite', 'MongoDB'] as const;
type StoreName = (typeof stores)[number];

/** What jest tells about a test. */
interface Test {
	fullName: string;
	status: string;
}

interface TestFile {
	testFilePath: string;
	skipped: boolean;
	testResults: Test[];
}

interface Row {
	number: number;
	words: string;
	/** Passed tests, by store. */
	on: Record<StoreName, number>;
	passed: number;
	failed: number;
	/** Servers broken on purpose whose break the check found. */
	caught: number;
}

/**
 * A reporter of jest. After a run of all tests of sign-in links it lists the guarantees by number with their tests on each
 * database, and fails the run when one has none.
 */
export default class GuaranteeReporter {
	private missing: string[] = [];

	onRunComplete(_contexts: unknown, { testResults }: { testResults: TestFile[] }): void {
		const tests = allTests(testResults);
		if (tests === null) return;
		const rows = [...guarantees].map(([number, words]) => rowOf(number, words, tests));
		const ranOn = stores.filter((store) => tests.some(({ fullName }) => fullName.includes(store)));
		this.missing = rows.flatMap((row) => missingOf(row, ranOn));
		process.stderr.write(['', ...linesOf(rows), ...this.missing, ''].join('\n'));
	}

	/** jest fails the run when there is one. */
	getLastError(): Error | undefined {
		if (this.missing.length === 0) return undefined;
		return new Error(`Guarantees without a test: ${String(this.missing.length)}`);
	}
}

/** The tests of the folder; null when only a part of them ran, which proves nothing about the whole. */
function allTests(results: readonly TestFile[]): Test[] | null {
	const own = results.filter(({ testFilePath }) => testFilePath.startsWith(folder));
	const ran = new Set(
		own.filter(({ skipped }) => !skipped).map(({ testFilePath }) => testFilePath),
	);
	const names = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
	const tests = own.flatMap(({ testResults }) => testResults);
	const isWhole =
		names.every((name) => ran.has(join(folder, name))) &&
		tests.every(({ status }) => status === 'passed' || status === 'failed');
	return isWhole ? tests : null;
}

function rowOf(number: number, words: string, tests: readonly Test[]): Row {
	const named = new RegExp(`\\bR${String(number)}\\b`);
	const own = tests.filter(({ fullName }) => named.test(fullName));
	const passed = own.filter(({ status }) => status === 'passed');
	const held = passed.filter(({ fullName }) => !fullName.includes(brokenServer));
	const countOn = (store: StoreName) =>
		held.filter(({ fullName }) => fullName.includes(store)).length;
	return {
		...{ number, words },
		on: { SQLite: countOn('SQLite'), MongoDB: countOn('MongoDB') },
		passed: held.length,
		failed: own.length - passed.length,
		caught: passed.length - held.length,
	};
}

function missingOf(row: Row, ranOn: readonly StoreName[]): string[] {
	const { number, passed, on, caught } = row;
	const lacks = withoutStore.has(number)
		? [passed === 0 ? 'no test' : null]
		: ranOn.map((store) => (on[store] === 0 ? `no test on ${store}` : null));
	const unseen = seenToFail.has(number) && caught === 0 ? 'never been seen to fail' : null;
	return [...lacks, unseen]
		.filter((lack) => lack !== null)
		.map((lack) => `R${String(number)} has ${lack}.`);
}

const widths = [4, 49, 8, 9, 11, 9];

function linesOf(rows: readonly Row[]): string[] {
	const cells = rows.map(({ number, words, on, passed, failed, caught }) => [
		...[`R${String(number)}`, words],
		...stores.map((store) => (withoutStore.has(number) ? 'any' : String(on[store]))),
		...[String(passed - on.SQLite - on.MongoDB), caught === 0 ? '' : `${String(caught)} caught`],
		failed === 0 && passed > 0 ? 'holds' : 'FAILS',
	]);
	return [['', 'Passed tests', ...stores, 'no store', 'breaks', ''], ...cells].map((line) =>
		line
			.map((cell, n) => cell.padEnd(widths[n] ?? 0))
			.join('')
			.trimEnd(),
	);
}
