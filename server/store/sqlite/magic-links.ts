import type { MagicLink, MagicLinkStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { redeem } from './redeem.ts';
import { flattenSubject, type FlatSubject, nestSubject } from './subject.ts';
import { defineTable, parseOptional } from './table.ts';

/** What is stored beside the link's members: with it a redemption cut short is completed with the same session. */
type StoredLink = FlatSubject<MagicLink> & { sessionSecretHash: string | null };

const table = defineTable<StoredLink>('magicLinks', {
	id: 'plain',
	portalId: 'plain',
	subjectKind: 'plain',
	subjectId: 'plain',
	email: 'plain',
	purpose: 'plain',
	kind: 'plain',
	keyVersion: 'plain',
	codeTries: 'plain',
	destination: 'plain',
	sendId: 'plain',
	createdBy: 'plain',
	createdAt: 'plain',
	expiresAt: 'plain',
	redeemedAt: 'plain',
	redeemedNonceHash: 'plain',
	redeemedUserAgent: 'plain',
	sessionId: 'plain',
	sessionSecretHash: 'plain',
	revokedAt: 'plain',
	renewals: 'plain',
	renewedAt: 'plain',
});

/** See MagicLinkStore. */
export function createMagicLinks({ read, durable }: Database): MagicLinkStore {
	return {
		insertMany: (links) => durable((sql) => links.map((link) => insert(sql, link))),
		get: (id) => read((sql) => findLink(sql, id)?.link ?? null),
		redeem: (request) => durable((sql) => redeem(sql, request)),
		countRenewal: (id, { now, minIntervalMs, max }) =>
			durable(
				(sql) =>
					sql.run(
						`UPDATE magicLinks SET renewals = renewals + 1, renewedAt = ?
						WHERE id = ? AND renewals < ? AND (renewedAt IS NULL OR renewedAt <= ?)`,
						...[now, id, max, now - minIntervalMs],
					) === 1,
			),
	};
}

/** The link as stored, and the secret hash of the session it was redeemed for. */
export function findLink(
	sql: Connection,
	id: string,
): { link: MagicLink; sessionSecretHash: string | null } | null {
	const row = sql.get(`SELECT ${table.columns} FROM magicLinks WHERE id = ?`, id);
	const stored = parseOptional(table, row);
	if (stored === null) return null;
	const { sessionSecretHash, ...flat } = stored;
	return { link: nestSubject(flat), sessionSecretHash };
}

function insert(sql: Connection, link: MagicLink): MagicLink {
	const values = table.values({ ...flattenSubject(link), sessionSecretHash: null });
	if (sql.run(`${table.insert} ON CONFLICT (id) DO NOTHING`, ...values) === 1) return link;
	return findLink(sql, link.id)?.link ?? link;
}
