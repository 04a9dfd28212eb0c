import { createHash } from 'node:crypto';

import type { IdempotencyKey, Portal } from '../store/store.ts';

const day = 24 * 60 * 60_000;
/** How long an idempotency key is remembered (R47). */
const keptMs = 7 * day;

/** What a key is used for: the same text means nothing from one to the other. */
export type KeyScope = 'magic-link' | 'magic-links' | 'send' | 'send-item';

/** The row that claims a caller's key for one portal and use; who owns it, and its place there, are the caller's to say. */
export function idempotencyRow(
	portal: Portal,
	[scope, key]: [scope: KeyScope, key: string],
	owner: { fingerprint: string; ownerId: string; index: number },
	now: number,
): IdempotencyKey {
	return {
		id: hashOf([portal.id, scope, key]),
		portalId: portal.id,
		...owner,
		createdAt: now,
		expiresAt: now + keptMs,
	};
}

/** SHA-256 of JSON: what was asked under a key, so that the same key with something else is noticed. */
export function hashOf(parts: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
