import { createHash, randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Ten random bytes for an id. One call for many: asking the system for ten bytes costs more than all else an id takes. */
function randomBits(): Uint8Array {
	if (used + 10 > pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	used += 10;
	return Uint8Array.from(pool.subarray(used - 10, used));
}

/**
 * Makes a UUIDv7 (RFC 9562): 48 bits of `atMs`, version, 74 bits from `random` (at least 10 bytes).
 * Without `random` the bits are random; with it the id is derived and comes out the same every time.
 */
export function uuidV7(atMs: number, random: Uint8Array = randomBits()): string {
	const bytes = Buffer.alloc(16);
	bytes.writeUIntBE(atMs, 0, 6);
	bytes.set(random.subarray(0, 10), 6);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	return formatUuid(bytes);
}

/**
 * Makes UUIDv7s that sort in the order in which they were made, also within a millisecond: the first 26 of the 74 bits count
 * (RFC 9562, section 6.2, method 1).
 */
export function createIdSequence(): (atMs: number) => string {
	let count = 0;
	return (atMs) => {
		count = (count + 1) % 2 ** 26;
		const bits = randomBits();
		bits.set([(count >> 22) & 0x0f, (count >> 14) & 0xff, (count >> 8) & 0x3f, count & 0xff]);
		return uuidV7(atMs, bits);
	};
}

/** A UUIDv7 whose 74 bits are a SHA-256 over the length-prefixed parts: same parts and time, same id. */
export function derivedUuidV7(atMs: number, ...parts: readonly string[]): string {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(`${String(Buffer.byteLength(part))}:${part}`);
	return uuidV7(atMs, hash.digest());
}

/** The text form of an id. */
export const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** 16 bytes → the 36-character text form. */
export function formatUuid(bytes: Buffer): string {
	const hex = bytes.toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The text form → 16 bytes. */
export function uuidBytes(uuid: string): Buffer {
	return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
