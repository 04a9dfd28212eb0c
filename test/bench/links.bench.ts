import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { pino } from 'pino';

import { readConfig } from '../../server/config.ts';
import { uuidV7 } from '../../server/ids.ts';
import type { LinkWish } from '../../server/services/links.ts';
import { createServices, type Services } from '../../server/services.ts';
import type { Contact, Portal } from '../../server/store/store.ts';
import { freePort } from '../support/server-process.ts';

const rounds = 10;
const redeemedPerRound = 1000;
const connections = 64;
/** A person's, since a scanner's press is answered with a question. */
const browser =
	'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36';
const mintedPerBatch = 1000;
const mintBatches = 40;
const starts = 5;
const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const manifest = fileURLToPath(new URL('../../package.json', import.meta.url));

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
		const rounded = (n: number) => Math.round(n).toLocaleString('en');
		const startMs = await measureStarts(folder, env);
		const { redeemed, bare, memoryMb } = await race(services, portal, contacts, {
			folder,
			env,
			port,
		});
		return [
			`minted in bulk, ${rounded(mintedPerBatch)} an insert: ${rounded(minted)} links/s (aim: 30,000)`,
			`redeemed over HTTP, ${connections} connections: ${rounded(redeemed)}/s; a bare Express route with one durable write: ${rounded(bare)}/s; ratio ${(redeemed / bare).toFixed(1)} (aim: 2)`,
			`resident memory after ${rounded(rounds * redeemedPerRound)} redemptions: ${rounded(memoryMb)} MB (aim: at most 150)`,
			`start of a server process until it listens: ${rounded(startMs)} ms (aim: under 1,000)`,
		];
	} finally {
		await services.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

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

/** What a person's browser posts: genuine link, nonce cookie and form token. */
async function redeemRequests(
	services: Services,
	portal: Portal,
	contacts: readonly Contact[],
): Promise<string[]> {
	const { host, origin } = new URL(services.config.publicUrl);
	const minted = await services.links.mint(portal, wishesFor(services, contacts));
	return minted.map(({ link, url }) => {
		const nonce = services.sessions.newNonce();
		const body = new URLSearchParams({
			token: url.slice(url.lastIndexOf('/') + 1),
			formToken: services.sessions.formToken(nonce, link.id),
			pressed: '1',
		}).toString();
		return [
			'POST /l HTTP/1.1',
			`Host: ${host}`,
			`Origin: ${origin}`,
			'Sec-Fetch-Mode: navigate',
			'Sec-Fetch-Site: same-origin',
			`User-Agent: ${browser}`,
			`Cookie: browser=${nonce}`,
			'Content-Type: application/x-www-form-urlencoded',
			`Content-Length: ${body.length}`,
			'',
			body,
		].join('\r\n');
	});
}

interface Place {
	folder: string;
	env: Record<string, string>;
	port: number;
}

/** Whatever happens, no server outlives the benchmark. */
function endWithUs(child: ChildProcess): void {
	process.on('exit', () => child.kill('SIGKILL'));
}

/** Both servers run all the time; rounds alternate, so that what else the machine does meets both. */
async function race(
	services: Services,
	portal: Portal,
	contacts: readonly Contact[],
	{ folder, env, port }: Place,
): Promise<{ redeemed: number; bare: number; memoryMb: number }> {
	const barePort = await freePort();
	const bareFile = fileURLToPath(new URL('bare-server.ts', import.meta.url));
	const bare = spawn(process.execPath, [bareFile, join(folder, 'bare.sqlite'), String(barePort)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	endWithUs(bare);
	const { child: server } = await startServer(folder, env);
	const rates = { redeemed: [] as number[], bare: [] as number[] };
	try {
		await once(bare.stdout, 'data');
		const file = join(folder, 'requests.json');
		for (let round = 0; round <= rounds; round += 1) {
			const from = round * redeemedPerRound;
			const people = contacts.slice(from, from + redeemedPerRound);
			writeFileSync(file, JSON.stringify(await redeemRequests(services, portal, people)));
			const measured = { redeemed: await load(port, file), bare: await load(barePort, file) };
			// The first round warms both up.
			if (round === 0) continue;
			rates.redeemed.push(measured.redeemed);
			rates.bare.push(measured.bare);
		}
		const memoryMb = residentMb(server);
		return { redeemed: median(rates.redeemed), bare: median(rates.bare), memoryMb };
	} finally {
		await end(bare);
		await end(server);
	}
}

/** Requests per second; throws unless every single one was answered with the redirect into the portal. */
async function load(port: number, file: string): Promise<number> {
	const generator = fileURLToPath(new URL('load.ts', import.meta.url));
	const args = [generator, String(port), String(connections), file];
	const { stdout } = await promisify(execFile)(process.execPath, args);
	const { perSecond, statuses } = JSON.parse(stdout) as {
		perSecond: number;
		statuses: Record<string, number>;
	};
	if (statuses['303'] !== redeemedPerRound) throw new Error(`answered ${JSON.stringify(statuses)}`);
	return perSecond;
}

/** The flags of Node that `npm start` uses. */
function startFlags(): string[] {
	const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts: { start: string } };
	return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** The server's own process, as `npm start` runs it; its log goes to a file, as in operation. */
async function startServer(
	folder: string,
	env: Record<string, string>,
): Promise<{ child: ChildProcess; readyAfterMs: number }> {
	const startedAt = performance.now();
	const child = spawn(process.execPath, [...startFlags(), main, 'serve'], {
		env: { ...env, PATH: process.env['PATH'] ?? '' },
		stdio: ['ignore', openSync(join(folder, 'server.log'), 'a'), 'inherit'],
	});
	endWithUs(child);
	const exited = once(child, 'exit').then(() => {
		throw new Error(`the server ended: ${readFileSync(join(folder, 'server.log'), 'utf8')}`);
	});
	await Promise.race([answering(Number(env['PORT'])), exited]);
	return { child, readyAfterMs: performance.now() - startedAt };
}

async function answering(port: number): Promise<void> {
	for (;;) {
		try {
			await fetch(`http://127.0.0.1:${port}/healthz`);
			return;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}
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

async function end(child: ChildProcess): Promise<void> {
	child.removeAllListeners('exit');
	const exited = once(child, 'exit');
	child.kill('SIGTERM');
	await exited;
}

function residentMb(child: ChildProcess): number {
	const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
