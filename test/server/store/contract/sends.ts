import { describe, expect, it } from '@jest/globals';

import type { SendStatus } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { hardTexts, inParallel, makeSend, newId, NOW } from '../fixtures.ts';

export function sendsContract(current: Current): void {
	describe('SendStore', () => {
		it('gives back what was inserted, and inserts an id once', async () => {
			const { sends } = current().store;
			const send = makeSend({
				contents: [
					...hardTexts.map((text) => ({ subject: text, html: text, text })),
					{ subject: 'Hallo', html: '', text: 'x', locale: 'de' },
				],
				missing: { 'contact.first_name': 2 },
				unsent: [
					{
						index: 0,
						contactId: newId(),
						email: 'a@example.org',
						skipped: 'bounced',
						error: null,
						earlier: null,
					},
					{
						index: 1,
						contactId: null,
						email: null,
						skipped: null,
						error: { code: 'contact_not_found', detail: null },
						earlier: { sendId: newId(), index: 7 },
					},
				],
			});
			const inserted = await inParallel(16, () => sends.insert(send));
			expect(inserted.filter(Boolean)).toHaveLength(1);
			expect(await sends.insert({ ...send, transport: 'smtp' })).toBe(false);
			expect(await sends.get(send.portalId, send.id)).toEqual(send);
			expect(await sends.get(newId(), send.id)).toBeNull();
			expect(await sends.get(send.portalId, newId())).toBeNull();
		});

		it('moves a send for exactly one of 64 parallel callers', async () => {
			const { sends } = current().store;
			const send = makeSend();
			await sends.insert(send);
			const move = (
				from: SendStatus[],
				to: SendStatus,
				now: number,
				missing?: Record<string, number>,
			) => sends.setStatus(send.id, from, to, { now, ...(missing && { missing }) });
			expect(await move(['sending', 'finished'], 'finished', NOW)).toBe(false);
			const moved = await inParallel(64, () => move(['queued'], 'sending', NOW + 1));
			expect(moved.filter(Boolean)).toHaveLength(1);
			const sending = { ...send, status: 'sending', updatedAt: NOW + 1 };
			expect(await sends.get(send.portalId, send.id)).toEqual(sending);
			const missing = { 'custom_values.a.b': 3 };
			const finished = await inParallel(64, () =>
				move(['queued', 'sending'], 'finished', NOW + 2, missing),
			);
			expect(finished.filter(Boolean)).toHaveLength(1);
			expect(await sends.get(send.portalId, send.id)).toEqual({
				...sending,
				status: 'finished',
				updatedAt: NOW + 2,
				finishedAt: NOW + 2,
				missing,
			});
			expect(await sends.setStatus(newId(), ['queued'], 'sending', { now: NOW })).toBe(false);
		});

		it('lists what is unfinished, of all portals, oldest first', async () => {
			const { sends } = current().store;
			const long = -1_000_000_000;
			const made = (['queued', 'finished', 'sending', 'finished', 'queued'] as const).map(
				(status, n) => makeSend({ status, createdAt: NOW + long + (n === 4 ? -1 : n) }),
			);
			for (const send of made) await sends.insert(send);
			const expected = [made[4], made[0], made[2]];
			expect(await sends.listUnfinished(3)).toEqual(expected);
			expect(await sends.listUnfinished(2)).toEqual(expected.slice(0, 2));
		});
	});
}
