import { randomBytes } from 'node:crypto';

import { sqliteFile, type Config } from '../config.ts';
import { keyFileBeside, readSecretKeys, replaceKeyFile } from '../services/key-source.ts';
import type { Output } from './output.ts';
import { StartProblem } from './start-problem.ts';

/** A key's version is one byte of a link. */
const highestVersion = 255;
const keyBytes = 32;

/**
 * Adds a secret key, with which everything new is made; what older keys made stays valid (R23). With a key file the file is
 * replaced; with SECRET_KEYS the answer says what to set. Running processes go on with the keys they have until restarted.
 */
export async function rotateKeys(config: Config): Promise<Output> {
	const databaseFile = sqliteFile(config);
	const keyFile = databaseFile === null ? null : keyFileBeside(databaseFile);
	const keys = await readSecretKeys({ secretKeys: config.secretKeys, keyFile });
	const version = Math.max(...keys.map((key) => key.version)) + 1;
	if (version > highestVersion) {
		throw new StartProblem(`There is no version after ${String(highestVersion)}.`);
	}
	const fresh = { version, secret: randomBytes(keyBytes) };
	const restart = 'Then restart every server process.';
	if (config.secretKeys === null && keyFile !== null) {
		await replaceKeyFile(keyFile, [...keys, fresh]);
		return {
			json: { version, keyFile },
			text: `Key ${String(version)} is in ${keyFile}. Back the file up. ${restart}`,
		};
	}
	const added = `${String(version)}:${fresh.secret.toString('base64url')}`;
	return {
		json: { version, secretKeys: `${config.secretKeys ?? ''},${added}` },
		text: `Put this at the end of SECRET_KEYS, after what is there. ${restart}\n,${added}`,
	};
}
