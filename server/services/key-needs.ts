import type { Store } from '../store/store.ts';
import { KeyProblem } from './key-source.ts';
import type { Keys } from './keys.ts';

/** How many live secrets were made with a key and die with it. */
export interface KeyNeeds {
	links: number;
	sessions: number;
	apiKeys: number;
}

/** What needs the key of this version now. Reads every live link and session: for operators, never for requests. */
export async function countNeeds(store: Store, version: number, now: number): Promise<KeyNeeds> {
	const [links, sessions, apiKeys] = await Promise.all([
		store.magicLinks.countLive(version, now),
		store.sessions.countLive(version, now),
		apiKeysOf(store, version),
	]);
	return { links, sessions, apiKeys: apiKeys.length };
}

/** Ends everything that `countNeeds` counts. */
export async function endNeeds(store: Store, version: number, now: number): Promise<void> {
	await store.magicLinks.revokeLive(version, now);
	await store.sessions.endLive(version, now);
	for (const { id } of await apiKeysOf(store, version)) await store.apiKeys.revoke(id, now);
}

async function apiKeysOf(store: Store, version: number) {
	const all = await store.apiKeys.list();
	return all.filter((key) => key.keyVersion === version && key.revokedAt === null);
}

export function isNeeded(needs: KeyNeeds): boolean {
	return Object.values(needs).some((count) => count > 0);
}

/** `2 links, 1 session and 0 API keys`. */
export function describeNeeds({ links, sessions, apiKeys }: KeyNeeds): string {
	const count = (n: number, noun: string) => `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
	return `${count(links, 'link')}, ${count(sessions, 'session')} and ${count(apiKeys, 'API key')}`;
}

const registryName = 'key_fingerprints';

/** Fingerprints of the keys that servers on this database were started with, by version. A dropped key stays in it. */
export type KeyRegistry = ReadonlyMap<number, string>;

export async function readKeyRegistry(store: Store): Promise<KeyRegistry> {
	return parseRegistry(await store.meta.get(registryName));
}

/** Takes a key that is lost for good out of the registry. */
export async function forgetKey(store: Store, version: number): Promise<void> {
	for (;;) {
		const stored = await store.meta.get(registryName);
		const known = new Map(parseRegistry(stored));
		if (!known.delete(version)) return;
		if (await store.meta.compareAndSet(registryName, stored, registryText(known))) return;
	}
}

/**
 * Enters this process's keys in the database's registry. Throws KeyProblem for a process that lacks the newest key, and for one
 * that lacks a key which live links, sessions or API keys need: it would answer them all as unknown (R23).
 */
export async function claimKeys(store: Store, keys: Keys, now: number): Promise<void> {
	for (;;) {
		const stored = await store.meta.get(registryName);
		const known = parseRegistry(stored);
		const newest = Math.max(...known.keys());
		for (const [version, fingerprint] of known) {
			if (keys.fingerprint(version) === fingerprint) continue;
			const needs = await countNeeds(store, version, now);
			if (version === newest || isNeeded(needs)) throw missingKey(version, needs);
		}
		const own = keys.versions.map((version) => [version, keys.fingerprint(version) ?? ''] as const);
		const text = registryText(new Map([...known, ...own]));
		if (text === stored || (await store.meta.compareAndSet(registryName, stored, text))) return;
	}
}

function missingKey(version: number, needs: KeyNeeds): KeyProblem {
	const key = String(version);
	return new KeyProblem(
		`This database was used with secret key ${key}, which this process does not have; ${describeNeeds(needs)} need it. Start with the keys.json or SECRET_KEYS that has it. If it is lost or was taken out on purpose, end what needs it with: npm run cli -- rotate-keys --drop ${key} --revoke`,
	);
}

/** `1:fingerprint,2:fingerprint`. */
function registryText(registry: KeyRegistry): string {
	const sorted = [...registry].sort(([a], [b]) => a - b);
	return sorted.map(([version, fingerprint]) => `${String(version)}:${fingerprint}`).join(',');
}

function parseRegistry(text: string | null): KeyRegistry {
	const entries = text?.split(',').filter((entry) => entry !== '') ?? [];
	return new Map(
		entries.map((entry) => {
			const [version = '', fingerprint = ''] = entry.split(':');
			return [Number(version), fingerprint] as const;
		}),
	);
}
