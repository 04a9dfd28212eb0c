import type { Session } from './store.ts';

/** Whether a session still signs in: neither ended, nor past its end, nor idle for too long (R41). */
export function isLive(session: Session, now: number): boolean {
	return (
		session.endedAt === null && session.expiresAt > now && session.lastSeenAt + session.idleMs > now
	);
}
