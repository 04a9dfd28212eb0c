import type { Db } from 'mongodb';

import { isSuperseded, refusalOfLink, refusalOfSubject } from '../redeem-rules.ts';
import type { Admin, Contact, MagicLink, RedeemRequest, RedeemResult, Session } from '../store.ts';
import { findAdmin } from './admins.ts';
import { contactsOf } from './contact-documents.ts';
import { recordLogin } from './contact-states.ts';
import { findContact } from './contacts.ts';
import { type LinkDocument, linksOf, parseLink } from './magic-links.ts';
import { endSession, findSessionOfLink, insertSession } from './sessions.ts';

/**
 * See MagicLinkStore.redeem. The order of the writes is what makes it safe without a transaction: link, session, contact.
 * Whatever is missing after a crash is written when the same browser asks again.
 */
export async function redeem(db: Db, request: RedeemRequest): Promise<RedeemResult> {
	const consumed = await consume(db, request);
	const document = consumed ?? (await linksOf(db).findOne({ _id: request.linkId }));
	if (document === null) return { ok: false, reason: 'unknown', link: null };
	const link = parseLink(document);
	if (consumed === null) {
		const reason = refusalOfLink(link, request);
		if (reason !== null) return { ok: false, reason, link: reason === 'unknown' ? null : link };
	}
	const subject = await readSubject(db, link);
	const reason = refusalOfSubject(link, subject.contact ?? subject.admin);
	if (reason !== null) return { ok: false, reason, link };
	if (isSuperseded(link, subject.contact, request)) {
		// Its own redemption, said again, has a session already.
		const found = consumed === null ? await findSessionOfLink(db, link.id) : null;
		if (found === null) return { ok: false, reason: 'superseded', link };
	}
	const session = await ensureSession(db, document, request);
	// Ended since: signing out is final, and going back to the link does not undo it.
	if (session.endedAt !== null) return { ok: false, reason: 'redeemed', link };
	const repeated = consumed === null;
	if (subject.contact === null || link.visitingAdminId !== null) {
		return { ok: true, link, session, ...subject, repeated, joinedNow: false };
	}
	const at = link.redeemedAt ?? request.now;
	const { accessEndedAt } = subject.contact;
	const who = { portalId: link.portalId, _id: link.subject.id, email: link.email, accessEndedAt };
	const login = await recordLogin(contactsOf(db), who, at, link.kind);
	if (login === null) return await takeBack(db, link, session, request.now);
	return { ok: true, link, session, admin: null, repeated, ...login };
}

/** The one guarded write: the document for exactly one caller, ever. */
async function consume(db: Db, request: RedeemRequest): Promise<LinkDocument | null> {
	const { now, nonceHash, userAgent, session, linkId, portalId, purposes } = request;
	return await linksOf(db).findOneAndUpdate(
		{
			_id: linkId,
			portalId,
			purpose: { $in: [...purposes] },
			redeemedAt: null,
			revokedAt: null,
			expiresAt: { $gt: now },
		},
		{
			$set: {
				redeemedAt: now,
				redeemedNonceHash: nonceHash,
				redeemedUserAgent: userAgent,
				visitingAdminId: session.visitingAdminId,
				sessionId: session.id,
				sessionSecretHash: session.secretHash,
			},
		},
		{ returnDocument: 'after' },
	);
}

async function readSubject(
	db: Db,
	{ portalId, subject }: MagicLink,
): Promise<{ contact: Contact | null; admin: Admin | null }> {
	return subject.kind === 'contact'
		? { contact: await findContact(contactsOf(db), portalId, subject.id), admin: null }
		: { contact: null, admin: await findAdmin(db, subject.id) };
}

/** The link's session: the one that is there, or the one that the winner of the link was to make. */
async function ensureSession(db: Db, link: LinkDocument, request: RedeemRequest): Promise<Session> {
	const session: Session = {
		...request.session,
		subject: link.subject,
		visitingAdminId: link.visitingAdminId,
		id: link.sessionId ?? request.session.id,
		secretHash: link.sessionSecretHash ?? request.session.secretHash,
	};
	if (await insertSession(db, session)) return session;
	return (await findSessionOfLink(db, link._id)) ?? session;
}

/** The contact was revoked or got another address after it was read: the session just made ends. */
async function takeBack(
	db: Db,
	link: MagicLink,
	session: Session,
	now: number,
): Promise<RedeemResult> {
	await endSession(db, session.id, now);
	const { contact } = await readSubject(db, link);
	return { ok: false, reason: refusalOfSubject(link, contact) ?? 'subject_gone', link };
}
