import { randomBytes } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { ApiKey, Store } from '../store/store.ts';
import { equalBytes, type Keys } from './keys.ts';

export const scopes = [
	'contacts:read',
	'contacts:write',
	'invitations:send',
	'emails:send',
	'links:create',
	'templates:write',
	'stats:read',
	'portals:write',
] as const;

export type Scope = (typeof scopes)[number];

const keyPattern = /^cp_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

const missing = 'Send it in the header Authorization: Bearer <API key>.';
const invalid = 'This one is not valid. npm run cli -- create-api-key makes another.';

export interface ApiKeys {
	/** Makes a key for one portal (null: for all). `key` is shown once and stored only as a keyed hash. */
	create(input: {
		portalId: string | null;
		name: string;
		scopes: readonly Scope[];
	}): Promise<{ id: string; key: string }>;
	/** The key behind an Authorization header; throws `unauthorized`, in one wording for whatever is wrong with a given key. */
	authenticate(authorization: string | undefined): Promise<ApiKey>;
	list(): Promise<ApiKey[]>;
	/**
	 * Ends a key at once; null when there is none. `id` may also be the part of the key between `cp_` and the next `_`.
	 * `revokedNow` is true for one of several callers.
	 */
	revoke(id: string): Promise<{ key: ApiKey; revokedNow: boolean } | null>;
}

export function createApiKeys(parts: { store: Store; clock: Clock; keys: Keys }): ApiKeys {
	const { store, clock, keys } = parts;
	return {
		async create(input) {
			const now = clock.now();
			const id = uuidV7(now);
			const secret = randomBytes(32).toString('base64url');
			await store.apiKeys.insert({
				id,
				portalId: input.portalId,
				name: input.name,
				scopes: [...input.scopes],
				secretHash: keys.macNewest('api-key-hash', [id, secret]).toString('base64url'),
				keyVersion: keys.newest,
				createdAt: now,
				revokedAt: null,
			});
			return { id, key: `cp_${id.replaceAll('-', '')}_${secret}` };
		},
		async authenticate(authorization) {
			const refuse = (reason: string, detail: string = invalid) =>
				new PortalError('unauthorized', { reason, detail });
			const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
			if (given === undefined) throw refuse('no bearer token', missing);
			const [, hex, secret] = keyPattern.exec(given) ?? [];
			if (hex === undefined || secret === undefined) throw refuse('not the form of an API key');
			const key = await store.apiKeys.get(dashed(hex));
			if (key === null) throw refuse('unknown key id');
			const mac = keys.mac(key.keyVersion, 'api-key-hash', [key.id, secret]);
			if (mac === null || !equalBytes(mac, Buffer.from(key.secretHash, 'base64url'))) {
				throw refuse(`wrong secret for key ${key.id}`);
			}
			if (key.revokedAt !== null) throw refuse(`key ${key.id} is revoked`);
			return key;
		},
		list: () => store.apiKeys.list(),
		async revoke(id) {
			const key = await store.apiKeys.get(dashed(id.replaceAll('-', '')));
			if (key === null) return null;
			return { key, revokedNow: await store.apiKeys.revoke(key.id, clock.now()) };
		},
	};
}

function dashed(hex: string): string {
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
