import { describe, expect, it } from '@jest/globals';

import type { IdempotencyKey } from '../../../../server/store/store.ts';
import type { Current } from '../contract.ts';
import { hardTexts, HOUR, inParallel, makeEvent, makeMessage, newId, NOW } from '../fixtures.ts';

function makeKey(set: Partial<IdempotencyKey> = {}): IdempotencyKey {
	return {
		id: newId(),
		portalId: newId(),
		fingerprint: 'what was asked',
		ownerId: newId(),
		index: 0,
		createdAt: NOW,
		expiresAt: NOW + HOUR,
		...set,
	};
}

export function eventsContract(current: Current): void {
	describe('EventStore', () => {
		it('appends each event once and lists newest first, by contact, by type, page by page', async () => {
			const { events } = current().store;
			const [portalId, contactId] = [newId(), newId()];
			const made = [
				makeEvent(portalId, { contactId, data: { texts: hardTexts } }),
				makeEvent(portalId, { type: 'send.finished', sendId: newId() }),
				makeEvent(portalId, { contactId, type: 'contact.joined', linkId: newId() }),
				makeEvent(portalId),
			];
			await events.append(made.slice(0, 2));
			await events.append(made);
			await events.append([makeEvent(newId()), makeEvent(newId(), { contactId })]);
			await events.append([]);
			const [a, b, c, d] = made;
			const list = (filter: { contactId?: string; type?: string }, after: string | null = null) =>
				events.list(portalId, filter, { limit: 2, after });
			expect(await list({})).toEqual([d, c]);
			expect(await list({}, c!.id)).toEqual([b, a]);
			expect(await list({ contactId })).toEqual([c, a]);
			expect(await list({ contactId }, c!.id)).toEqual([a]);
			expect(await list({ type: 'contact.created' })).toEqual([d, a]);
			expect(await list({ type: 'contact.created', contactId })).toEqual([a]);
		});

		it('R1 records at most 20 visits and 20 refusals of a link, however many come at once', async () => {
			const { events } = current().store;
			const [portalId, linkId] = [newId(), newId()];
			const types = ['link.visited', 'link.refused'] as const;
			const append = (type: (typeof types)[number], link: string) =>
				events.appendVisit({ ...makeEvent(portalId), type, linkId: link }, 20);
			await events.append([makeEvent(portalId, { type: 'link.generated', linkId })]);
			const recorded = await inParallel(128, (n) => append(types[n % 2]!, linkId));
			expect(recorded.filter(Boolean)).toHaveLength(40);
			const page = { limit: 100, after: null };
			for (const type of types) {
				expect(await append(type, linkId)).toBe(false);
				expect(await append(type, newId())).toBe(true);
				const listed = await events.list(portalId, { type }, page);
				expect(listed.filter((event) => event.linkId === linkId)).toHaveLength(20);
			}
		});
	});

	describe('OutboxStore', () => {
		it('stores each message once, lists without its content, and deletes what has expired', async () => {
			const { outbox } = current().store;
			const portalId = newId();
			const made = [
				makeMessage(portalId, {
					to: hardTexts[0]!,
					subject: hardTexts[3]!,
					sealed: 'x'.repeat(100_000),
				}),
				makeMessage(portalId, { expiresAt: NOW + 2 * HOUR, sendId: newId() }),
				makeMessage(portalId),
			];
			await outbox.insertMany(made);
			await outbox.insertMany(made.map((message) => ({ ...message, sealed: 'other' })));
			await outbox.insertMany([]);
			expect(await outbox.get(portalId, made[0]!.id)).toEqual(made[0]);
			expect(await outbox.get(newId(), made[0]!.id)).toBeNull();
			const heads = made.map(({ id, to, subject, sendId, createdAt, expiresAt }) => ({
				id,
				portalId,
				sendId,
				to,
				subject,
				createdAt,
				expiresAt,
			}));
			heads.reverse();
			expect(await outbox.list(portalId, { limit: 2, after: null })).toEqual(heads.slice(0, 2));
			expect(await outbox.list(portalId, { limit: 2, after: heads[1]!.id })).toEqual([heads[2]]);
			expect(await outbox.deleteExpired(NOW + HOUR - 1)).toBe(0);
			expect(await outbox.deleteExpired(NOW + HOUR)).toBe(2);
			expect(await outbox.list(portalId, { limit: 9, after: null })).toEqual([heads[1]]);
		});
	});

	describe('IdempotencyKeyStore', () => {
		it('R47 gives a key to one of 64 parallel callers and shows all of them who has it', async () => {
			const { idempotencyKeys } = current().store;
			const key = makeKey();
			const answers = await inParallel(64, (n) =>
				idempotencyKeys.claimMany([{ ...key, ownerId: `owner ${n}`, index: n }], NOW),
			);
			const owners = new Set(answers.flat().map(({ ownerId, index }) => `${ownerId} ${index}`));
			expect(owners.size).toBe(1);
		});

		it('answers in input order, known keys, new ones and one key twice mixed', async () => {
			const { idempotencyKeys } = current().store;
			const known = makeKey();
			await idempotencyKeys.claimMany([known], NOW);
			const [fresh, last] = [makeKey(), makeKey()];
			const asked = [fresh, { ...known, ownerId: newId() }, { ...fresh, index: 5 }, last];
			expect(await idempotencyKeys.claimMany(asked, NOW)).toEqual([fresh, known, fresh, last]);
			expect(await idempotencyKeys.claimMany([], NOW)).toEqual([]);
		});

		it('counts an expired key as absent, for one of 16 parallel callers', async () => {
			const { idempotencyKeys } = current().store;
			const old = makeKey();
			expect(await idempotencyKeys.get(old.id, NOW)).toBeNull();
			await idempotencyKeys.claimMany([old], NOW);
			expect(await idempotencyKeys.get(old.id, NOW + HOUR - 1)).toEqual(old);
			expect(await idempotencyKeys.get(old.id, NOW + HOUR)).toBeNull();
			const later = { createdAt: NOW + HOUR, expiresAt: NOW + 2 * HOUR };
			const ask = (ownerId: string, now: number) =>
				idempotencyKeys.claimMany([{ ...old, ...later, ownerId }], now);
			expect(await ask('too early', NOW + HOUR - 1)).toEqual([old]);
			const answers = await inParallel(16, (n) => ask(`owner ${n}`, NOW + HOUR));
			expect(new Set(answers.flat().map(({ ownerId }) => ownerId)).size).toBe(1);
			expect(answers[0]?.[0]).toMatchObject({ id: old.id, ...later });
			expect(await idempotencyKeys.deleteExpired(NOW + HOUR)).toBeGreaterThanOrEqual(0);
			expect(await ask('late', NOW + HOUR)).toEqual(answers[0]);
			expect(await idempotencyKeys.deleteExpired(NOW + 2 * HOUR)).toBeGreaterThanOrEqual(1);
			expect((await ask('new', NOW + HOUR))[0]).toMatchObject({ ownerId: 'new' });
		});

		it('hands a key over to exactly one of 64 parallel callers', async () => {
			const { idempotencyKeys } = current().store;
			const key = makeKey();
			await idempotencyKeys.claimMany([key], NOW);
			const taken = await inParallel(64, (n) =>
				idempotencyKeys.takeOver(key.id, key.ownerId, { ownerId: `owner ${n}`, index: n }),
			);
			expect(taken.filter(Boolean)).toHaveLength(1);
			const winner = taken.indexOf(true);
			const [stored] = await idempotencyKeys.claimMany([key], NOW);
			expect(stored).toEqual({ ...key, ownerId: `owner ${winner}`, index: winner });
			expect(await idempotencyKeys.takeOver(newId(), 'x', { ownerId: 'y', index: 0 })).toBe(false);
		});
	});
}
