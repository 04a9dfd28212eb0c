/**
 * One of several server processes that redeem the same links at the same time. Arguments: `safe` or `unsafe`, the database,
 * a JSON array of links. Prints `ready`; told `go`, it redeems each link 32 times at once and prints how many sessions it got.
 * `unsafe` looks first and writes then, without a guard: what the race test must be seen to fail on.
 */
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';

import { MongoClient } from 'mongodb';

import { openStore } from '../../../server/store/open.ts';
import type { MagicLink } from '../../../server/store/store.ts';
import { inParallel, makeRedeem, NOW } from './fixtures.ts';

type Attempt = (link: MagicLink, browser: string) => Promise<boolean>;

interface Racer {
	attempt: Attempt;
	close(): Promise<void>;
}

async function safeRacer(url: string): Promise<Racer> {
	const store = await openStore(url);
	return {
		attempt: async (link, nonceHash) => {
			const request = makeRedeem(link, { nonceHash, now: NOW + 1 });
			const { session } = request;
			// Ids of the fixtures repeat from process to process.
			const own = { ...session, id: crypto.randomUUID() };
			return (await store.magicLinks.redeem({ ...request, session: own })).ok;
		},
		close: () => store.close(),
	};
}

async function unsafeRacer(url: string): Promise<Racer> {
	if (url.startsWith('sqlite:')) {
		const db = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 5_000 });
		return {
			attempt: async ({ id }) => {
				const row = db.prepare('SELECT redeemedAt FROM magicLinks WHERE id = ?').get(id);
				await new Promise((resolve) => setImmediate(resolve));
				if (row?.['redeemedAt'] !== null) return false;
				db.prepare('UPDATE magicLinks SET redeemedAt = ? WHERE id = ?').run(NOW, id);
				return true;
			},
			close: () => {
				db.close();
				return Promise.resolve();
			},
		};
	}
	const client = await new MongoClient(url).connect();
	const links = client.db().collection<{ _id: string; redeemedAt: number | null }>('magicLinks');
	return {
		attempt: async ({ id }) => {
			if ((await links.findOne({ _id: id }))?.redeemedAt !== null) return false;
			await links.updateOne({ _id: id }, { $set: { redeemedAt: NOW } });
			return true;
		},
		close: () => client.close(),
	};
}

const [kind, url = '', json = '[]'] = process.argv.slice(2);
const links = JSON.parse(json) as MagicLink[];
const racer = await (kind === 'safe' ? safeRacer(url) : unsafeRacer(url));
console.log('ready');
await once(process.stdin, 'data');
const won = await Promise.all(
	links.map(async (link) => {
		const tries = await inParallel(32, (n) => racer.attempt(link, `browser ${process.pid} ${n}`));
		return tries.filter(Boolean).length;
	}),
);
console.log(JSON.stringify(won));
await racer.close();
process.exit();
