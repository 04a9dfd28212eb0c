import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { hardTexts, inParallel, newId } from '../fixtures.ts';

export function storeContract(current: Current): void {
	describe('Store', () => {
		it('answers a ping and proves itself atomic', async () => {
			const { store } = current();
			await expect(store.ping()).resolves.toBeUndefined();
			await expect(store.selfTest()).resolves.toBeUndefined();
		});

		it('opens again without harm, also by four at once', async () => {
			await current().store.open();
			const others = Array.from({ length: 4 }, () => current().another());
			await Promise.all(others.map((other) => other.open()));
			await Promise.all(others.map((other) => other.ping()));
			await Promise.all(others.map((other) => other.close()));
		});

		it('is unavailable, and says so, before it is open and after it is closed', async () => {
			const other = current().another();
			await expect(other.ping()).rejects.toMatchObject({ code: 'database_unavailable' });
			await other.open();
			await other.close();
			await other.close();
			await expect(other.meta.get('x')).rejects.toMatchObject({ code: 'database_unavailable' });
			await expect(other.meta.compareAndSet('x', null, 'y')).rejects.toMatchObject({
				code: 'database_unavailable',
			});
		});

		it('keeps the jobs of Agenda', async () => {
			const backend = await current().store.jobBackend();
			await backend.connect();
			expect(backend.name).toBe(current().store.kind === 'sqlite' ? 'SQLite' : 'MongoDB');
			expect(await backend.repository.getQueueSize()).toBe(0);
		});
	});

	describe('MetaStore', () => {
		it('sets a value only where the present one is as expected', async () => {
			const { meta } = current().store;
			const name = newId();
			expect(await meta.get(name)).toBeNull();
			expect(await meta.compareAndSet(name, 'a', 'b')).toBe(false);
			expect(await meta.compareAndSet(name, null, 'a')).toBe(true);
			expect(await meta.compareAndSet(name, null, 'b')).toBe(false);
			expect(await meta.compareAndSet(name, 'x', 'b')).toBe(false);
			expect(await meta.get(name)).toBe('a');
			expect(await meta.compareAndSet(name, 'a', hardTexts[0]!)).toBe(true);
			expect(await meta.get(name)).toBe(hardTexts[0]);
		});

		it('has one winner among 64 parallel callers, for a new name and for a known one', async () => {
			const { meta } = current().store;
			const name = newId();
			const first = await inParallel(64, (n) => meta.compareAndSet(name, null, `first ${n}`));
			expect(first.filter(Boolean)).toHaveLength(1);
			const stored = await meta.get(name);
			expect(stored).toBe(`first ${first.indexOf(true)}`);
			const second = await inParallel(64, (n) => meta.compareAndSet(name, stored, `second ${n}`));
			expect(second.filter(Boolean)).toHaveLength(1);
			expect(await meta.get(name)).toBe(`second ${second.indexOf(true)}`);
		});
	});
}
