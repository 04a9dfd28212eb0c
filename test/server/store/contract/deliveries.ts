import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { hardTexts, inParallel, makeDelivery, newId, NOW } from '../fixtures.ts';

const all = { from: 0, to: 1_000 };

export function deliveriesContract(current: Current): void {
	describe('DeliveryStore', () => {
		it('inserts what does not exist yet and gives it back', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			const made = [0, 1, 2].map((index) =>
				makeDelivery(sendId, index, {
					item: Object.fromEntries(hardTexts.map((text, n) => [`${text}${n}`, { text, n }])),
					error: { code: 'mail_rejected', detail: hardTexts[0]! },
					missing: hardTexts,
					destination: '/x?y=ü',
				}),
			);
			await inParallel(8, () => deliveries.insertMany(made));
			await deliveries.insertMany([
				makeDelivery(sendId, 1),
				makeDelivery(sendId, 9, { contactId: made[0]!.contactId }),
				makeDelivery(sendId, 3),
			]);
			const stored = await deliveries.list(sendId, {}, { limit: 10, after: null });
			expect(stored.slice(0, 3)).toEqual(made);
			expect(stored.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
			await deliveries.insertMany([]);
		});

		it('claims what is not final and due, by range, and marks what was claimed before', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			await deliveries.insertMany([
				makeDelivery(sendId, 0),
				makeDelivery(sendId, 1, { status: 'sent' }),
				makeDelivery(sendId, 2, { status: 'sending', attempts: 1 }),
				makeDelivery(sendId, 3, { notBefore: NOW + 11 }),
				makeDelivery(sendId, 4, { notBefore: NOW + 10 }),
				makeDelivery(sendId, 5),
			]);
			const claimed = await deliveries.claim(sendId, { from: 0, to: 5 }, NOW + 10);
			const facts = claimed.map((d) => [d.index, d.status, d.attempts, d.repeated, d.updatedAt]);
			expect(facts).toEqual([
				[0, 'sending', 1, false, NOW + 10],
				[2, 'sending', 2, true, NOW + 10],
				[4, 'sending', 1, false, NOW + 10],
			]);
			const again = await deliveries.claim(sendId, { from: 3, to: 1_000 }, NOW + 11);
			expect(again.map((d) => [d.index, d.attempts, d.repeated])).toEqual([
				[3, 1, false],
				[4, 2, true],
				[5, 1, false],
			]);
			expect(await deliveries.claim(newId(), all, NOW)).toEqual([]);
		});

		it('writes outcomes, and leaves final rows as they are', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			const rows = [0, 1, 2, 3].map((index) => makeDelivery(sendId, index));
			await deliveries.insertMany(rows);
			await deliveries.claim(sendId, all, NOW + 1);
			const error = { code: 'mail_unavailable', detail: hardTexts[0]! } as const;
			const [a, b, c, d] = rows.map(({ id }) => ({ id, sendId }));
			await deliveries.finish(
				[
					{ ...a!, status: 'sent', messageId: 'm-1', missing: ['contact.company'] },
					{ ...b!, status: 'queued', error, notBefore: NOW + 100 },
					{ ...c!, status: 'failed', error },
					{ ...d!, status: 'skipped', skipped: 'bounced' },
					{ id: newId(), sendId, status: 'sent' },
				],
				NOW + 2,
			);
			const stored = await deliveries.list(sendId, {}, { limit: 10, after: null });
			const base = { attempts: 1, updatedAt: NOW + 2, notBefore: null };
			expect(stored).toEqual([
				{ ...rows[0], ...base, status: 'sent', messageId: 'm-1', missing: ['contact.company'] },
				{ ...rows[1], ...base, status: 'queued', error, notBefore: NOW + 100 },
				{ ...rows[2], ...base, status: 'failed', error },
				{ ...rows[3], ...base, status: 'skipped', skipped: 'bounced' },
			]);
			expect(await deliveries.claim(sendId, all, NOW + 99)).toEqual([]);
			const [due] = await deliveries.claim(sendId, all, NOW + 100);
			expect(due).toMatchObject({ index: 1, attempts: 2, repeated: false });
			const outcomes = [a!, b!, c!, d!].map((row) => ({ ...row, status: 'sent' as const }));
			await deliveries.finish(outcomes, NOW + 101);
			expect(await deliveries.count(sendId)).toEqual({
				queued: 0,
				sending: 0,
				sent: 2,
				failed: 1,
				skipped: 1,
			});
			const [first, second] = await deliveries.list(sendId, {}, { limit: 2, after: null });
			expect(first).toEqual(stored[0]);
			expect(second).toMatchObject({ status: 'sent', error: null, notBefore: null });
		});

		it('takes an attempt back that was none, and keeps the count otherwise', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			const [a, b] = [makeDelivery(sendId, 0), makeDelivery(sendId, 1)];
			await deliveries.insertMany([a, b]);
			await deliveries.claim(sendId, all, NOW);
			await deliveries.finish(
				[
					{ id: a.id, sendId, status: 'queued', attempts: 0 },
					{ id: b.id, sendId, status: 'queued' },
				],
				NOW,
			);
			const stored = await deliveries.list(sendId, {}, { limit: 2, after: null });
			expect(stored.map(({ attempts }) => attempts)).toEqual([0, 1]);
		});

		it('gives each of 16 parallel claims rows that no other takes without a mark', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			await deliveries.insertMany(Array.from({ length: 50 }, (_, n) => makeDelivery(sendId, n)));
			const claims = await inParallel(16, () => deliveries.claim(sendId, all, NOW));
			const clean = claims.flat().filter(({ repeated }) => !repeated);
			expect(new Set(clean.map(({ id }) => id)).size).toBe(clean.length);
			const stored = await deliveries.list(sendId, {}, { limit: 50, after: null });
			expect(stored.every(({ status }) => status === 'sending')).toBe(true);
			expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(50);
		});

		it('counts, lists by status page by page, and finds by index', async () => {
			const { deliveries } = current().store;
			const sendId = newId();
			const statuses = ['sent', 'failed', 'sent', 'queued', 'sent'] as const;
			const rows = statuses.map((status, index) => makeDelivery(sendId, index, { status }));
			await deliveries.insertMany(rows);
			const counts = { queued: 1, sending: 0, sent: 3, failed: 1, skipped: 0 };
			expect(await deliveries.count(sendId)).toEqual(counts);
			const none = { queued: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
			expect(await deliveries.count(newId())).toEqual(none);
			const sent = (after: number | null) =>
				deliveries.list(sendId, { status: 'sent' }, { limit: 2, after });
			expect(await sent(null)).toEqual([rows[0], rows[2]]);
			expect(await sent(2)).toEqual([rows[4]]);
			expect(await deliveries.list(sendId, {}, { limit: 9, after: 3 })).toEqual([rows[4]]);
			const other = makeDelivery(newId(), 0);
			await deliveries.insertMany([other]);
			const found = await deliveries.getByIndex([
				{ sendId, index: 1 },
				{ sendId: other.sendId, index: 0 },
				{ sendId, index: 77 },
			]);
			expect(found.sort((a, b) => b.index - a.index)).toEqual([rows[1], other]);
			expect(await deliveries.getByIndex([])).toEqual([]);
		});
	});
}
