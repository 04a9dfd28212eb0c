import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createSqliteStore } from '../../../server/store/sqlite/index.ts';
import { selfTest } from '../../../server/store/sqlite/self-test.ts';
import type { Store } from '../../../server/store/store.ts';
import { addLink, inParallel, makeRedeem } from './fixtures.ts';

describe('the file of the SQLite store', () => {
	let folder: string;
	let path: string;
	const stores: Store[] = [];
	const raws: DatabaseSync[] = [];

	function make(patienceMs = 100): Store {
		const store = createSqliteStore({ path, patienceMs });
		stores.push(store);
		return store;
	}
	/** Another program, on the same file. */
	function raw(): DatabaseSync {
		const db = new DatabaseSync(path);
		raws.push(db);
		return db;
	}

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'client-portal-sqlite-'));
		path = join(folder, 'a', 'b', 'portal.sqlite');
	});
	afterEach(async () => {
		for (const db of raws.splice(0)) db.close();
		await Promise.all(stores.splice(0).map((store) => store.close()));
		rmSync(folder, { recursive: true });
	});

	it('is made with its folder, readable by its owner only, and keeps what was written', async () => {
		const first = make();
		await first.open();
		const { link } = await addLink(first);
		const request = makeRedeem(link);
		await first.magicLinks.redeem(request);
		for (const suffix of ['', '-wal', '-shm']) {
			expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
		}
		await first.close();
		expect(existsSync(`${path}-wal`)).toBe(false);
		const second = make();
		await second.open();
		expect(await second.sessions.get(request.session.id)).toMatchObject({ linkId: link.id });
	});

	it('R23 of a file from before, sessions get the key version of their link', async () => {
		const before = make();
		await before.open();
		const { link } = await addLink(before, { keyVersion: 7 });
		const request = makeRedeem(link);
		await before.magicLinks.redeem(request);
		await before.close();
		// Version 1 of the file: what later migrations brought is taken out again.
		raw().exec(`
			ALTER TABLE sessions DROP COLUMN keyVersion;
			DROP TABLE limits;
			DROP TABLE templates;
			ALTER TABLE magicLinks DROP COLUMN hasCode;
			ALTER TABLE contacts DROP COLUMN accessEndedAt;
			DROP INDEX magicLinksOfSubject;
			DROP INDEX deliveriesOfContact;
			ALTER TABLE contacts DROP COLUMN linksUsedAt;
			ALTER TABLE portals DROP COLUMN endOtherLinks;
			ALTER TABLE magicLinks DROP COLUMN visitingAdminId;
			ALTER TABLE sessions DROP COLUMN visitingAdminId;
			PRAGMA user_version = 1;
		`);
		const after = make();
		await after.open();
		expect(await after.sessions.get(request.session.id)).toMatchObject({ keyVersion: 7 });
	});

	it('says what to do when the file is locked, keeps the process responsive, and goes on when it is free', async () => {
		const store = make();
		await store.open();
		const { link } = await addLink(store);
		const other = raw();
		other.exec('BEGIN IMMEDIATE');
		let turns = 0;
		const timer = setInterval(() => (turns += 1), 1);
		await expect(store.magicLinks.redeem(makeRedeem(link))).rejects.toMatchObject({
			code: 'database_unavailable',
			detail: 'Another program keeps the file locked. Stop that program, then try again.',
		});
		clearInterval(timer);
		expect(turns).toBeGreaterThan(2);
		// Reading goes on meanwhile: the log lets readers and one writer be.
		expect(await store.magicLinks.get(link.id)).toEqual(link);
		other.exec('ROLLBACK');
		expect(await store.magicLinks.redeem(makeRedeem(link))).toMatchObject({ ok: true });
	});

	it('waits for another program that lets go in time', async () => {
		const store = make(5_000);
		await store.open();
		const other = raw();
		other.exec('BEGIN IMMEDIATE');
		const writing = addLink(store);
		setTimeout(() => {
			other.exec('COMMIT');
		}, 60);
		const { link } = await writing;
		expect(await store.magicLinks.get(link.id)).toEqual(link);
	});

	it('says what to do when the file is locked at start', async () => {
		const first = make();
		await first.open();
		await first.close();
		const other = raw();
		other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE x (y)');
		await expect(make().open()).rejects.toMatchObject({
			code: 'database_unavailable',
			detail: expect.stringContaining('locked'),
		});
	});

	it('says what to do when it is no database, a folder, inside a file, or made by a newer version', async () => {
		mkdirSync(join(folder, 'a', 'b'), { recursive: true });
		const fails = async (detail: RegExp): Promise<void> => {
			await expect(make().open()).rejects.toMatchObject({
				code: 'database_unavailable',
				detail: expect.stringMatching(detail),
			});
		};
		writeFileSync(path, 'certainly not a database '.repeat(100));
		await fails(/not an SQLite database/);
		rmSync(path);
		mkdirSync(path);
		await fails(/cannot be opened/);
		rmSync(path, { recursive: true });
		raw().exec('PRAGMA user_version = 99');
		await fails(/newer version/);
		path = join(folder, 'file', 'portal.sqlite');
		writeFileSync(join(folder, 'file'), '');
		await fails(/cannot be opened/);
	});

	it('can be tried again after a start that failed', async () => {
		mkdirSync(join(folder, 'a'));
		writeFileSync(join(folder, 'a', 'b'), '');
		const store = make();
		await expect(store.open()).rejects.toMatchObject({ code: 'database_unavailable' });
		rmSync(join(folder, 'a', 'b'));
		await store.open();
		await store.ping();
	});

	it('syncs every commit of redemptions, and finishes what was asked before it closes', async () => {
		const store = make();
		await store.open();
		const { link } = await addLink(store);
		const pending = inParallel(20, () => store.magicLinks.redeem(makeRedeem(link)));
		await store.close();
		expect((await pending).every((result) => result.ok)).toBe(true);
		const row = raw().prepare('SELECT count(*) AS sessions FROM sessions').get();
		expect(row).toEqual({ sessions: 1 });
	});

	it('fails its self-test when writes get lost', async () => {
		const store = make();
		await store.open();
		await expect(store.selfTest()).resolves.toBeUndefined();
		// A file system whose locks do nothing: every caller believes that it has won.
		const faulty = {
			read: () => Promise.resolve({ value: '1' }),
			durable: () => Promise.resolve(1),
			relaxed: () => Promise.resolve(1),
		};
		await expect(
			selfTest(faulty as unknown as Parameters<typeof selfTest>[0]),
		).rejects.toMatchObject({
			code: 'database_unavailable',
			detail: expect.stringContaining('local disk'),
		});
	});
});
