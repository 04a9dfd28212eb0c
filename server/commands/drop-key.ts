import { systemClock } from '../clock.ts';
import { sqliteFile, type Config } from '../config.ts';
import {
	countNeeds,
	describeNeeds,
	endNeeds,
	forgetKey,
	isNeeded,
	readKeyRegistry,
	type KeyNeeds,
	type KeyRegistry,
} from '../services/key-needs.ts';
import { keyFileBeside, readSecretKeys, replaceKeyFile } from '../services/key-source.ts';
import { createKeys, type Keys, type SecretKey } from '../services/keys.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { Output } from './output.ts';
import { StartProblem } from './start-problem.ts';

/**
 * Takes a secret key out. While live links, sessions or API keys need it, it is refused and they are counted; with `revoke` they
 * end (R23). Of a key that is not there any more, only what needs it ends, so that the server starts without it.
 */
export async function dropKey(
	config: Config,
	version: number,
	options: { revoke: boolean },
): Promise<Output> {
	const databaseFile = sqliteFile(config);
	const keyFile = databaseFile === null ? null : keyFileBeside(databaseFile);
	const secrets = await readSecretKeys({ secretKeys: config.secretKeys, keyFile });
	const keys = createKeys(secrets);
	const store = await openStore(config.databaseUrl);
	try {
		const isHere = locate(keys, await readKeyRegistry(store), version);
		const ended = await end(store, version, options);
		if (!isHere) {
			await forgetKey(store, version);
			return said(version, ended, 'The server starts without it now.');
		}
		const left = secrets.filter((key) => key.version !== version);
		return await takeOut(config, keyFile, left, said(version, ended, ''));
	} finally {
		await store.close();
	}
}

/** True when the key is among ours; throws when it may not be dropped or was never used. */
function locate(keys: Keys, known: KeyRegistry, version: number): boolean {
	const own = keys.fingerprint(version);
	const isHere = own !== null && (known.get(version) ?? own) === own;
	if (!isHere && !known.has(version)) {
		throw new StartProblem(`There is no key ${String(version)}.`);
	}
	if (!isHere) return false;
	if (version === keys.newest) {
		throw new StartProblem(
			`Key ${String(version)} is the newest, with which everything new is made. Add another one first: npm run cli -- rotate-keys`,
		);
	}
	if (!known.has(keys.newest)) {
		throw new StartProblem(
			`No server has started with key ${String(keys.newest)} yet, so the older ones are still in use. Restart every server process first.`,
		);
	}
	return true;
}

async function end(
	store: Store,
	version: number,
	{ revoke }: { revoke: boolean },
): Promise<KeyNeeds> {
	const now = systemClock.now();
	const needs = await countNeeds(store, version, now);
	if (!isNeeded(needs)) return needs;
	if (!revoke) {
		throw new StartProblem(
			`Key ${String(version)} is needed by ${describeNeeds(needs)}. Wait until they have ended, or end them with: npm run cli -- rotate-keys --drop ${String(version)} --revoke`,
		);
	}
	await endNeeds(store, version, now);
	return needs;
}

function said(version: number, ended: KeyNeeds, text: string): Output & { json: object } {
	const ends = isNeeded(ended) ? ` ${describeNeeds(ended)} have ended.` : '';
	return {
		json: { dropped: version, ended },
		text: `Nothing needs key ${String(version)} any more.${ends} ${text}`.trim(),
	};
}

async function takeOut(
	config: Config,
	keyFile: string | null,
	left: readonly SecretKey[],
	{ json, text }: Output & { json: object },
): Promise<Output> {
	const restart = 'Then restart every server process.';
	if (config.secretKeys === null && keyFile !== null) {
		await replaceKeyFile(keyFile, left);
		return { json: { ...json, keyFile }, text: `${text} It is out of ${keyFile}. ${restart}` };
	}
	const secretKeys = left
		.map(({ version, secret }) => `${String(version)}:${secret.toString('base64url')}`)
		.join(',');
	return { json: { ...json, secretKeys }, text: `${text} Take it out of SECRET_KEYS. ${restart}` };
}
