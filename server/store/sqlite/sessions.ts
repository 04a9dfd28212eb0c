import { isLive } from '../session-rules.ts';
import type { Session, SessionStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { deleteForgotten } from './expiry.ts';
import { flattenSubject, type FlatSubject, nestSubject } from './subject.ts';
import { defineTable, parseOptional } from './table.ts';

const table = defineTable<FlatSubject<Session>>('sessions', {
	id: 'plain',
	portalId: 'plain',
	subjectKind: 'plain',
	subjectId: 'plain',
	linkId: 'plain',
	secretHash: 'plain',
	keyVersion: 'plain',
	userAgent: 'plain',
	visitingAdminId: 'plain',
	createdAt: 'plain',
	lastSeenAt: 'plain',
	expiresAt: 'plain',
	idleMs: 'plain',
	endedAt: 'plain',
});

const LIVE = 'keyVersion = ? AND expiresAt > ? AND endedAt IS NULL';

/** See SessionStore. */
export function createSessions(database: Database): SessionStore {
	const { read, durable, relaxed } = database;
	return {
		get: (id) => read((sql) => find(sql, 'id', id)),
		// A power cut may set the time back a moment: that ends no session that should live.
		touch: (id, now) =>
			relaxed((sql) => {
				sql.run('UPDATE sessions SET lastSeenAt = ? WHERE id = ? AND lastSeenAt < ?', now, id, now);
			}),
		end: (id, now) =>
			durable((sql) => {
				const ended = 'UPDATE sessions SET endedAt = ? WHERE id = ? AND endedAt IS NULL';
				return sql.run(ended, now, id) === 1;
			}),
		listLive: (portalId, contactId, now) =>
			read((sql) =>
				sql
					.all(
						`SELECT ${table.columns} FROM sessions
						WHERE subjectId = ? AND endedAt IS NULL AND portalId = ? AND subjectKind = 'contact'`,
						...[contactId, portalId],
					)
					.map((row) => nestSubject<Session>(table.parse(row)))
					.filter((session) => isLive(session, now))
					.sort((a, b) => (a.id < b.id ? 1 : -1)),
			),
		endAll: (portalId, contactId, now, except) =>
			durable((sql) => {
				endSessionsOfContact(sql, portalId, contactId, now, except);
			}),
		countLive: (keyVersion, now) =>
			read((sql) => {
				const row = sql.get(`SELECT count(*) AS n FROM sessions WHERE ${LIVE}`, keyVersion, now);
				return Number(row?.['n']);
			}),
		endLive: (keyVersion, now) =>
			durable((sql) => {
				sql.run(`UPDATE sessions SET endedAt = ? WHERE ${LIVE}`, now, keyVersion, now);
			}),
		deleteExpired: (now) => deleteForgotten(database, 'sessions', now),
	};
}

function find(sql: Connection, column: 'id' | 'linkId', value: string): Session | null {
	const row = sql.get(`SELECT ${table.columns} FROM sessions WHERE ${column} = ?`, value);
	const found = parseOptional(table, row);
	return found === null ? null : nestSubject(found);
}

export function findSessionOfLink(sql: Connection, linkId: string): Session | null {
	return find(sql, 'linkId', linkId);
}

export function insertSession(sql: Connection, session: Session): void {
	sql.run(table.insert, ...table.values(flattenSubject(session)));
}

export function endSessionsOfContact(
	sql: Connection,
	portalId: string,
	contactId: string,
	now: number,
	except: string | null = null,
): void {
	sql.run(
		`UPDATE sessions SET endedAt = ?
		WHERE subjectId = ? AND endedAt IS NULL AND portalId = ? AND subjectKind = 'contact' AND id IS NOT ?`,
		...[now, contactId, portalId, except],
	);
}
