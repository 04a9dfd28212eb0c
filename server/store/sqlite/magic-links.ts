import type { MagicLink, MagicLinkStore } from '../store.ts';
import type { Connection, Row } from './connection.ts';
import type { Database } from './database.ts';
import { insertEvents } from './events.ts';
import { deleteForgotten } from './expiry.ts';
import { redeem } from './redeem.ts';
import { flattenSubject, type FlatSubject, nestSubject } from './subject.ts';
import { defineTable } from './table.ts';

export interface StoredLink {
	link: MagicLink;
	/** Of the session that the link was redeemed for: with it a redemption cut short is completed with the same session. */
	sessionSecretHash: string | null;
}

type LinkRow = FlatSubject<MagicLink> & Pick<StoredLink, 'sessionSecretHash'>;

const table = defineTable<LinkRow>('magicLinks', {
	id: 'plain',
	portalId: 'plain',
	subjectKind: 'plain',
	subjectId: 'plain',
	email: 'plain',
	purpose: 'plain',
	kind: 'plain',
	keyVersion: 'plain',
	hasCode: 'boolean',
	codeTries: 'plain',
	destination: 'plain',
	sendId: 'plain',
	createdBy: 'plain',
	createdAt: 'plain',
	expiresAt: 'plain',
	redeemedAt: 'plain',
	redeemedNonceHash: 'plain',
	redeemedUserAgent: 'plain',
	visitingAdminId: 'plain',
	sessionId: 'plain',
	sessionSecretHash: 'plain',
	revokedAt: 'plain',
	renewals: 'plain',
	renewedAt: 'plain',
});

const LIVE = 'keyVersion = ? AND expiresAt > ? AND redeemedAt IS NULL AND revokedAt IS NULL';

/** See MagicLinkStore. */
export function createMagicLinks(database: Database): MagicLinkStore {
	const { read, durable } = database;
	return {
		insertMany: (links) => durable((sql) => links.map((link) => insert(sql, link))),
		get: (id) => read((sql) => findLink(sql, id)?.link ?? null),
		redeem: (request, eventsOf = () => []) =>
			durable((sql) => {
				const result = redeem(sql, request);
				if (result.ok) insertEvents(sql, eventsOf(result));
				return result;
			}),
		countCodeTry: (id, max) =>
			durable(
				(sql) =>
					sql.run(
						'UPDATE magicLinks SET codeTries = codeTries + 1 WHERE id = ? AND codeTries < ?',
						...[id, max],
					) === 1,
			),
		giveBackCodeTry: (id) =>
			durable((sql) => {
				sql.run(
					'UPDATE magicLinks SET codeTries = codeTries - 1 WHERE id = ? AND codeTries > 0',
					id,
				);
			}),
		countRenewal: (id, { now, minIntervalMs, max }) =>
			durable(
				(sql) =>
					sql.run(
						`UPDATE magicLinks SET renewals = renewals + 1, renewedAt = ?
						WHERE id = ? AND renewals < ? AND (renewedAt IS NULL OR renewedAt <= ?)`,
						...[now, id, max, now - minIntervalMs],
					) === 1,
			),
		countLive: (keyVersion, now) =>
			read((sql) => {
				const row = sql.get(`SELECT count(*) AS n FROM magicLinks WHERE ${LIVE}`, keyVersion, now);
				return Number(row?.['n']);
			}),
		revokeLive: (keyVersion, now) =>
			durable((sql) => {
				sql.run(`UPDATE magicLinks SET revokedAt = ? WHERE ${LIVE}`, now, keyVersion, now);
			}),
		deleteExpired: (now) => deleteForgotten(database, 'magicLinks', now),
	};
}

export const linkColumns = table.columns;

export function parseLink(row: Row | undefined): StoredLink | null {
	if (row === undefined) return null;
	const { sessionSecretHash, ...flat } = table.parse(row);
	return { link: nestSubject(flat), sessionSecretHash };
}

export function findLink(sql: Connection, id: string): StoredLink | null {
	return parseLink(sql.get(`SELECT ${table.columns} FROM magicLinks WHERE id = ?`, id));
}

function insert(sql: Connection, link: MagicLink): MagicLink {
	const values = table.values({ ...flattenSubject(link), sessionSecretHash: null });
	if (sql.run(`${table.insert} ON CONFLICT (id) DO NOTHING`, ...values) === 1) return link;
	return findLink(sql, link.id)?.link ?? link;
}
