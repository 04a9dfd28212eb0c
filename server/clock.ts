/** The server's only source of time. Injected everywhere, so that no test sleeps. */
export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Calls `run` in `ms` milliseconds; what waits keeps no process alive. Injected like the clock. */
export type Later = (ms: number, run: () => void) => void;

export const systemLater: Later = (ms, run) => {
	setTimeout(run, ms).unref();
};
