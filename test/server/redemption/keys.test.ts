import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { uuidV7 } from '../../../server/ids.ts';
import { parseSecretKeys, readSecretKeys } from '../../../server/services/key-source.ts';
import { createKeys } from '../../../server/services/keys.ts';
import { makeToken, readToken } from '../../../server/services/link-token.ts';

const newKeys = (...versions: number[]) =>
	createKeys(versions.map((version) => ({ version, secret: randomBytes(32) })));

describe('keys', () => {
	it('R18 makes another hash for every purpose, and for every split of the same text into fields', () => {
		const keys = newKeys(1);
		const hashes = [
			keys.macNewest('magic-link', ['ab', 'c']),
			keys.macNewest('magic-link', ['a', 'bc']),
			keys.macNewest('magic-link', ['abc']),
			keys.macNewest('session', ['ab', 'c']),
			keys.macNewest('api-key-hash', ['ab', 'c']),
		].map((hash) => hash.toString('hex'));
		expect(new Set(hashes).size).toBe(hashes.length);
	});

	it('seals and opens, and refuses what was changed, another purpose and another key', () => {
		const keys = newKeys(1);
		const sealed = keys.seal('outbox', 'geheim ✉');
		expect(sealed).not.toContain('geheim');
		expect(keys.open('outbox', sealed)).toBe('geheim ✉');
		// Not the last one: of its bits some are not used.
		const changed = sealed.replace(/.(?=.$)/, (one) => (one === 'A' ? 'B' : 'A'));
		expect(() => keys.open('outbox', changed)).toThrow();
		expect(() => keys.open('session', sealed)).toThrow();
		expect(() => newKeys(1).open('outbox', sealed)).toThrow();
		expect(() => newKeys(2).open('outbox', sealed)).toThrow(/key version 1/);
	});
});

describe('link tokens', () => {
	const keys = newKeys(1, 2);
	const portal = uuidV7(1);
	const link = uuidV7(2);

	it('R24 carry 256 bits and read back as their link, with old keys too', () => {
		for (const version of [1, 2]) {
			const token = makeToken(keys, version, portal, link) ?? '';
			expect(Buffer.from(token, 'base64url')).toHaveLength(1 + 16 + 32);
			expect(readToken(keys, portal, token)).toBe(link);
		}
	});

	it('R18 R19 are worth nothing for another portal, another link or another key', () => {
		const token = makeToken(keys, 1, portal, link) ?? '';
		expect(readToken(keys, uuidV7(1), token)).toBeNull();
		expect(readToken(newKeys(1, 2), portal, token)).toBeNull();
		const bytes = Buffer.from(token, 'base64url');
		for (let at = 0; at < bytes.length; at++) {
			const forged = Buffer.from(bytes);
			forged[at] = (forged[at] ?? 0) ^ 1;
			expect(readToken(keys, portal, forged.toString('base64url'))).toBeNull();
		}
	});

	it.each(['', 'x', 'a'.repeat(66), 'a'.repeat(65), `${'a'.repeat(65)}!`, 'a'.repeat(10_000)])(
		'junk is nothing: %#',
		(junk) => {
			expect(readToken(keys, portal, junk)).toBeNull();
		},
	);
});

describe('secret keys', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'keys-'));
	});
	afterAll(() => rm(folder, { recursive: true }));

	it('R23 of many processes that start at once all use the one key file, for its owner only', async () => {
		const keyFile = join(folder, 'new', 'keys.json');
		const read = () => readSecretKeys({ secretKeys: null, keyFile });
		const all = await Promise.all(Array.from({ length: 20 }, read));
		const secrets = new Set(all.map((keys) => keys[0]?.secret.toString('hex')));
		expect(secrets.size).toBe(1);
		expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
		expect(await readdir(join(folder, 'new'))).toEqual(['keys.json']);
		expect(JSON.parse(await readFile(keyFile, 'utf8')).keys[0].version).toBe(1);
	});

	it.each([
		'abc',
		'1:short',
		`0:${'A'.repeat(43)}`,
		`1:${'A'.repeat(43)}`,
		`1:${randomBytes(32).toString('base64url')},1:${randomBytes(32).toString('base64url')}`,
	])('R24 refuses weak or unclear SECRET_KEYS: %#', (text) => {
		expect(() => parseSecretKeys(text)).toThrow();
	});
});
