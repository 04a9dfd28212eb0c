import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { systemClock } from '../../../server/clock.ts';
import type { Delivery, Send } from '../../../server/store/store.ts';
import { startChild } from '../../support/child.ts';
import { openParts } from './world.ts';

describe('a process that is killed while it sends', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'crash-'));
	});
	afterEach(() => {
		rmSync(folder, { recursive: true });
	});

	it('loses no e-mail of 3,000 and repeats at most one chunk, marked, with the same links', async () => {
		const [file, journal] = [join(folder, 'test.sqlite'), join(folder, 'journal')];
		const worker = join(import.meta.dirname, 'send-worker.ts');
		const doomed = startChild(worker, [file, journal, '3000']);
		await doomed.until((lines) => lines.filter((line) => line === 'left 1000').length === 2);
		await doomed.kill();

		const next = startChild(worker, [file, journal]);
		await next.until((lines) => lines.includes('finished'));
		expect(await next.ended).toBe(0);

		const linksOf = new Map<string, string[]>();
		for (const line of readFileSync(journal, 'utf8').trim().split('\n')) {
			const [email, link] = line.split(' ');
			linksOf.set(email!, [...(linksOf.get(email!) ?? []), link!]);
		}
		expect(linksOf.size).toBe(3000);
		expect(new Set([...linksOf.values()].flat()).size).toBe(3000);

		const { send, deliveries, invited, events } = await readSend(file);
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
	});

	async function readSend(file: string) {
		const { store, portal } = await openParts(file, systemClock);
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
