import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openStore } from '../../../server/store/open.ts';
import type { MagicLink } from '../../../server/store/store.ts';
import { startChild } from '../../support/child.ts';
import { startMongo } from '../../support/mongodb/start.ts';
import { addLink } from './fixtures.ts';

const worker = join(import.meta.dirname, 'race-worker.ts');
const LINKS = 20;

/** New links in the database. */
async function addLinks(url: string): Promise<MagicLink[]> {
	const store = await openStore(url);
	const links: MagicLink[] = [];
	for (let made = 0; made < LINKS; made += 1) links.push((await addLink(store)).link);
	await store.close();
	return links;
}

/** Lets two processes redeem each link 64 times between them; answers the number of winners of each link. */
async function race(kind: 'safe' | 'unsafe', url: string, links: MagicLink[]): Promise<number[]> {
	const processes = [1, 2].map(() => startChild(worker, [kind, url, JSON.stringify(links)]));
	await Promise.all(processes.map((child) => child.until((lines) => lines.includes('ready'))));
	for (const child of processes) child.tell('go');
	await Promise.all(processes.map((child) => child.until((lines) => lines.length === 2)));
	await Promise.all(processes.map((child) => child.ended));
	const [a, b] = processes.map(({ lines }) => JSON.parse(lines[1]!) as number[]);
	return a!.map((winners, index) => winners + b![index]!);
}

/** The sessions that the database holds for these links. */
async function countSessions(url: string, links: MagicLink[]): Promise<number> {
	const store = await openStore(url);
	const stored = await Promise.all(links.map(({ id }) => store.magicLinks.get(id)));
	const sessions = await Promise.all(
		stored.map(async (link) => await store.sessions.get(link?.sessionId ?? '')),
	);
	await store.close();
	return sessions.filter((session, n) => session?.linkId === links[n]!.id).length;
}

function describeRace(
	name: string,
	open: () => Promise<{ url: string; close(): Promise<void> }>,
): void {
	describe(`64 parallel requests for one link, over two processes, on ${name}`, () => {
		let database: Awaited<ReturnType<typeof open>>;
		beforeAll(async () => {
			database = await open();
		});
		afterAll(async () => {
			await database.close();
		});

		it('R4 make exactly one session', async () => {
			const links = await addLinks(database.url);
			expect(await race('safe', database.url, links)).toEqual(links.map(() => 1));
			expect(await countSessions(database.url, links)).toBe(LINKS);
		});

		it('would make several if redeeming looked first and wrote then', async () => {
			const links = await addLinks(database.url);
			const winners = await race('unsafe', database.url, links);
			expect(Math.max(...winners)).toBeGreaterThan(1);
		});
	});
}

describeRace('one SQLite file', () => {
	const folder = mkdtempSync(join(tmpdir(), 'client-portal-race-'));
	return Promise.resolve({
		url: `sqlite:${join(folder, 'race.sqlite')}`,
		close: () => {
			rmSync(folder, { recursive: true });
			return Promise.resolve();
		},
	});
});

const server = await startMongo('the race of two processes');
if (server !== null) {
	describeRace('MongoDB', () => Promise.resolve({ url: server.url, close: server.stop }));
}
