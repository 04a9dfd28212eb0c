import { readFileSync } from 'node:fs';

import autocannon from 'autocannon';

import type { Loaded, LoadRequest } from './contest.ts';

/**
 * A load generator in a process of its own: `load.ts PORT CONNECTIONS FILE` sends each request of the file once with autocannon,
 * over keep-alive connections, one at a time on each, and prints what was answered. There are at least as many requests as
 * connections.
 */
const [port = '', connections = '', file = ''] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(file, 'utf8')) as LoadRequest[];
const statuses: Record<string, number> = {};
const latenciesMs: number[] = [];
let cookies = 0;
let clients = 0;
let startedAt = 0;
let endedAt = 0;
let usedAtStart = process.cpuUsage();
let used = usedAtStart;

const { errors } = await autocannon({
	url: `http://127.0.0.1:${port}`,
	connections: Number(connections),
	amount: requests.length,
	// How often it looks whether all is answered.
	...{ sampleInt: 20 },
	setupClient(client) {
		// Among connections it deals requests out as cards are, and nothing is sent before all have theirs.
		const mine = clients++;
		client.setRequests(requests.filter((_, index) => index % Number(connections) === mine));
		client.on('headers', (head: unknown) => {
			if (setsCookie(head)) cookies += 1;
		});
		client.on('response', (status, _bytes, ms) => {
			statuses[status] = (statuses[status] ?? 0) + 1;
			// Its own histogram knows whole milliseconds only.
			latenciesMs.push(ms);
			endedAt = performance.now();
			used = process.cpuUsage(usedAtStart);
		});
		startedAt = performance.now();
		usedAtStart = process.cpuUsage();
	},
});
const tookMs = endedAt - startedAt;
const loaded: Loaded = {
	...{ statuses, cookies, errors, latenciesMs },
	perSecond: requests.length / (tookMs / 1000),
	generatorBusy: (used.user + used.system) / 1000 / tookMs,
};
console.log(JSON.stringify(loaded));

/** Whether the parsed head of an answer has the header: names and values follow each other in its list. */
function setsCookie(head: unknown): boolean {
	if (typeof head !== 'object' || head === null || !('headers' in head)) return false;
	const { headers } = head;
	return (
		Array.isArray(headers) && headers.some((text) => String(text).toLowerCase() === 'set-cookie')
	);
}
