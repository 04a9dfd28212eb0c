import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { createSendGridMailer } from '../../../server/mail/sendgrid.ts';
import type { Chunk, SendJobs } from '../../../server/services/send-types.ts';
import { createSends } from '../../../server/services/sends.ts';
import type { MagicLink } from '../../../server/store/store.ts';
import { databasesFor } from '../../support/databases.ts';
import { startSendGridStub, type SendGridStub } from '../../support/sendgrid-stub.ts';
import { TestClock } from '../../support/server.ts';
import { itemFor, openParts } from './world.ts';

const databases = await databasesFor('links for those who need one');

/** The link stands in a branch, in both parts. */
const contents = [
	{
		subject: 'News for << contact.first_name >>',
		html: '<p>Hello << contact.first_name >><< #if contact.company >>, <a href="<< contact.magic_link >>">sign in</a> for << contact.company >><< /if >></p>',
		text: 'Hello << contact.first_name >><< #if contact.company >>: << contact.magic_link >><< /if >>',
	},
];

/** What stands in for MongoDB looks through all rows where a real one has an index: as many as elsewhere take it minutes. */
const chunksOn = (name: string) =>
	name === 'SQLite' || process.env['MONGODB_URL'] !== undefined ? 10 : 2;

describe.each(databases)('links for those who need one ($name)', ({ name: database, open }) => {
	let folder: string;
	let stub: SendGridStub;
	let base: Awaited<ReturnType<typeof openParts>>;
	let closeDatabase: () => Promise<void>;
	const chunks: Chunk[] = [];
	/** Links as each insert into the store had them. */
	const inserts: (readonly MagicLink[])[] = [];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'minting-'));
		stub = await startSendGridStub();
		const { url, close } = await open(folder);
		closeDatabase = close;
		base = await openParts(url, new TestClock());
		const { magicLinks } = base.store;
		const insertMany = magicLinks.insertMany.bind(magicLinks);
		jest.spyOn(magicLinks, 'insertMany').mockImplementation((links) => {
			inserts.push(links);
			return insertMany(links);
		});
	});
	afterEach(async () => {
		chunks.length = 0;
		inserts.length = 0;
		await base.store.close();
		await closeDatabase();
		await stub.close();
		rmSync(folder, { recursive: true });
	});

	/** Orders an e-mail to so many contacts, of whom three in ten have a company; as much at once as the API takes. */
	async function order(count: number) {
		const { apiKey, url: apiUrl } = stub;
		const limits = { concurrency: 2, timeoutMs: 30_000 };
		const jobs: SendJobs = {
			addChunks: (added) => Promise.resolve(void chunks.push(...added)),
			listChunks: () => Promise.resolve(new Set()),
		};
		const mailer = createSendGridMailer({ ...base, apiKey, apiUrl, ...limits });
		const sends = createSends({ ...base, jobs, mailer });
		const ctx = { portal: base.portal, actor: 'api_key:test', fingerprint: '' };
		for (let from = 0; from < count; from += 1000) {
			const people = Array.from({ length: 1000 }, (_, n) => ({
				email: `p${String(from + n)}@example.com`,
				set: { firstName: `P${String(from + n)}`, company: n % 10 < 3 ? `C${String(n)}` : null },
				fields: {},
			}));
			await base.contacts.upsertMany(base.portal, people, 'test');
			await sends.order(
				{ ...ctx, idempotencyKey: null, waitMs: 0 },
				{
					...{ kind: 'email', contents, items: people.map(({ email }) => itemFor(email)) },
					...{ resend: false, restoreAccess: false, destination: null },
					linkLifetimeMs: 3_600_000,
				},
			);
		}
		return sends;
	}

	/** How many links there are in the database. */
	const stored = () => base.store.magicLinks.countLive(base.keys.newest, base.clock.now());
	const linksIn = (text: string) => [...new Set(text.match(/http:[^"\s]+\/l\/[\w-]{66}/g))];

	const count = chunksOn(database) * 1000;

	it(`R29 of ${String(count)} contacts exactly the ${String(count * 0.3)} whose branch is live get a link, in one insert and one request a thousand`, async () => {
		const sends = await order(count);
		for (const chunk of chunks) expect(await sends.runChunk(chunk)).toEqual({ runAgainAt: null });

		expect(inserts.length).toBeLessThanOrEqual(count / 1000);
		expect(inserts.flat()).toHaveLength(count * 0.3);
		expect(await stored()).toBe(count * 0.3);

		expect(stub.requests).toHaveLength(count / 1000);
		const emails = stub.emails();
		expect(emails).toHaveLength(count);
		const links = emails.map(({ html, text }) => linksIn(`${html} ${text}`));
		expect(new Set(links.flat()).size).toBe(count * 0.3);
		for (const [n, { to, text, html }] of emails.entries()) {
			const name = `P${String(n)}`;
			expect([to.email, text.slice(0, 6 + name.length)]).toEqual([
				`${name.toLowerCase()}@example.com`,
				`Hello ${name}`,
			]);
			expect(links[n]).toHaveLength(n % 10 < 3 ? 1 : 0);
			expect(linksIn(html)).toEqual(links[n]);
		}
	}, 120_000);

	it('R29 a chunk that is sent again carries the same links, and no new ones are made', async () => {
		const sends = await order(1000);
		const [chunk] = chunks;
		const died = jest
			.spyOn(base.store.deliveries, 'finish')
			.mockRejectedValueOnce(new Error('died'));
		await expect(sends.runChunk(chunk!)).rejects.toThrow('died');
		died.mockRestore();
		expect(await sends.runChunk(chunk!)).toEqual({ runAgainAt: null });

		expect(stub.mails).toHaveLength(2);
		const [first, second] = [stub.emails().slice(0, 1000), stub.emails().slice(1000)];
		expect(second).toEqual(first);
		expect(linksIn(JSON.stringify(first.map(({ text }) => text)))).toHaveLength(300);
		expect(await stored()).toBe(300);
	}, 60_000);
});
