import { isSuperseded, refusalOfLink, refusalOfSubject } from '../redeem-rules.ts';
import type { Admin, Contact, MagicLink, RedeemRequest, RedeemResult } from '../store.ts';
import { findAdmin } from './admins.ts';
import type { Connection } from './connection.ts';
import { findContact, recordLogin } from './contacts.ts';
import { findLink, linkColumns, parseLink, type StoredLink } from './magic-links.ts';
import { findSessionOfLink, insertSession } from './sessions.ts';

/** See MagicLinkStore.redeem; runs inside one durable transaction. */
export function redeem(sql: Connection, request: RedeemRequest): RedeemResult {
	const consumed = consume(sql, request);
	const stored = consumed ?? findLink(sql, request.linkId);
	if (stored === null) return { ok: false, reason: 'unknown', link: null };
	const { link, sessionSecretHash } = stored;
	if (consumed === null) {
		const reason = refusalOfLink(link, request);
		if (reason !== null) return { ok: false, reason, link: reason === 'unknown' ? null : link };
	}
	const subject = readSubject(sql, link);
	const reason = refusalOfSubject(link, subject.contact ?? subject.admin);
	if (reason !== null) return { ok: false, reason, link };
	const found = consumed === null ? findSessionOfLink(sql, link.id) : null;
	// Ended since: signing out is final, and going back to the link does not undo it.
	if (found !== null && found.endedAt !== null) return { ok: false, reason: 'redeemed', link };
	if (found === null && isSuperseded(link, subject.contact, request)) {
		return { ok: false, reason: 'superseded', link };
	}
	const session = found ?? {
		...request.session,
		subject: link.subject,
		visitingAdminId: link.visitingAdminId,
		id: link.sessionId ?? request.session.id,
		secretHash: sessionSecretHash ?? request.session.secretHash,
	};
	if (found === null) insertSession(sql, session);
	const { contact, admin } = subject;
	const isVisit = link.visitingAdminId !== null;
	const after = contact === null || isVisit ? contact : recordLogin(sql, contact, link);
	const joinedNow = contact?.joinedAt === null && !isVisit;
	const repeated = consumed === null;
	return { ok: true, link, session, contact: after, admin, repeated, joinedNow };
}

function readSubject(
	sql: Connection,
	{ portalId, subject }: MagicLink,
): { contact: Contact | null; admin: Admin | null } {
	return subject.kind === 'contact'
		? { contact: findContact(sql, portalId, subject.id), admin: null }
		: { contact: null, admin: findAdmin(sql, subject.id) };
}

/** The one guarded write: the link for exactly one caller, ever. */
function consume(sql: Connection, request: RedeemRequest): StoredLink | null {
	const { now, nonceHash, userAgent, session, linkId, portalId, purposes } = request;
	return parseLink(
		sql.get(
			`UPDATE magicLinks
			SET redeemedAt = ?, redeemedNonceHash = ?, redeemedUserAgent = ?, visitingAdminId = ?, sessionId = ?,
				sessionSecretHash = ?
			WHERE id = ? AND portalId = ? AND purpose IN (SELECT value FROM json_each(?))
				AND redeemedAt IS NULL AND revokedAt IS NULL AND expiresAt > ?
			RETURNING ${linkColumns}`,
			...[now, nonceHash, userAgent, session.visitingAdminId, session.id, session.secretHash],
			...[linkId, portalId, JSON.stringify(purposes), now],
		),
	);
}
