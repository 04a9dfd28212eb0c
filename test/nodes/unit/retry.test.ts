import { describe, expect, it } from '@jest/globals';

import { pause, pauseAfter } from '../../../nodes/ClientPortal/transport/retry.ts';

const now = Date.UTC(2026, 0, 1);

describe('pauseAfter', () => {
	it('doubles from half a second', () => {
		expect([1, 2, 3].map((attempt) => pauseAfter(attempt, undefined, now))).toEqual([
			500, 1000, 2000,
		]);
	});

	it('honours Retry-After in seconds and as a date', () => {
		expect(pauseAfter(1, '7', now)).toBe(7000);
		expect(pauseAfter(1, '0', now)).toBe(0);
		expect(pauseAfter(1, new Date(now + 3000).toUTCString(), now)).toBe(3000);
	});

	it('never waits longer than a minute, nor less than nothing', () => {
		expect(pauseAfter(1, '86400', now)).toBe(60_000);
		expect(pauseAfter(1, new Date(now - 5000).toUTCString(), now)).toBe(0);
	});

	it('falls back to its own pause when Retry-After makes no sense', () => {
		expect(pauseAfter(2, 'soon', now)).toBe(1000);
	});
});

describe('pause', () => {
	it('is over at once when the execution is cancelled', async () => {
		const cancellation = new AbortController();
		const pausing = pause(3_600_000, cancellation.signal);
		cancellation.abort();
		await expect(pausing).resolves.toBeUndefined();
		await expect(pause(3_600_000, cancellation.signal)).resolves.toBeUndefined();
	});
});
