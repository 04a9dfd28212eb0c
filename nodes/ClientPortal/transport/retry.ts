import { sleep } from 'n8n-workflow';

export const maximumAttempts = 4;

const firstPauseMs = 500;
const longestPauseMs = 60_000;
const sliceMs = 200;

/** How long to wait after the given attempt (from 1): as long as `Retry-After` says (seconds or a date), else 0.5 s, 1 s, 2 s. */
export function pauseAfter(attempt: number, retryAfter: unknown, now: number): number {
	const asked = typeof retryAfter === 'string' ? askedPause(retryAfter.trim(), now) : null;
	const pause = asked ?? firstPauseMs * 2 ** (attempt - 1);
	return Math.min(Math.max(pause, 0), longestPauseMs);
}

function askedPause(retryAfter: string, now: number): number | null {
	if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
	const date = Date.parse(retryAfter);
	return Number.isNaN(date) ? null : date - now;
}

/** Waits; soon over when the execution is cancelled. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
	for (let left = ms; left > 0 && !signal?.aborted; left -= sliceMs) {
		await sleep(Math.min(left, sliceMs));
	}
}
