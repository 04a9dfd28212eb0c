import { formatUuid, uuidBytes } from '../ids.ts';
import { equalBytes, type Keys } from './keys.ts';

const macBytes = 32;
const tokenBytes = 1 + 16 + macBytes;
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
	if (bytes.length !== tokenBytes) return null;
	const linkId = formatUuid(bytes.subarray(1, 17));
	const mac = keys.mac(bytes[0] ?? 0, 'magic-link', [portalId, linkId]);
	return mac !== null && equalBytes(mac, bytes.subarray(17)) ? linkId : null;
}
