import { isForgotten } from './retention.ts';
import type { Contact, MagicLink, RedeemRefusal, RedeemRequest } from './store.ts';

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

/** Whom a link is for, as far as it matters to the link; admins have no `accessEndedAt`. */
export interface LinkSubject {
	email: string;
	revokedAt: number | null;
	accessEndedAt?: number | null;
}

/** Why a link's contact or admin may not log in with it; null when nothing is in the way (R18, R20, R21). */
export function refusalOfSubject(
	link: MagicLink,
	subject: LinkSubject | null,
): 'subject_gone' | 'subject_revoked' | 'address_changed' | 'revoked' | null {
	if (subject === null) return 'subject_gone';
	if (subject.revokedAt !== null) return 'subject_revoked';
	if (subject.email !== link.email) return 'address_changed';
	return isOver(link, subject) ? 'revoked' : null;
}

/** Whether access has ended since a link or session was made (R20). */
export function isOver(made: { createdAt: number }, subject: Pick<LinkSubject, 'accessEndedAt'>) {
	const endedAt = subject.accessEndedAt ?? null;
	return endedAt !== null && made.createdAt <= endedAt;
}

/**
 * Whether another link of its kind was redeemed since an unused link was made (R22). Links of custom values stay good: they stand
 * in e-mails that are about something else.
 */
export function isSuperseded(
	link: MagicLink,
	contact: Pick<Contact, 'linksUsedAt'> | null,
	{ endOtherLinks }: { endOtherLinks: boolean },
): boolean {
	if (!endOtherLinks || contact === null || link.kind === 'custom_value') return false;
	return link.createdAt <= (contact.linksUsedAt[link.kind] ?? -1);
}
