import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { systemClock } from '../../../server/clock.ts';
import type { Delivery, Send } from '../../../server/store/store.ts';
import { startChild } from '../../support/child.ts';
import { databasesFor } from '../../support/databases.ts';
import { openParts } from './world.ts';

const databases = await databasesFor('a process that is killed while it sends');

describe.each(databases)('a process that is killed while it sends ($name)', ({ open }) => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'crash-'));
	});
	afterEach(() => {
		rmSync(folder, { recursive: true });
	});

	it('loses no e-mail of 3,000 and repeats at most one chunk, marked, with the same links', async () => {
		const { url, close } = await open(folder);
		const journal = join(folder, 'journal');
		const worker = join(import.meta.dirname, '../../support/send-worker.ts');
		const doomed = startChild(worker, [url, journal, '3000']);
		await doomed.until((lines) => lines.filter((line) => line === 'left 1000').length === 2);
		await doomed.kill();

		const next = startChild(worker, [url, journal]);
		await next.until((lines) => lines.includes('finished'));
		expect(await next.ended).toBe(0);

		const linksOf = new Map<string, string[]>();
		for (const line of readFileSync(journal, 'utf8').trim().split('\n')) {
			const [email, link] = line.split(' ');
			linksOf.set(email!, [...(linksOf.get(email!) ?? []), link!]);
		}
		expect(linksOf.size).toBe(3000);
		expect(new Set([...linksOf.values()].flat()).size).toBe(3000);

		const { send, deliveries, invited, events } = await readSend(url);
		expect(send).toMatchObject({ status: 'finished', recipients: 3000 });
		expect(deliveries.every(({ status }) => status === 'sent')).toBe(true);
		const repeated = deliveries.filter((delivery) => delivery.repeated);
		expect(repeated).toHaveLength(1000);
		for (const { email, repeated: marked } of deliveries) {
			expect(linksOf.get(email)).toHaveLength(marked ? 2 : 1);
			expect(new Set(linksOf.get(email)).size).toBe(1);
		}
		expect(invited).toBe(3000);
		expect(events).toHaveLength(1);
		await close();
	}, 120_000);

	async function readSend(url: string) {
		const { store, portal } = await openParts(url, systemClock);
		const page = { limit: 5000, after: null };
		const events = await store.events.list(portal.id, { type: 'send.finished' }, page);
		const sendId = events[0]!.sendId!;
		const send: Send = (await store.sends.get(portal.id, sendId))!;
		const deliveries: Delivery[] = await store.deliveries.list(sendId, {}, page);
		const { invited } = await store.contacts.stats(portal.id);
		await store.close();
		return { send, deliveries, invited, events };
	}
});
