import {
	createCipheriv,
	createDecipheriv,
	createHmac,
	createSecretKey,
	randomBytes,
	timingSafeEqual,
	type KeyObject,
} from 'node:crypto';

import { PortalError } from '../errors.ts';

/** What a keyed hash is for. It is the first field of every hash, so that one purpose's secret is worth nothing elsewhere (R18). */
export type KeyPurpose =
	| 'magic-link'
	| 'login-code'
	| 'sign-in'
	| 'session'
	| 'session-hash'
	| 'api-key-hash'
	| 'nonce-hash'
	| 'form-token'
	| 'outbox'
	| 'limit'
	| 'network'
	| 'fingerprint';

export interface SecretKey {
	/** 1 to 255; the newest key has the highest. */
	version: number;
	/** At least 32 bytes. */
	secret: Buffer;
}

/** The server's secret keys: everything that logs in is derived from them or hashed with them, and none is in the database (R23). */
export interface Keys {
	/** Version of the newest key, with which everything new is made. */
	readonly newest: number;
	readonly versions: readonly number[];
	/** HMAC-SHA-256 over purpose and fields, each length-prefixed. Null when no key has this version. */
	mac(version: number, purpose: KeyPurpose, fields: readonly string[]): Buffer | null;
	/** The newest key's `mac`. */
	macNewest(purpose: KeyPurpose, fields: readonly string[]): Buffer;
	/** True when any key's `mac` of the fields equals `expected`; compares in constant time. */
	matches(expected: Buffer, purpose: KeyPurpose, fields: readonly string[]): boolean;
	/** AES-256-GCM under a key derived for `purpose`; text out: `version.iv.tag.ciphertext`, base64url. */
	seal(purpose: KeyPurpose, plaintext: string): string;
	/** Opens what `seal` made; `internal_error` when it was changed or its key is gone. */
	open(purpose: KeyPurpose, sealed: string): string;
	/** Tells keys apart without revealing them. */
	fingerprint(version: number): string | null;
}

/** Builds the key ring; the keys have distinct versions. */
export function createKeys(secrets: readonly SecretKey[]): Keys {
	const ring = new Map<number, KeyObject>();
	for (const key of secrets) ring.set(key.version, createSecretKey(key.secret));
	const versions = [...ring.keys()].sort((a, b) => a - b);
	const newest = versions.at(-1);
	if (newest === undefined) throw new TypeError('createKeys needs at least one key');

	const mac: Keys['mac'] = (version, purpose, fields) => {
		const key = ring.get(version);
		if (key === undefined) return null;
		return createHmac('sha256', key).update(lengthPrefixed(purpose, fields)).digest();
	};
	const macNewest: Keys['macNewest'] = (purpose, fields) => {
		const made = mac(newest, purpose, fields);
		if (made === null) throw new TypeError('the newest key is in the ring');
		return made;
	};
	const sealingKey = (version: number, purpose: KeyPurpose) => mac(version, purpose, ['seal']);

	return {
		newest,
		versions,
		mac,
		macNewest,
		matches: (expected, purpose, fields) =>
			versions.some((version) => {
				const made = mac(version, purpose, fields);
				return made !== null && equalBytes(made, expected);
			}),
		seal(purpose, plaintext) {
			const iv = randomBytes(12);
			const cipher = createCipheriv('aes-256-gcm', macNewest(purpose, ['seal']), iv);
			const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
			const parts = [iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'));
			return [String(newest), ...parts].join('.');
		},
		open(purpose, sealed) {
			const [version = '', iv = '', tag = '', body = ''] = sealed.split('.');
			const key = sealingKey(Number(version), purpose);
			if (key === null) {
				throw new PortalError('internal_error', {
					reason: `sealed with key version ${version}, which is not among the secret keys`,
				});
			}
			try {
				const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
					authTagLength: 16,
				});
				decipher.setAuthTag(Buffer.from(tag, 'base64url'));
				const text = decipher.update(Buffer.from(body, 'base64url'));
				return Buffer.concat([text, decipher.final()]).toString('utf8');
			} catch (cause) {
				throw new PortalError('internal_error', { reason: 'sealed text was changed', cause });
			}
		},
		fingerprint: (version) =>
			mac(version, 'fingerprint', [])?.subarray(0, 12).toString('base64url') ?? null,
	};
}

/** Constant-time comparison that also takes different lengths. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && timingSafeEqual(a, b);
}

function lengthPrefixed(purpose: string, fields: readonly string[]): string {
	let text = `${String(Buffer.byteLength(purpose))}:${purpose}`;
	for (const field of fields) text += `${String(Buffer.byteLength(field))}:${field}`;
	return text;
}
