import { describe, expect, it } from '@jest/globals';

import { toInstant } from '../../../nodes/ClientPortal/actions/instant.ts';

describe('toInstant', () => {
	it('reads a time without a zone on the clock of the workflow', () => {
		expect(toInstant('2026-07-01T09:00:00', 'Europe/Vienna')).toBe('2026-07-01T07:00:00.000Z');
		expect(toInstant('2026-01-01T09:00', 'America/New_York')).toBe('2026-01-01T14:00:00.000Z');
		expect(toInstant('2026-07-01', 'Asia/Kathmandu')).toBe('2026-06-30T18:15:00.000Z');
		expect(toInstant('2026-07-01 09:00:00', 'UTC')).toBe('2026-07-01T09:00:00.000Z');
	});

	it('is right on both sides of a change of the clock', () => {
		expect(toInstant('2026-03-29T01:59:00', 'Europe/Vienna')).toBe('2026-03-29T00:59:00.000Z');
		expect(toInstant('2026-03-29T03:01:00', 'Europe/Vienna')).toBe('2026-03-29T01:01:00.000Z');
	});

	it('keeps the zone that a text names', () => {
		expect(toInstant('2026-07-01T09:00:00+02:00', 'UTC')).toBe('2026-07-01T07:00:00.000Z');
		expect(toInstant('2026-07-01T09:00:00Z', 'Europe/Vienna')).toBe('2026-07-01T09:00:00.000Z');
	});

	it('takes a Date, and the DateTime that $now gives', () => {
		const ms = Date.UTC(2026, 6, 1);
		const dateTime = { toMillis: () => ms, valueOf: () => ms };
		expect(toInstant(new Date(ms), 'UTC')).toBe('2026-07-01T00:00:00.000Z');
		expect(toInstant(dateTime, 'UTC')).toBe('2026-07-01T00:00:00.000Z');
	});

	it.each(['yesterday', '2026-13-01', {}, 5, new Date('x')])('answers null for %p', (value) => {
		expect(toInstant(value, 'UTC')).toBeNull();
	});
});
