import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { makeTemplate } from '../store/fixtures.ts';
import { createWorld, inviteFor, itemFor, type World } from './world.ts';

const day = 24 * 3_600_000;

describe('R47 idempotency of sends', () => {
	let world: World;
	let emails: string[];
	beforeEach(async () => {
		world = await createWorld();
		emails = await world.people(3);
	});
	afterEach(() => world.stop());

	const keyed = { idempotencyKey: 'order-1', fingerprint: 'body-1' };
	const everybody = () => ({ items: emails.map((email) => itemFor(email)) });
	const withKeys = (key = 'k') => ({
		items: emails.map((email, n) => itemFor(email, { idempotencyKey: `${key}${String(n)}` })),
	});

	it('one key makes one send, whose answer comes again', async () => {
		const items = [...everybody().items, itemFor('stranger@example.com')];
		const first = await world.order({ items }, keyed);
		await world.runJobs();
		const again = await world.order({ items }, keyed);
		expect(again.report!.send.id).toBe(first.report!.send.id);
		expect(again.finished).toBe(true);
		expect(again.items).toMatchObject([
			...emails.map((email) => ({ contact: { email }, delivery: { status: 'sent' } })),
			{ ok: false, error: { code: 'contact_not_found' } },
		]);
		expect(await world.runJobs()).toEqual([]);
		expect((await world.mails()).size).toBe(3);
	});

	it('remembers an answer without e-mails too', async () => {
		const items = [itemFor('stranger@example.com')];
		for (let n = 0; n < 2; n++) {
			expect(await world.order({ items }, keyed)).toMatchObject({
				...{ report: null, finished: true },
				items: [{ ok: false, error: { code: 'contact_not_found' } }],
			});
		}
	});

	it('answers the send again when its template is gone', async () => {
		const { store, portal } = world;
		const template = makeTemplate({ portalId: portal.id });
		await store.templates.insert({ ...template, published: template.draft });
		const request = {
			...everybody(),
			kind: 'email',
			contents: [{ template: template.id }],
		} as const;
		const first = await world.order(request, keyed);
		await store.templates.delete(portal.id, template.id);
		const again = await world.order(request, keyed);
		expect(again.report!.send.id).toBe(first.report!.send.id);
		const other = { idempotencyKey: 'order-2', fingerprint: 'body-1' };
		await expect(world.order(request, other)).rejects.toMatchObject({ code: 'template_not_found' });
	});

	it('refuses the same key with another body', async () => {
		await world.order(everybody(), keyed);
		await expect(
			world.order(everybody(), { ...keyed, fingerprint: 'body-2' }),
		).rejects.toMatchObject({ code: 'idempotency_key_reused' });
		expect(world.jobs.added).toHaveLength(1);
	});

	it('forgets a key after seven days', async () => {
		const first = await world.order(everybody(), keyed);
		world.clock.advance(7 * day);
		const later = await world.order(everybody(), keyed);
		expect(later.report!.send.id).not.toBe(first.report!.send.id);
	});

	it('lets one of many parallel requests send, and tells the others to come back', async () => {
		const answers = await Promise.allSettled(
			Array.from({ length: 8 }, () => world.order(everybody(), keyed)),
		);
		const sent = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
		expect(new Set(sent.map(({ report }) => report!.send.id)).size).toBe(1);
		for (const answer of answers) {
			if (answer.status === 'rejected') {
				expect(answer.reason).toMatchObject({ code: 'idempotency_in_progress' });
			}
		}
		await world.runJobs();
		expect(world.mailer.batches.flatMap(({ recipients }) => recipients)).toHaveLength(3);
	});

	it('takes over from a request that died before its send was stored, after a minute', async () => {
		const died = jest.spyOn(world.store.sends, 'insert').mockRejectedValue(new Error('died'));
		await expect(world.order({ ...everybody() }, keyed)).rejects.toThrow('died');
		await expect(world.order(withKeys())).rejects.toThrow('died');
		died.mockRestore();
		world.clock.advance(59_999);
		await expect(world.order(everybody(), keyed)).rejects.toMatchObject({
			code: 'idempotency_in_progress',
		});
		expect((await world.order(withKeys())).items).toMatchObject(
			emails.map(() => ({ ok: false, error: { code: 'idempotency_in_progress' } })),
		);
		world.clock.advance(1);
		const [a, b] = [await world.order(everybody(), keyed), await world.order(withKeys())];
		expect([a, b]).toMatchObject([{ report: { send: {} } }, { report: { send: {} } }]);
		// The keys are the new sends' now, and young.
		expect((await world.order(everybody(), keyed)).report!.send.id).toBe(a.report!.send.id);
		await world.runJobs();
		expect(world.mailer.batches.flatMap(({ recipients }) => recipients)).toHaveLength(6);
	});

	it('gives up when it was so slow that its keys may be another request’s by now', async () => {
		const insert = world.store.deliveries.insertMany.bind(world.store.deliveries);
		jest.spyOn(world.store.deliveries, 'insertMany').mockImplementation(async (rows) => {
			await insert(rows);
			world.clock.advance(30_001);
		});
		await expect(world.order(everybody(), keyed)).rejects.toMatchObject({
			code: 'database_unavailable',
		});
		expect(await world.store.sends.listUnfinished(10)).toEqual([]);
	});

	describe('of items', () => {
		it('answers the e-mail that an item led to before, in whatever request it comes', async () => {
			const first = await world.order(withKeys());
			await world.runJobs();
			const [a, b, c] = withKeys().items;
			const again = await world.order({ items: [c!, itemFor('p0@example.com'), b!, a!] });
			const { id } = first.report!.send;
			expect(again.items).toMatchObject([
				{ sendId: id, contact: { email: emails[2] }, delivery: { status: 'sent' } },
				{ ok: true, skipped: 'duplicate' },
				{ sendId: id, contact: { email: emails[1] } },
				{ sendId: id, contact: { email: emails[0] } },
			]);
			expect(again).toMatchObject({ report: null, finished: true });
		});

		it('refuses a key of another item, and takes a repeated one as a duplicate', async () => {
			const item = itemFor(emails[0]!, { idempotencyKey: 'k' });
			const { items } = await world.order({
				items: [item, item, itemFor(emails[1]!, { idempotencyKey: 'k' })],
			});
			expect(items).toMatchObject([
				{ delivery: { status: 'queued' } },
				{ skipped: 'duplicate' },
				{ ok: false, error: { code: 'idempotency_key_reused' } },
			]);
			const other = await world.order({ items: [{ ...item, destination: '/courses' }] });
			expect(other.items).toMatchObject([{ error: { code: 'idempotency_key_reused' } }]);
		});

		it('is free again when the item led to no e-mail', async () => {
			const item = itemFor('late@example.com', { idempotencyKey: 'k' });
			expect((await world.order({ items: [item] })).items).toMatchObject([
				{ error: { code: 'contact_not_found' } },
			]);
			await world.order({ kind: 'invitation', items: [inviteFor('late@example.com')] });
			expect((await world.order({ items: [item] })).items).toMatchObject([
				{ delivery: { status: 'queued' } },
			]);
		});

		it('lets one of many parallel requests send each item', async () => {
			const answers = await Promise.all(Array.from({ length: 8 }, () => world.order(withKeys())));
			await world.runJobs();
			expect(world.mailer.batches.flatMap(({ recipients }) => recipients)).toHaveLength(3);
			for (const item of answers.flatMap(({ items }) => items)) {
				if (!item.ok) expect(item.error.code).toBe('idempotency_in_progress');
			}
		});

		it('invites once, and says so again instead of “already invited”', async () => {
			const item = inviteFor('new@example.com', { idempotencyKey: 'k' });
			const request = { kind: 'invitation' as const, items: [item] };
			await world.order(request);
			await world.runJobs();
			const again = await world.order(request, { waitMs: 1000 });
			expect(again.items).toMatchObject([{ ok: true, delivery: { status: 'sent' } }]);
			expect(world.mailer.batches).toHaveLength(1);
		});
	});
});
