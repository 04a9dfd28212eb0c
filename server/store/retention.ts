const day = 24 * 60 * 60 * 1_000;

/** For this long after they have expired, links explain themselves (R15) and sessions show in a contact's activity. */
export const KEPT_MS = 90 * day;

/** No link and no session may expire later than this after the time in its id. */
export const LONGEST_LIFE_MS = 366 * day;

/** True for what counts as unknown, whether it has been deleted yet or not. */
export function isForgotten({ expiresAt }: { expiresAt: number }, now: number): boolean {
	return expiresAt + KEPT_MS <= now;
}
