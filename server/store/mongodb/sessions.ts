import type { Db } from 'mongodb';

import { KEPT_MS } from '../retention.ts';
import { isLive } from '../session-rules.ts';
import type { Session, SessionStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

type SessionDocument = Stored<Session> & { purgeAt: Date };

function sessionsOf(db: Db) {
	return db.collection<SessionDocument>('sessions');
}

function unendedOf(portalId: string, contactId: string) {
	return { portalId, 'subject.kind': 'contact', 'subject.id': contactId, endedAt: null } as const;
}

function parse(document: SessionDocument): Session;
function parse(document: SessionDocument | null): Session | null;
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
		listLive: async (portalId, contactId, now) => {
			const found = await sessions.find(unendedOf(portalId, contactId)).toArray();
			return found
				.map((document) => parse(document))
				.filter((session) => isLive(session, now))
				.sort((a, b) => (a.id < b.id ? 1 : -1));
		},
		endAll: async (portalId, contactId, now, except) => {
			if (except === null) {
				await endSessionsOfContact(db, portalId, contactId, now);
				return;
			}
			const found = await sessions.find(unendedOf(portalId, contactId)).toArray();
			const ids = found.map(({ _id }) => _id).filter((id) => id !== except);
			const filter = { _id: { $in: ids }, endedAt: null };
			await sessions.updateMany(filter, { $set: { endedAt: now } });
		},
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

export async function endSession(db: Db, id: string, now: number): Promise<boolean> {
	const filter = { _id: id, endedAt: null };
	const { modifiedCount } = await sessionsOf(db).updateOne(filter, { $set: { endedAt: now } });
	return modifiedCount === 1;
}

export async function endSessionsOfContact(
	db: Db,
	portalId: string,
	contactId: string,
	now: number,
): Promise<void> {
	await sessionsOf(db).updateMany(unendedOf(portalId, contactId), { $set: { endedAt: now } });
}

export async function deleteSessionsOfContact(
	db: Db,
	portalId: string,
	contactId: string,
): Promise<void> {
	const theirs = { portalId, 'subject.kind': 'contact', 'subject.id': contactId } as const;
	await sessionsOf(db).deleteMany(theirs);
}
