import { formatUuid, uuidBytes } from '../ids.ts';
import { equalBytes, type Keys } from './keys.ts';

const macBytes = 32;
const idBytes = 16;
const tokenBytes = 1 + idBytes + macBytes;
/** 49 bytes in base64url. */
const tokenPattern = /^[A-Za-z0-9_-]{66}$/;

/**
 * The secret of a magic link: base64url(key version ‖ link id ‖ HMAC-SHA-256 over portal and link id). It is derived, so the
 * database holds nothing that logs in (R23), and it is worth nothing for another portal or purpose (R18).
 */
export function makeToken(
	keys: Keys,
	keyVersion: number,
	portalId: string,
	linkId: string,
): string | null {
	const mac = keys.mac(keyVersion, 'magic-link', [portalId, linkId]);
	if (mac === null) return null;
	return Buffer.concat([Buffer.of(keyVersion), uuidBytes(linkId), mac]).toString('base64url');
}

/** The link id of a genuine token of this portal, else null. Needs no database, so junk costs no read. */
export function readToken(keys: Keys, portalId: string, token: string): string | null {
	if (!tokenPattern.test(token)) return null;
	const bytes = Buffer.from(token, 'base64url');
	return isTokenOf(keys, portalId, bytes) ? linkIdOf(bytes) : null;
}

/** The version of the key that a token says it was made with. */
export function keyVersionOf(token: string): number {
	return Buffer.from(token.slice(0, 4), 'base64url')[0] ?? 0;
}

/** Whether the bytes of a token were made for a link of this portal. */
export function isTokenOf(keys: Keys, portalId: string, bytes: Buffer): boolean {
	if (bytes.length !== tokenBytes) return false;
	const mac = keys.mac(bytes[0] ?? 0, 'magic-link', [portalId, linkIdOf(bytes)]);
	return mac !== null && equalBytes(mac, bytes.subarray(1 + idBytes));
}

function linkIdOf(bytes: Buffer): string {
	return formatUuid(bytes.subarray(1, 1 + idBytes));
}

/** Runs of base64url that are long enough; what stands around a token, like the F of %2F, may run into it. */
const longRuns = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{66,}/g;

/** The bytes of whatever in a text has the form of a token made with one of these keys; whose it is, `isTokenOf` says. */
export function tokenCandidates(keys: Keys, text: string): Buffer[] {
	return (text.match(longRuns) ?? []).flatMap((run) =>
		// Four characters are three bytes: with these four starts, every character is the first one of a decoding.
		[0, 1, 2, 3].flatMap((start) => {
			const bytes = Buffer.from(run.slice(start), 'base64url');
			const found: Buffer[] = [];
			for (let at = 0; at + tokenBytes <= bytes.length; at += 3) {
				if (hasForm(keys, bytes, at)) found.push(bytes.subarray(at, at + tokenBytes));
			}
			return found;
		}),
	);
}

/** A known key version, then a UUIDv7. */
function hasForm(keys: Keys, bytes: Buffer, at: number): boolean {
	const isUuidV7 = (bytes[at + 7] ?? 0) >> 4 === 7 && (bytes[at + 9] ?? 0) >> 6 === 2;
	return isUuidV7 && keys.versions.includes(bytes[at] ?? 0);
}
