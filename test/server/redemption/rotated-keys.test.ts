import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { dropKey } from '../../../server/commands/drop-key.ts';
import { readConfig } from '../../../server/config.ts';
import { uuidV7 } from '../../../server/ids.ts';
import { keyVersionOf, readToken } from '../../../server/services/link-token.ts';
import { createServices, type Services } from '../../../server/services.ts';
import { databasesFor } from '../../support/databases.ts';

const databases = await databasesFor('redemption: rotated keys');
const secrets = Array.from({ length: 4 }, () => randomBytes(32).toString('base64url'));
/** SECRET_KEYS with the keys of these versions. */
const ring = (...versions: number[]) =>
	versions.map((version) => `${String(version)}:${secrets[version] ?? ''}`).join(',');

describe.each(databases)('on $name', ({ open }) => {
	let folder: string;
	let database: { url: string; close: () => Promise<void> };

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'rotated-keys-'));
		database = await open(folder);
	}, 60_000);
	afterEach(async () => {
		await database.close();
		await rm(folder, { recursive: true });
	});

	const configOf = (SECRET_KEYS: string) => readConfig({ DATABASE_URL: database.url, SECRET_KEYS });

	/** A process with these keys, for as long as `work` takes. */
	async function started<T>(keys: string, work: (services: Services) => Promise<T>): Promise<T> {
		const services = await createServices(configOf(keys), pino({ level: 'silent' }));
		try {
			return await work(services);
		} finally {
			await services.stop();
		}
	}

	async function newLink({ portals, contacts, links }: Services) {
		const { portal } = await portals.ensureDefault();
		const asked = { email: 'ada@example.com', set: {}, fields: {} };
		const [written] = await contacts.upsertMany(portal, [asked], 'test');
		const wish = {
			id: uuidV7(Date.now()),
			subject: { kind: 'contact' as const, id: written!.contact.id },
			...{ email: asked.email, purpose: 'login' as const, kind: 'api' as const },
			...{ destination: null, lifetimeMs: 3_600_000, sendId: null, createdBy: 'test' },
			hasCode: false,
		};
		const [minted] = await links.mint(portal, [wish]);
		return { portal, token: minted!.url.split('/l/')[1] ?? '' };
	}

	/** Presses the button of a link in a browser; the cookie, or null. */
	async function press(services: Services, token: string, nonce = 'A'.repeat(22)) {
		const { portal } = await services.portals.ensureDefault();
		const purposes = ['login'] as const;
		const linkId = readToken(services.keys, portal.id, token);
		if (linkId === null) return null;
		const keyVersion = keyVersionOf(token);
		const attempt = {
			...{ linkId, keyVersion, nonce, userAgent: null, visitingAdminId: null, purposes },
			by: 'link' as const,
		};
		return (await services.sessions.redeem(portal, attempt)).cookie;
	}

	async function isSignedIn({ portals, sessions }: Services, cookie: string | null) {
		const { portal } = await portals.ensureDefault();
		return (await sessions.read(portal, 'contact', cookie ?? undefined)) !== null;
	}

	it('R9 the same browser gets the same session again although keys were rotated in between', async () => {
		const { token, cookie } = await started(ring(1), async (services) => {
			const { token } = await newLink(services);
			return { token, cookie: await press(services, token) };
		});
		await started(ring(1, 2), async (services) => {
			expect(await press(services, token)).toBe(cookie);
			expect(await isSignedIn(services, cookie)).toBe(true);
			expect(await press(services, token, 'B'.repeat(22))).toBeNull();
		});
	});

	/** Key 1 made a link, a session and an API key; then key 2 came. */
	async function rotatedOnce() {
		const made = await started(ring(1), async (services) => {
			const { token } = await newLink(services);
			const cookie = await press(services, (await newLink(services)).token);
			const { key } = await services.apiKeys.create({ portalId: null, name: 'old', scopes: [] });
			return { token, cookie, key };
		});
		await started(ring(1, 2), async () => undefined);
		return made;
	}

	it('R23 a process that lacks a key which live secrets need is refused, and told how many', async () => {
		const { cookie } = await rotatedOnce();
		await expect(started(ring(2), async () => undefined)).rejects.toThrow(
			/secret key 1, which this process does not have; 1 link, 1 session and 1 API key need it.*--drop 1 --revoke/,
		);
		await expect(
			started(ring(2).replace('2:', `1:${secrets[3] ?? ''},2:`), async () => undefined),
		).rejects.toThrow(/secret key 1/);
		await started(ring(1, 2), async (services) => {
			expect(await isSignedIn(services, cookie)).toBe(true);
		});
	});

	it('R23 a key is not dropped while live secrets need it, unless they are revoked', async () => {
		const { token, cookie, key } = await rotatedOnce();
		const config = configOf(ring(1, 2));
		const drop = (version: number, revoke = false) => dropKey(config, version, { revoke });
		await expect(drop(1)).rejects.toThrow('needed by 1 link, 1 session and 1 API key');
		await expect(drop(2, true)).rejects.toThrow('Key 2 is the newest');
		await expect(drop(3, true)).rejects.toThrow('There is no key 3.');
		const kept = await started(ring(1, 2), async (services) => {
			expect(await isSignedIn(services, cookie)).toBe(true);
			return press(services, (await newLink(services)).token);
		});
		const ended = { links: 1, sessions: 1, apiKeys: 1 };
		expect((await drop(1, true)).json).toEqual({ dropped: 1, ended, secretKeys: ring(2) });
		await started(ring(2), async (services) => {
			expect(await isSignedIn(services, kept)).toBe(true);
			expect(await isSignedIn(services, cookie)).toBe(false);
			expect(await press(services, token)).toBeNull();
			await expect(services.apiKeys.authenticate(`Bearer ${key}`)).rejects.toThrow();
		});
		await started(ring(1, 2), async (services) => {
			expect(await isSignedIn(services, cookie)).toBe(false);
			expect(await press(services, token)).toBeNull();
			await expect(services.apiKeys.authenticate(`Bearer ${key}`)).rejects.toThrow('is revoked');
		});
	});

	it('R23 a key is not dropped before a server has started with a newer one', async () => {
		await started(ring(1), async () => undefined);
		const drop = () => dropKey(configOf(ring(1, 2)), 1, { revoke: false });
		await expect(drop()).rejects.toThrow('No server has started with key 2 yet');
		await started(ring(1, 2), async () => undefined);
		expect((await drop()).json).toMatchObject({ dropped: 1, secretKeys: ring(2) });
	});

	it('R23 when the newest key is lost for good, revoking what it made lets the server start', async () => {
		await rotatedOnce();
		const link = await started(ring(1, 2), newLink);
		await expect(started(ring(1), async () => undefined)).rejects.toThrow(/secret key 2/);
		const { json } = await dropKey(configOf(ring(1)), 2, { revoke: true });
		expect(json).toEqual({ dropped: 2, ended: { links: 1, sessions: 0, apiKeys: 0 } });
		await started(ring(1), async (services) => {
			expect(await press(services, link.token)).toBeNull();
		});
	});
});
