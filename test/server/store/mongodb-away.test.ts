import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { createMongoStore } from '../../../server/store/mongodb/index.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Store } from '../../../server/store/store.ts';
import { startMongo } from '../../support/mongodb/start.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { addLink, inParallel, makeRedeem, newId, NOW } from './fixtures.ts';

const server = await startMongo('a database that goes away');
const unavailable = {
	code: 'database_unavailable',
	detail:
		'MongoDB does not answer. Check that it runs and that DATABASE_URL names it; then try again.',
};

/** Tries again, as people and workers do, while connections that were cut are still being noticed. */
async function untilBack<T>(task: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await task();
		} catch (error) {
			expect(error).toMatchObject(unavailable);
			if (attempt === 5) throw error;
		}
	}
}

(server === null ? describe.skip : describe)('MongoDB behind a bad network', () => {
	let proxy: TcpProxy;
	let store: Store;

	beforeAll(async () => {
		const { hostname, port } = new URL(server!.url);
		proxy = await startTcpProxy({ host: hostname, port: Number(port || 27_017) });
	});
	beforeEach(() => {
		const url = new URL(server!.url);
		url.host = `127.0.0.1:${proxy.port}`;
		url.searchParams.set('directConnection', 'true');
		store = createMongoStore({ url: url.href, timeoutMs: 500 });
	});
	afterEach(async () => {
		await proxy.restore();
		await store.close();
	});
	afterAll(async () => {
		await proxy.stop();
		await server!.stop();
	});

	it('says what to do when the database is down at start, and starts when it is back', async () => {
		await proxy.refuse();
		await expect(store.open()).rejects.toMatchObject(unavailable);
		await proxy.restore();
		await store.open();
		await store.ping();
	});

	it('gives up on a database that hangs at start', async () => {
		proxy.swallow();
		await expect(store.open()).rejects.toMatchObject(unavailable);
	});

	it('is unavailable while the database is down, and works when it is back', async () => {
		await store.open();
		const { link } = await addLink(store);
		await proxy.refuse();
		await expect(store.ping()).rejects.toMatchObject(unavailable);
		await expect(store.magicLinks.redeem(makeRedeem(link))).rejects.toMatchObject(unavailable);
		await expect(store.contacts.stats(link.portalId)).rejects.toMatchObject(unavailable);
		await proxy.restore();
		const result = await untilBack(() => store.magicLinks.redeem(makeRedeem(link)));
		expect(result).toMatchObject({ ok: true });
	});

	it('is unavailable while the database hangs, and works when it answers again', async () => {
		await store.open();
		proxy.swallow();
		await expect(store.ping()).rejects.toMatchObject(unavailable);
		await proxy.restore();
		proxy.cut();
		await untilBack(() => store.ping());
	});

	it('R7 a redemption cut off at any point leaves the link redeemable, or its session there for the same browser', async () => {
		await store.open();
		proxy.delay(2);
		for (let round = 0; round < 10; round += 1) {
			const { link } = await untilBack(() => addLink(store));
			const redeeming = Promise.allSettled([store.magicLinks.redeem(makeRedeem(link))]);
			// As far as `round` further commands get: the cut falls into another step each time.
			for (let step = 0; step < round; step += 1) await store.meta.get(newId());
			proxy.cut();
			await redeeming;
			const request = makeRedeem(link, { now: NOW + 2 });
			const again = await untilBack(() => store.magicLinks.redeem(request));
			expect(again).toMatchObject({ ok: true, contact: { joinedAt: expect.any(Number) } });
			const stored = await store.magicLinks.get(link.id);
			expect(again.ok && again.session.id).toBe(stored?.sessionId);
		}
	});

	it('waits for a slow database', async () => {
		await store.open();
		proxy.delay(50);
		const { link } = await addLink(store);
		const results = await inParallel(8, () => store.magicLinks.redeem(makeRedeem(link)));
		expect(results.filter((result) => result.ok)).toHaveLength(8);
	});
});

describe('openStore', () => {
	it('names the databases it knows when DATABASE_URL is none of them, without showing it', async () => {
		for (const url of ['', 'postgres://u:secret@db/x', 'sqlite:', 'mongodb:/x', './file.sqlite']) {
			await expect(openStore(url)).rejects.toMatchObject({
				code: 'database_unavailable',
				detail: expect.stringContaining('sqlite:./data/client-portal.sqlite'),
				message: expect.not.stringContaining('secret'),
			});
		}
		await expect(openStore('mongodb://u:secret@')).rejects.toMatchObject({
			code: 'database_unavailable',
			detail: expect.stringContaining('mongodb://user:password@host:27017/database'),
			message: expect.not.stringContaining('secret'),
		});
	});

	it('opens a database in memory', async () => {
		const store = await openStore('sqlite::memory:');
		const { link } = await addLink(store);
		await store.events.append([]);
		expect(await store.magicLinks.redeem(makeRedeem(link))).toMatchObject({ ok: true });
		expect(await store.contacts.stats(link.portalId)).toMatchObject({ joined: 1 });
		await store.selfTest();
		await store.close();
	});
});
