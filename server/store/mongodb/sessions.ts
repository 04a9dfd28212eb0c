import type { Db } from 'mongodb';

import { KEPT_MS } from '../retention.ts';
import type { Session, SessionStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

type SessionDocument = Stored<Session> & { purgeAt: Date };

function sessionsOf(db: Db) {
	return db.collection<SessionDocument>('sessions');
}

function parse(document: SessionDocument | null): Session | null {
	return document === null ? null : fromDocument<Session>(document, 'purgeAt');
}

/** `purgeAt` has an index, and says the same as `expiresAt`. */
function live(keyVersion: number, now: number) {
	return { purgeAt: { $gt: new Date(now + KEPT_MS) }, keyVersion, endedAt: null };
}

/** See SessionStore. */
export function createSessions(db: Db): SessionStore {
	const sessions = sessionsOf(db);
	return {
		get: async (id) => parse(await sessions.findOne({ _id: id })),
		touch: async (id, now) => {
			await sessions.updateOne({ _id: id }, { $max: { lastSeenAt: now } });
		},
		end: (id, now) => endSession(db, id, now),
		countLive: (keyVersion, now) => sessions.countDocuments(live(keyVersion, now)),
		endLive: async (keyVersion, now) => {
			await sessions.updateMany(live(keyVersion, now), { $set: { endedAt: now } });
		},
		deleteExpired: async (now) =>
			(await sessions.deleteMany({ purgeAt: { $lte: new Date(now) } })).deletedCount,
	};
}

export async function findSessionOfLink(db: Db, linkId: string): Promise<Session | null> {
	return parse(await sessionsOf(db).findOne({ linkId }));
}

/** False when the link has a session already. */
export async function insertSession(db: Db, session: Session): Promise<boolean> {
	const document = { ...toDocument(session), purgeAt: new Date(session.expiresAt + KEPT_MS) };
	return (await insertNew(sessionsOf(db), [document])).length === 0;
}

export async function endSession(db: Db, id: string, now: number): Promise<void> {
	await sessionsOf(db).updateOne({ _id: id, endedAt: null }, { $set: { endedAt: now } });
}

export async function endSessionsOfContact(
	db: Db,
	portalId: string,
	contactId: string,
	now: number,
): Promise<void> {
	await sessionsOf(db).updateMany(
		{ portalId, 'subject.kind': 'contact', 'subject.id': contactId, endedAt: null },
		{ $set: { endedAt: now } },
	);
}
