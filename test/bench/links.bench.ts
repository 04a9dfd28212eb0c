import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { readConfig } from '../../server/config.ts';
import { uuidV7 } from '../../server/ids.ts';
import type { LinkWish } from '../../server/services/links.ts';
import { createServices, type Services } from '../../server/services.ts';
import type { Contact, Portal } from '../../server/store/store.ts';
import { median } from '../support/quantile.ts';
import { freePort } from '../support/server-process.ts';
import { openBetterAuth } from './better-auth.ts';
import { contest, type Contender, type LoadRequest, type Score } from './contest.ts';
import { end, residentMb, startRival, startServer } from './servers.ts';

const rounds = 10;
const connections = 64;
/** A multiple of the connections, so that each has as many to send. */
const redeemedPerRound = 16 * connections;
/** A person's, since a scanner's press is answered with a question. */
const browser =
	'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36';
const mintedPerBatch = 1000;
const mintBatches = 40;
const starts = 5;

/** Links minted and redeemed per second on SQLite, memory and start of a server process. */
export async function run(): Promise<string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'client-portal-bench-'));
	const port = await freePort();
	const env = {
		PORT: String(port),
		DATABASE_URL: `sqlite:${join(folder, 'bench.sqlite')}`,
		ENV_FILE: '',
	};
	const services = await createServices(readConfig(env), pino({ level: 'silent' }));
	try {
		const { portal } = await services.portals.ensureDefault();
		const contacts = await makeContacts(services, portal, (rounds + 1) * redeemedPerRound);
		const minted = await mint(services, portal, contacts);
		const startMs = await measureStarts(folder, env);
		const redeemed = await redeem(services, portal, contacts, { folder, env, port });
		return [
			`minted in bulk, ${rounded(mintedPerBatch)} an insert: ${rounded(minted)} links/s (aim: 30,000)`,
			...redeemed,
			`start of a server process until it listens: ${rounded(startMs)} ms (aim: under 1,000)`,
		];
	} finally {
		await services.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

const rounded = (n: number) => Math.round(n).toLocaleString('en');

async function makeContacts(services: Services, portal: Portal, count: number): Promise<Contact[]> {
	const now = services.clock.now();
	const made: Contact[] = [];
	for (let from = 0; from < count; from += 1000) {
		const writes = Array.from({ length: Math.min(1000, count - from) }, (_, i) => ({
			id: uuidV7(now),
			email: `client-${from + i}@example.com`,
			set: { firstName: 'Ada' },
			fields: {},
		}));
		const results = await services.store.contacts.upsertMany(portal.id, writes, now);
		made.push(...results.map((result) => result.contact));
	}
	return made;
}

function wishesFor(services: Services, contacts: readonly Contact[]): LinkWish[] {
	return contacts.map((contact) => ({
		id: uuidV7(services.clock.now()),
		subject: { kind: 'contact', id: contact.id },
		email: contact.email,
		purpose: 'login',
		kind: 'api',
		destination: null,
		lifetimeMs: 3_600_000,
		sendId: null,
		createdBy: 'system',
		hasCode: false,
	}));
}

/** Median links per second over batches. */
async function mint(services: Services, portal: Portal, contacts: Contact[]): Promise<number> {
	const rates: number[] = [];
	for (let batch = 0; batch < mintBatches; batch += 1) {
		const wishes = wishesFor(services, contacts.slice(0, mintedPerBatch));
		const startedAt = performance.now();
		await services.links.mint(portal, wishes);
		rates.push(mintedPerBatch / ((performance.now() - startedAt) / 1000));
	}
	return median(rates);
}

/** Median of several starts, from spawning the process to its first answer. */
async function measureStarts(folder: string, env: Record<string, string>): Promise<number> {
	const times: number[] = [];
	for (let start = 0; start < starts; start += 1) {
		const { child, readyAfterMs } = await startServer(folder, env);
		times.push(readyAfterMs);
		await end(child);
	}
	return median(times);
}

/** What a person's browser posts: genuine link, nonce cookie and form token. */
async function redeemRequests(
	services: Services,
	portal: Portal,
	contacts: readonly Contact[],
): Promise<LoadRequest[]> {
	const { host, origin } = new URL(services.config.publicUrl);
	const minted = await services.links.mint(portal, wishesFor(services, contacts));
	return minted.map(({ link, url }) => {
		const nonce = services.sessions.newNonce();
		const body = new URLSearchParams({
			token: url.slice(url.lastIndexOf('/') + 1),
			formToken: services.sessions.formToken(nonce, link.id),
			pressed: '1',
		}).toString();
		const headers = {
			Host: host,
			Origin: origin,
			'Sec-Fetch-Mode': 'navigate',
			'Sec-Fetch-Site': 'same-origin',
			'User-Agent': browser,
			Cookie: `browser=${nonce}`,
			'Content-Type': 'application/x-www-form-urlencoded',
		};
		return { method: 'POST', path: '/l', headers, body };
	});
}

interface Place {
	folder: string;
	env: Record<string, string>;
	port: number;
}

/** Our server, a bare Express route, and Better Auth, in turns. */
async function redeem(
	services: Services,
	portal: Portal,
	contacts: readonly Contact[],
	{ folder, env, port }: Place,
): Promise<string[]> {
	const peopleOf = (round: number) =>
		contacts.slice(round * redeemedPerRound, (round + 1) * redeemedPerRound);
	const requests = (round: number) => redeemRequests(services, portal, peopleOf(round));
	const [barePort, theirPort] = [await freePort(), await freePort()];
	const bareFile = join(folder, 'bare.sqlite');
	const theirFile = join(folder, 'better-auth.sqlite');
	const theirs = await openBetterAuth(theirFile, theirPort);
	const theirRequests = async (round: number) => {
		const urls = await theirs.links(peopleOf(round).map(({ email }) => email));
		return urls.map((url): LoadRequest => {
			const { pathname, search } = new URL(url);
			return { method: 'GET', path: pathname + search, headers: { 'User-Agent': browser } };
		});
	};
	const contenders = {
		ours: {
			child: (await startServer(folder, env)).child,
			...{ port, requests, status: 303, signsIn: true },
		},
		bare: {
			child: await startRival('bare-server.ts', bareFile, barePort),
			...{ port: barePort, requests, status: 303, signsIn: false },
		},
		betterAuth: {
			child: await startRival('better-auth-server.ts', theirFile, theirPort),
			...{ port: theirPort, requests: theirRequests, status: 302, signsIn: true },
		},
	} satisfies Record<string, Contender>;
	try {
		const file = join(folder, 'requests.json');
		const scores = await contest(contenders, { rounds, connections, file });
		return linesOf(scores, residentMb(contenders.ours.child));
	} finally {
		theirs.close();
		for (const { child } of Object.values(contenders)) await end(child);
	}
}

function linesOf(
	{ ours, bare, betterAuth }: Record<'ours' | 'bare' | 'betterAuth', Score>,
	memoryMb: number,
): string[] {
	const of = ({ perSecond, p50Ms, p99Ms, cpuUs, generatorBusy }: Score) =>
		`${rounded(perSecond)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${rounded(cpuUs)} µs of processor each; load generator busy ${rounded(generatorBusy * 100)} %`;
	const ratio = (theirs: Score) => (ours.perSecond / theirs.perSecond).toFixed(1);
	return [
		`redeemed over HTTP, ${rounded(rounds * redeemedPerRound)} distinct links, ${String(connections)} connections, autocannon, medians of ${String(rounds)} alternating rounds, every write synchronous=FULL; no answer but a redirect:`,
		`  ours, POST /l: ${of(ours)}`,
		'    checks form token, origin and signs of a scanner; consumes the link, makes a session, records login and events; logs the request',
		`  bare Express route: ${of(bare)}`,
		'    one UPDATE by primary key',
		`  Better Auth, GET /api/auth/magic-link/verify: ${of(betterAuth)}`,
		'    reads and deletes the token, reads the user, makes a session; its defaults, without rate limit and log',
		`  ratio to the bare route: ${ratio(bare)} (aim: 2); ratio to Better Auth: ${ratio(betterAuth)} (aim: 10)`,
		`resident memory after ${rounded((rounds + 1) * redeemedPerRound)} redemptions: ${rounded(memoryMb)} MB (aim: at most 150)`,
	];
}

if (import.meta.main) {
	for (const line of await run()) process.stdout.write(`${line}\n`);
}
