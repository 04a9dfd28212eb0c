import type { Session } from './store.ts';

/**
 * Whether somebody came back to a session when its sign-in was over for `stayMs`. A scanner that got in may follow where the link
 * leads and fetch what is there, but it does so at once.
 */
export function wasUsed({ createdAt, lastSeenAt }: Session, stayMs: number): boolean {
	return lastSeenAt - createdAt >= stayMs;
}

/** Whether a session still signs in: neither ended, nor past its end, nor idle for too long (R41). */
export function isLive(session: Session, now: number): boolean {
	return (
		session.endedAt === null && session.expiresAt > now && session.lastSeenAt + session.idleMs > now
	);
}
