import { execFile, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { median, quantile } from '../support/quantile.ts';

/** A request for the load generator. */
export interface LoadRequest {
	method: 'GET' | 'POST';
	path: string;
	headers: Record<string, string>;
	body?: string;
}

/** What the load generator saw. */
export interface Loaded {
	/** How often each status was answered. */
	statuses: Record<string, number>;
	/** Answers that set a cookie. */
	cookies: number;
	/** Connections that broke, and answers that did not come. */
	errors: number;
	latenciesMs: number[];
	perSecond: number;
	/** The part of the time for which its process computed; near 1, it would be what is measured. */
	generatorBusy: number;
}

/** A server that runs, and what it is asked. */
export interface Contender {
	child: ChildProcess;
	port: number;
	/** The requests of a round, none of them asked before. */
	requests(round: number): Promise<LoadRequest[]>;
	/** The only status it may answer. */
	status: number;
	signsIn: boolean;
}

/** Medians over the rounds. */
export interface Score {
	perSecond: number;
	p50Ms: number;
	p99Ms: number;
	/** Processor time of the server for each request, in microseconds, over all rounds. */
	cpuUs: number;
	generatorBusy: number;
}

/**
 * Lets the contenders answer in turns, round by round, so that what else the machine does meets all of them. The first round warms
 * up. Throws when any request was answered otherwise than it should be, a 5xx for one.
 */
export async function contest<Name extends string>(
	contenders: Record<Name, Contender>,
	{ rounds, connections, file }: { rounds: number; connections: number; file: string },
): Promise<Record<Name, Score>> {
	const entries = Object.entries<Contender>(contenders) as [Name, Contender][];
	const turns = new Map<Name, { loaded: Loaded; cpuUs: number }[]>();
	for (let round = 0; round <= rounds; round += 1) {
		for (const [name, contender] of entries) {
			const requests = await contender.requests(round);
			writeFileSync(file, JSON.stringify(requests));
			const before = cpuUsOf(contender.child);
			const loaded = await load(contender.port, connections, file);
			const cpuUs = (cpuUsOf(contender.child) - before) / requests.length;
			check(name, contender, loaded, requests.length);
			if (round > 0) turns.set(name, [...(turns.get(name) ?? []), { loaded, cpuUs }]);
		}
	}
	const scores = entries.map(([name]) => [name, scoreOf(turns.get(name) ?? [])] as const);
	return Object.fromEntries(scores) as Record<Name, Score>;
}

function check(name: string, { status, signsIn }: Contender, loaded: Loaded, count: number): void {
	const { statuses, cookies, errors } = loaded;
	const expected = { [status]: count };
	const same = JSON.stringify(statuses) === JSON.stringify(expected);
	if (same && errors === 0 && cookies === (signsIn ? count : 0)) return;
	const seen = JSON.stringify({ statuses, cookies, errors });
	throw new Error(`${name} answered ${seen} to ${String(count)} requests`);
}

/** Lets the load generator send the requests of the file, each once. */
export async function load(port: number, connections: number, file: string): Promise<Loaded> {
	const generator = fileURLToPath(new URL('load.ts', import.meta.url));
	const args = [generator, String(port), String(connections), file];
	const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
	return JSON.parse(stdout) as Loaded;
}

function scoreOf(turns: readonly { loaded: Loaded; cpuUs: number }[]): Score {
	const latenciesMs = turns.flatMap(({ loaded }) => loaded.latenciesMs);
	return {
		perSecond: median(turns.map(({ loaded }) => loaded.perSecond)),
		p50Ms: quantile(latenciesMs, 0.5),
		p99Ms: quantile(latenciesMs, 0.99),
		cpuUs: turns.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / turns.length,
		generatorBusy: median(turns.map(({ loaded }) => loaded.generatorBusy)),
	};
}

/** Linux tells the time in hundredths of a second, whatever the machine. */
const tickUs = 10_000;

/** Processor time that a process has used, its threads included. */
function cpuUsOf({ pid = 0 }: ChildProcess): number {
	const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
	// The name in parentheses may hold anything; user and system time are the 12th and 13th after it.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * tickUs;
}
