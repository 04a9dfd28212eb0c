import { isForgotten } from './retention.ts';
import type { MagicLink, RedeemRefusal, RedeemRequest } from './store.ts';

/**
 * Why a link that the guarded write left alone gives no session; null when this is the browser that redeemed it,
 * asking again in time (R9).
 */
export function refusalOfLink(link: MagicLink, request: RedeemRequest): RedeemRefusal | null {
	if (link.portalId !== request.portalId || isForgotten(link, request.now)) return 'unknown';
	if (!request.purposes.includes(link.purpose)) return 'wrong_purpose';
	if (link.revokedAt !== null) return 'revoked';
	if (link.redeemedAt !== null) {
		const inTime = request.now - link.redeemedAt <= request.repeatWithinMs;
		return inTime && link.redeemedNonceHash === request.nonceHash ? null : 'redeemed';
	}
	// Neither used nor expired: it was inserted after the guarded write had looked.
	return link.expiresAt <= request.now ? 'expired' : 'unknown';
}

/** Why a link's contact or admin may not log in with it; null when nothing is in the way (R18, R20, R21). */
export function refusalOfSubject(
	link: MagicLink,
	subject: { email: string; revokedAt: number | null } | null,
): RedeemRefusal | null {
	if (subject === null) return 'subject_gone';
	if (subject.revokedAt !== null) return 'subject_revoked';
	return subject.email === link.email ? null : 'address_changed';
}
