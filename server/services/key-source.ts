import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import type { SecretKey } from './keys.ts';

/** Where the secret keys come from: the setting SECRET_KEYS, or a file beside the SQLite database. */
export interface KeySource {
	secretKeys: string | null;
	/** Null with MongoDB, where SECRET_KEYS must be set once the server is public. */
	keyFile: string | null;
}

const minimumBytes = 32;

/** A problem with the keys that the operator has to solve; the message says how. */
export class KeyProblem extends Error {}

/** Reads the keys; makes the key file at the first start. */
export async function readSecretKeys(source: KeySource): Promise<SecretKey[]> {
	if (source.secretKeys !== null) return parseSecretKeys(source.secretKeys);
	if (source.keyFile === null) {
		throw new KeyProblem(
			`SECRET_KEYS is not set. Set it to 1:<32 random bytes, base64url>, e.g. the output of: node -e "console.log('1:'+require('crypto').randomBytes(32).toString('base64url'))"`,
		);
	}
	return readKeyFile(source.keyFile);
}

/** The key file's path for a SQLite database file. */
export function keyFileBeside(databaseFile: string): string {
	return join(dirname(databaseFile), 'keys.json');
}

/** Parses `version:secret,version:secret`. */
export function parseSecretKeys(text: string): SecretKey[] {
	const keys = text.split(',').map((part) => {
		const match = /^\s*(\d{1,3}):([A-Za-z0-9_-]+)\s*$/.exec(part);
		if (match === null) {
			throw new KeyProblem(
				'SECRET_KEYS has a part that is not version:secret with the secret in base64url.',
			);
		}
		return { version: Number(match[1]), secret: Buffer.from(match[2] ?? '', 'base64url') };
	});
	return checked(keys, 'SECRET_KEYS');
}

function checked(keys: SecretKey[], where: string): SecretKey[] {
	const versions = new Set<number>();
	for (const { version, secret } of keys) {
		if (version < 1 || version > 255) {
			throw new KeyProblem(`${where}: key versions go from 1 to 255, not ${String(version)}.`);
		}
		if (versions.has(version)) {
			throw new KeyProblem(`${where}: key version ${String(version)} is there twice.`);
		}
		versions.add(version);
		if (secret.length < minimumBytes || new Set(secret).size < 8) {
			throw new KeyProblem(
				`${where}: key ${String(version)} is too weak; a key is at least ${String(minimumBytes)} random bytes in base64url.`,
			);
		}
	}
	if (keys.length === 0) throw new KeyProblem(`${where} holds no key.`);
	return keys;
}

const keyFileShape = z.object({
	keys: z.array(z.object({ version: z.int(), secret: z.string() })),
});

async function readKeyFile(path: string): Promise<SecretKey[]> {
	const text = (await readIfThere(path)) ?? (await makeKeyFile(path));
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new KeyProblem(`The key file ${path} is not JSON. Restore it from a backup.`);
	}
	const parsed = keyFileShape.safeParse(json);
	if (!parsed.success) {
		throw new KeyProblem(`The key file ${path} does not hold keys. Restore it from a backup.`);
	}
	return checked(
		parsed.data.keys.map((key) => ({
			version: key.version,
			secret: Buffer.from(key.secret, 'base64url'),
		})),
		path,
	);
}

/** Makes the file whole under another name and links it into place, so that of two processes starting at once both use one. */
async function makeKeyFile(path: string): Promise<string> {
	const first = { version: 1, secret: randomBytes(minimumBytes) };
	await writeBeside(path, [first], async (fresh) => {
		try {
			await link(fresh, path);
		} catch (error) {
			if (!isCode(error, 'EEXIST')) throw error;
		}
	});
	return readFile(path, 'utf8');
}

/** Writes the keys to a new file in the folder of `path`; what `place` leaves of it is deleted. */
async function writeBeside(
	path: string,
	keys: readonly SecretKey[],
	place: (fresh: string) => Promise<void>,
): Promise<void> {
	const folder = dirname(path);
	const fresh = `${path}.${randomBytes(6).toString('hex')}`;
	try {
		await mkdir(folder, { recursive: true });
		await writeKeyFile(fresh, keys);
		await place(fresh);
	} catch (error) {
		explain(error, `The folder ${folder} cannot be written by this user`);
	} finally {
		// Where it could not be made it cannot be deleted either, and the first problem is the one to tell.
		await rm(fresh, { force: true }).catch(() => undefined);
	}
}

async function writeKeyFile(path: string, keys: readonly SecretKey[]): Promise<void> {
	const body = { keys: keys.map((k) => ({ ...k, secret: k.secret.toString('base64url') })) };
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(`${JSON.stringify(body, null, 2)}\n`);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Replaces the key file in one step (`rotate-keys`). */
export async function replaceKeyFile(path: string, keys: readonly SecretKey[]): Promise<void> {
	await writeBeside(path, keys, (fresh) => rename(fresh, path));
}

async function readIfThere(path: string): Promise<string | null> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (isCode(error, 'ENOENT')) return null;
		return explain(error, `The key file ${path} cannot be read by this user`);
	}
}

/** What the system says when the operator has to change something: rights, the disk, or what lies where the keys belong. */
const systemProblem = z.object({
	code: z.enum(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOSPC', 'EDQUOT']),
	message: z.string(),
});

/** Throws a KeyProblem for what the operator has to mend, and the error itself otherwise. */
function explain(error: unknown, what: string): never {
	const { data } = systemProblem.safeParse(error);
	if (data === undefined) throw error;
	throw new KeyProblem(`${what}: ${data.message}. Correct that, or set SECRET_KEYS.`, {
		cause: error,
	});
}

function isCode(error: unknown, code: string): boolean {
	return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
