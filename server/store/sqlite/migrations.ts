import { PortalError } from '../../errors.ts';
import type { Connection } from './connection.ts';

/**
 * Each entry moves the file one version on; `user_version` counts how many were applied. Never change an entry that was
 * released: add one. Rows are appended (rowid tables): measured on links, twice as fast as clustering them by id. Tables and columns have the names of the data model; times are milliseconds, JSON is text.
 */
const migrations: readonly string[] = [
	`
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE portals (
	id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, domains TEXT NOT NULL, appUrl TEXT,
	destinations TEXT NOT NULL, sender TEXT NOT NULL, supportEmail TEXT, brand TEXT NOT NULL, lifetimes TEXT NOT NULL,
	locale TEXT NOT NULL, timeZone TEXT NOT NULL, customValues TEXT NOT NULL,
	createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL
) STRICT;

CREATE TABLE contacts (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, email TEXT NOT NULL,
	firstName TEXT, lastName TEXT, phone TEXT, company TEXT, locale TEXT, timeZone TEXT, fields TEXT NOT NULL,
	invitedAt INTEGER, joinedAt INTEGER, lastLoginAt INTEGER, revokedAt INTEGER, bouncedAt INTEGER,
	createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
	state TEXT NOT NULL GENERATED ALWAYS AS (
		CASE WHEN revokedAt IS NOT NULL THEN 'revoked' WHEN joinedAt IS NOT NULL THEN 'joined'
			WHEN invitedAt IS NOT NULL THEN 'invited' ELSE 'none' END
	) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX contactsByEmail ON contacts (portalId, email);
-- All that lists filter by and stats count, in the order of the lists. The state comes after the id, so that redeeming
-- changes an entry in place: moving it from state to state made commits of redemptions half as large again.
CREATE INDEX contactsById ON contacts (portalId, id, state, invitedAt, joinedAt, bouncedAt);

CREATE TABLE contactTerms (
	portalId TEXT NOT NULL, term TEXT NOT NULL, contactId TEXT NOT NULL, PRIMARY KEY (portalId, term, contactId)
) STRICT, WITHOUT ROWID;

CREATE TABLE magicLinks (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, subjectKind TEXT NOT NULL, subjectId TEXT NOT NULL, email TEXT NOT NULL,
	purpose TEXT NOT NULL, kind TEXT NOT NULL, keyVersion INTEGER NOT NULL, codeTries INTEGER NOT NULL, destination TEXT,
	sendId TEXT, createdBy TEXT NOT NULL, createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL,
	redeemedAt INTEGER, redeemedNonceHash TEXT, redeemedUserAgent TEXT, sessionId TEXT, sessionSecretHash TEXT,
	revokedAt INTEGER, renewals INTEGER NOT NULL, renewedAt INTEGER
) STRICT;

CREATE TABLE sessions (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, subjectKind TEXT NOT NULL, subjectId TEXT NOT NULL,
	linkId TEXT NOT NULL UNIQUE, secretHash TEXT NOT NULL, userAgent TEXT, createdAt INTEGER NOT NULL,
	lastSeenAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, idleMs INTEGER NOT NULL, endedAt INTEGER
) STRICT;
CREATE INDEX sessionsLive ON sessions (subjectId) WHERE endedAt IS NULL;

CREATE TABLE apiKeys (
	id TEXT PRIMARY KEY, portalId TEXT, name TEXT NOT NULL, scopes TEXT NOT NULL, secretHash TEXT NOT NULL,
	keyVersion INTEGER NOT NULL, createdAt INTEGER NOT NULL, revokedAt INTEGER
) STRICT;

CREATE TABLE admins (
	id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, createdAt INTEGER NOT NULL, revokedAt INTEGER
) STRICT;

CREATE TABLE sends (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, transport TEXT NOT NULL,
	recipients INTEGER NOT NULL, linkLifetimeMs INTEGER NOT NULL, createdBy TEXT NOT NULL, createdAt INTEGER NOT NULL,
	updatedAt INTEGER NOT NULL, finishedAt INTEGER, missing TEXT NOT NULL, contents TEXT NOT NULL, unsent TEXT NOT NULL
) STRICT;
CREATE INDEX sendsUnfinished ON sends (createdAt, id) WHERE status IN ('queued', 'sending');

CREATE TABLE deliveries (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, sendId TEXT NOT NULL, "index" INTEGER NOT NULL, contactId TEXT NOT NULL,
	email TEXT NOT NULL, content INTEGER NOT NULL, destination TEXT, status TEXT NOT NULL, skipped TEXT, error TEXT NOT NULL,
	attempts INTEGER NOT NULL, repeated INTEGER NOT NULL, notBefore INTEGER, missing TEXT NOT NULL, messageId TEXT,
	createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL, item TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX deliveriesByIndex ON deliveries (sendId, "index");
CREATE UNIQUE INDEX deliveriesByContact ON deliveries (sendId, contactId);
CREATE INDEX deliveriesByStatus ON deliveries (sendId, status, "index");

CREATE TABLE outbox (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, sendId TEXT, "to" TEXT NOT NULL, subject TEXT NOT NULL,
	createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, sealed TEXT NOT NULL
) STRICT;
CREATE INDEX outboxByPortal ON outbox (portalId, id);
CREATE INDEX outboxByExpiry ON outbox (expiresAt);

CREATE TABLE events (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
	contactId TEXT, linkId TEXT, sendId TEXT, data TEXT NOT NULL
) STRICT;
CREATE INDEX eventsByPortal ON events (portalId, id);
CREATE INDEX eventsByContact ON events (portalId, contactId, id) WHERE contactId IS NOT NULL;
CREATE INDEX eventsByType ON events (portalId, type, id);
CREATE INDEX eventsVisits ON events (linkId) WHERE type = 'link.visited';

CREATE TABLE idempotencyKeys (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, fingerprint TEXT NOT NULL, ownerId TEXT NOT NULL, "index" INTEGER NOT NULL,
	createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotencyKeysByExpiry ON idempotencyKeys (expiresAt);
`,
	`
ALTER TABLE sessions ADD COLUMN keyVersion INTEGER NOT NULL DEFAULT 1;
UPDATE sessions SET keyVersion = coalesce((SELECT keyVersion FROM magicLinks WHERE id = sessions.linkId), 1);
`,
	`
DROP INDEX eventsVisits;
CREATE INDEX eventsVisits ON events (linkId, type) WHERE type IN ('link.visited', 'link.refused', 'link.questioned');
`,
	`
CREATE TABLE limits (
	id TEXT PRIMARY KEY, count INTEGER NOT NULL, expiresAt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX limitsByExpiry ON limits (expiresAt);
`,
	`
ALTER TABLE magicLinks ADD COLUMN hasCode INTEGER NOT NULL DEFAULT 0;
`,
	`
ALTER TABLE contacts ADD COLUMN accessEndedAt INTEGER;
CREATE INDEX magicLinksOfSubject ON magicLinks (subjectId);
CREATE INDEX deliveriesOfContact ON deliveries (contactId);
`,
	`
ALTER TABLE contacts ADD COLUMN linksUsedAt TEXT NOT NULL DEFAULT '{}';
ALTER TABLE portals ADD COLUMN endOtherLinks INTEGER NOT NULL DEFAULT 1;
`,
	`
CREATE TABLE templates (
	id TEXT PRIMARY KEY, portalId TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, draftValues TEXT NOT NULL,
	publishedValues TEXT NOT NULL, version INTEGER NOT NULL, publishedAt INTEGER, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
	updatedBy TEXT NOT NULL, draft TEXT NOT NULL, published TEXT NOT NULL
) STRICT;
CREATE INDEX templatesById ON templates (portalId, id);
CREATE UNIQUE INDEX templatesByName ON templates (portalId, name);
`,
	`
ALTER TABLE magicLinks ADD COLUMN visitingAdminId TEXT;
ALTER TABLE sessions ADD COLUMN visitingAdminId TEXT;
`,
];

/** Brings the file to the newest version, in one transaction: a second process waits, then finds nothing to do. */
export function migrate({ db }: Connection): void {
	db.exec('BEGIN IMMEDIATE');
	try {
		const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
		if (version > migrations.length) {
			throw new PortalError('database_unavailable', {
				detail:
					'The database was made by a newer version of this server. Start that version, or name another file in DATABASE_URL.',
			});
		}
		for (const migration of migrations.slice(version)) db.exec(migration);
		db.exec(`PRAGMA user_version = ${String(migrations.length)}`);
		db.exec('COMMIT');
	} catch (error) {
		if (db.isTransaction) db.exec('ROLLBACK');
		throw error;
	}
}
