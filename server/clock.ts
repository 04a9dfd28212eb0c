/** The server's only source of time. Injected everywhere, so that no test sleeps. */
export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
