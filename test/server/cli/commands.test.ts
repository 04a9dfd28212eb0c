import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { readConfig } from '../../../server/config.ts';
import { createServices } from '../../../server/services.ts';
import type { Services } from '../../../server/services.ts';
import { makePlace, runCli, type Place } from '../../support/cli.ts';

let place: Place;
let env: Record<string, string>;

beforeEach(async () => {
	place = await makePlace();
	env = { DATABASE_URL: place.databaseUrl };
});

afterEach(() => place.remove());

async function withServices<T>(
	work: (services: Services) => Promise<T>,
	settings: Record<string, string> = env,
): Promise<T> {
	const services = await createServices(readConfig(settings), pino({ level: 'silent' }));
	try {
		return await work(services);
	} finally {
		await services.stop();
	}
}

describe('client-portal', () => {
	it('says everything that is wrong with the settings and exits with 1', async () => {
		const run = await runCli(['create-api-key'], { PORT: 'x', LOG_LEVEL: 'loud' });
		expect(run).toEqual({
			code: 1,
			stdout: '',
			stderr: expect.stringMatching(/^The settings need a look:\n- PORT: .*\n- LOG_LEVEL: .*\n$/),
		});
	});

	it('--version prints the version of the server', async () => {
		const file = new URL('../../../server/package.json', import.meta.url);
		const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
		const run = await runCli(['--version'], env);
		expect(run).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
	});

	it('says so when there is no such command', async () => {
		const run = await runCli(['dance'], env);
		expect(run.code).toBe(1);
		expect(run.stderr).toContain("unknown command 'dance'");
	});

	it('keeps keys.json beside the database, however DATABASE_URL names it', async () => {
		const databaseUrl = `sqlite://${join(place.folder, 'deep', 'portal.sqlite')}`;
		await withServices(async () => undefined, { DATABASE_URL: databaseUrl });
		expect((await readdir(join(place.folder, 'deep'))).sort()).toContain('keys.json');
		const { stdout } = await runCli(['rotate-keys', '--json'], { DATABASE_URL: databaseUrl });
		const keyFile = join(place.folder, 'deep', 'keys.json');
		expect(JSON.parse(stdout)).toEqual({ version: 2, keyFile });
	});

	it('says so when the database cannot be opened', async () => {
		const run = await runCli(['create-api-key'], { DATABASE_URL: `sqlite:${place.folder}` });
		expect(run.code).toBe(1);
		expect(run.stderr).toMatch(/^[A-Z].*\.\n$/);
	});

	it('reads further settings from ENV_FILE and says so when it is not there', async () => {
		const run = await runCli(['create-api-key'], { ENV_FILE: join(place.folder, 'none.env') });
		expect(run.code).toBe(1);
		expect(run.stderr).toContain('none.env, which is not there');
	});
});

describe('create-api-key', () => {
	it('--json prints one JSON document, id and key, and the key works', async () => {
		const args = ['create-api-key', '--json', '--name', 'n8n', '--scopes', 'stats:read'];
		const { code, stdout, stderr } = await runCli(args, env);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		const made = JSON.parse(stdout) as { id: string; key: string };
		expect(Object.keys(made)).toEqual(['id', 'key']);
		const found = await withServices(({ apiKeys }) => apiKeys.authenticate(`Bearer ${made.key}`));
		expect(found).toMatchObject({ id: made.id, name: 'n8n', scopes: ['stats:read'] });
		expect(found.portalId).not.toBeNull();
	});

	it('makes a key for all portals when asked to', async () => {
		const { stdout } = await runCli(['create-api-key', '--json', '--portal', 'all'], env);
		const { key } = JSON.parse(stdout) as { key: string };
		const found = await withServices(({ apiKeys }) => apiKeys.authenticate(`Bearer ${key}`));
		expect(found.portalId).toBeNull();
	});

	it('is recorded, without the key', async () => {
		const { stdout } = await runCli(['create-api-key', '--json'], env);
		const { id, key } = JSON.parse(stdout) as { id: string; key: string };
		const events = await withServices(async ({ events, portals }) => {
			const { portal } = await portals.ensureDefault();
			return events.list(portal.id, { type: 'api_key.created' }, { limit: 10, after: null });
		});
		expect(events).toEqual([expect.objectContaining({ data: expect.objectContaining({ id }) })]);
		expect(JSON.stringify(events)).not.toContain(key);
	});

	it.each([
		[
			['--scopes', 'stats:read,stats:write'],
			'There is no scope stats:write. The scopes are contacts:read,',
		],
		[['--portal', 'nowhere'], 'There is no portal with the slug or id nowhere.'],
	])('%j says what is wrong and makes nothing', async (args, sentence) => {
		const run = await runCli(['create-api-key', ...args], env);
		expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 1, stdout: '' });
		expect(run.stderr).toContain(sentence);
		expect(await withServices(({ apiKeys }) => apiKeys.list())).toEqual([]);
	});
});

describe('revoke-api-key', () => {
	it('ends the key, named by its id or by what a leak shows of it, and records it once', async () => {
		const made = await runCli(['create-api-key', '--json', '--name', 'n8n'], env);
		const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };
		const other = await runCli(['create-api-key', '--json'], env);
		const { code, stdout, stderr } = await runCli(['revoke-api-key', id, '--json'], env);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(JSON.parse(stdout)).toEqual({ id, name: 'n8n', revokedNow: true });
		const again = await runCli(['revoke-api-key', key.split('_')[1] ?? ''], env);
		expect(again).toEqual({ code: 0, stdout: `n8n (${id}) was revoked before.\n`, stderr: '' });
		await withServices(async ({ apiKeys, events, portals }) => {
			await expect(apiKeys.authenticate(`Bearer ${key}`)).rejects.toMatchObject({
				code: 'unauthorized',
			});
			const left = JSON.parse(other.stdout) as { key: string };
			await apiKeys.authenticate(`Bearer ${left.key}`);
			const { portal } = await portals.ensureDefault();
			const filter = { type: 'api_key.revoked' };
			expect(await events.list(portal.id, filter, { limit: 10, after: null })).toEqual([
				expect.objectContaining({ actor: 'system', data: { id, name: 'n8n' } }),
			]);
		});
	});

	it('says so when there is no such key', async () => {
		const run = await runCli(['revoke-api-key', 'nobody'], env);
		expect(run).toEqual({
			...{ code: 1, stdout: '', stderr: 'There is no API key with the id nobody.\n' },
		});
	});
});

describe('create-admin', () => {
	it('--json prints one JSON document with a link that signs this admin in', async () => {
		const { code, stdout } = await runCli(['create-admin', 'Boss@Example.com', '--json'], env);
		expect(code).toBe(0);
		const made = JSON.parse(stdout) as { email: string; url: string };
		expect(made.email).toBe('boss@example.com');
		const view = await withServices(async ({ links, portals }) => {
			const { portal } = await portals.ensureDefault();
			return links.look(portal, made.url.slice(made.url.lastIndexOf('/') + 1));
		});
		expect(view).toMatchObject({ state: 'open', admin: { email: 'boss@example.com' } });
	});

	it('refuses what is no address', async () => {
		const run = await runCli(['create-admin', 'boss'], env);
		expect(run).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('@') });
	});
});

describe('rotate-keys', () => {
	it('R23 adds a key to the key file; what the older one made stays valid', async () => {
		const before = await withServices(async ({ apiKeys, keys }) => ({
			newest: keys.newest,
			made: await apiKeys.create({ portalId: null, name: 'old', scopes: [] }),
		}));
		const { code, stdout } = await runCli(['rotate-keys', '--json'], env);
		const keyFile = join(place.folder, 'keys.json');
		expect({ code, answer: JSON.parse(stdout) }).toEqual({
			code: 0,
			answer: { version: before.newest + 1, keyFile },
		});
		expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
		const after = await withServices(async ({ apiKeys, keys }) => ({
			newest: keys.newest,
			found: await apiKeys.authenticate(`Bearer ${before.made.key}`),
		}));
		expect(after).toMatchObject({ newest: before.newest + 1, found: { id: before.made.id } });
	});

	it('R23 a process that lacks the newest key is refused', async () => {
		await withServices(async () => undefined);
		const old = await readFile(join(place.folder, 'keys.json'), 'utf8');
		await runCli(['rotate-keys'], env);
		await withServices(async () => undefined);
		const { keys } = JSON.parse(old) as { keys: { version: number; secret: string }[] };
		const stale = keys.map(({ version, secret }) => `${String(version)}:${secret}`).join();
		const run = await runCli(['create-api-key'], { ...env, SECRET_KEYS: stale });
		expect(run.code).toBe(1);
		expect(run.stderr).toContain('secret key 2, which this process does not have');
	});

	it('R23 --drop takes a key out of the key file, and ends what needs it only with --revoke', async () => {
		const { key } = await withServices(({ apiKeys }) =>
			apiKeys.create({ portalId: null, name: 'old', scopes: [] }),
		);
		await runCli(['rotate-keys'], env);
		await withServices(async () => undefined);
		const refused = await runCli(['rotate-keys', '--drop', '1'], env);
		expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
		expect(refused.stderr).toContain('needed by 0 links, 0 sessions and 1 API key.');
		await withServices(({ apiKeys }) => apiKeys.authenticate(`Bearer ${key}`));
		const done = await runCli(['rotate-keys', '--drop', '1', '--revoke', '--json'], env);
		const keyFile = join(place.folder, 'keys.json');
		expect(JSON.parse(done.stdout)).toEqual({
			...{ dropped: 1, ended: { links: 0, sessions: 0, apiKeys: 1 }, keyFile },
		});
		const { keys } = JSON.parse(await readFile(keyFile, 'utf8')) as { keys: { version: number }[] };
		expect(keys.map(({ version }) => version)).toEqual([2]);
		await withServices(async ({ apiKeys }) => {
			await expect(apiKeys.authenticate(`Bearer ${key}`)).rejects.toThrow();
		});
	});

	it.each([
		[['--drop', 'one'], 'A key version is a number'],
		[['--revoke'], '--revoke goes with --drop VERSION.'],
	])('%j says what is wrong and changes nothing', async (args, sentence) => {
		await withServices(async () => undefined);
		const before = await readFile(join(place.folder, 'keys.json'), 'utf8');
		const run = await runCli(['rotate-keys', ...args], env);
		expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 1, stdout: '' });
		expect(run.stderr).toContain(sentence);
		expect(await readFile(join(place.folder, 'keys.json'), 'utf8')).toBe(before);
	});

	it('with SECRET_KEYS prints what to set, which the server then takes', async () => {
		const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64url');
		const settings = { ...env, SECRET_KEYS: `1:${key}` };
		await withServices(async () => undefined, settings);
		const { stdout } = await runCli(['rotate-keys', '--json'], settings);
		const { secretKeys } = JSON.parse(stdout) as { secretKeys: string };
		expect(secretKeys.startsWith(`1:${key},2:`)).toBe(true);
		const newest = await withServices(async ({ keys }) => keys.newest, {
			...env,
			SECRET_KEYS: secretKeys,
		});
		expect(newest).toBe(2);
	});
});

describe('serve', () => {
	it('says what to type when the port is in use', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => other.once('listening', resolve));
		const { port } = other.address() as AddressInfo;
		const run = await runCli(['serve'], { ...env, PORT: String(port) });
		other.close();
		expect(run.code).toBe(1);
		expect(run.stderr).toBe(
			`Port ${String(port)} is in use. Try: PORT=${String(port + 1)} npm start\n`,
		);
	});

	it('says so when HOST is not of this machine', async () => {
		const run = await runCli(['serve'], { ...env, HOST: '192.0.2.1' });
		expect(run).toMatchObject({
			code: 1,
			stderr: 'HOST is 192.0.2.1, which is not an address of this machine.\n',
		});
	});
});
