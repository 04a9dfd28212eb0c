import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { pino } from 'pino';

import type { Clock } from '../../../server/clock.ts';
import { readConfig } from '../../../server/config.ts';
import type { MailBatch, Mailer, Outcome, Recipient } from '../../../server/mail/mailer.ts';
import { createOutboxMailer, readOutboxMessage } from '../../../server/mail/outbox.ts';
import { createContacts, type ContactInput } from '../../../server/services/contacts.ts';
import { createEvents } from '../../../server/services/events.ts';
import { parseSecretKeys } from '../../../server/services/key-source.ts';
import { createKeys } from '../../../server/services/keys.ts';
import { createLinks } from '../../../server/services/links.ts';
import { createPortalUrls } from '../../../server/services/portal-urls.ts';
import { createPortals } from '../../../server/services/portals.ts';
import type {
	Chunk,
	OrderAnswer,
	OrderContext,
	SendJobs,
	SendRequest,
	WantedItem,
} from '../../../server/services/send-types.ts';
import { createSends } from '../../../server/services/sends.ts';
import { createTemplates } from '../../../server/services/templates.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Contact } from '../../../server/store/store.ts';
import { TestClock } from '../../support/server.ts';
import { makeLink, makeRedeem } from '../store/fixtures.ts';

/** The services that send, over a real store and the real outbox, with the jobs run by hand. */
export type World = Awaited<ReturnType<typeof createWorld>>;

/** What becomes of an e-mail in place of the outbox, or null to let it go there. */
type Trouble = (recipient: Recipient) => Outcome | null;

export async function createWorld(env: Record<string, string> = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'sends-'));
	const file = join(folder, 'test.sqlite');
	const clock = new TestClock();
	const base = await openParts(`sqlite:${file}`, clock, env);
	const { store, portal, contacts, templates } = base;
	const jobs = new HandJobs();
	const mailer = new TroubledMailer(createOutboxMailer(base));
	const sends = createSends({ ...base, jobs, mailer });
	const ctx: OrderContext = {
		portal,
		actor: 'api_key:test',
		idempotencyKey: null,
		fingerprint: '',
		waitMs: 0,
	};

	return {
		...{ store, clock, portal, contacts, templates, jobs, mailer, sends },
		/** The same on the same database, as in another process. */
		elsewhere: createSends({ ...base, jobs, mailer }),
		/** Orders with defaults: a login e-mail with the built-in text. */
		order(request: Partial<SendRequest>, asked: Partial<OrderContext> = {}): Promise<OrderAnswer> {
			return sends.order(
				{ ...ctx, ...asked },
				{
					kind: 'login_email',
					contents: [],
					items: [],
					resend: false,
					restoreAccess: false,
					destination: null,
					linkLifetimeMs: 24 * 3_600_000,
					...request,
				},
			);
		},
		/** Runs every job that is due, once each; answers when they want to run again. */
		async runJobs(): Promise<(number | null)[]> {
			const again: (number | null)[] = [];
			for (const chunk of jobs.take(clock.now())) {
				const { runAgainAt } = await sends.runChunk(chunk);
				if (runAgainAt !== null) jobs.later(chunk, runAgainAt);
				again.push(runAgainAt);
			}
			return again;
		},
		/** Makes contacts p0@, p1@, … of example.com; answers their addresses. */
		async people(count: number, set: Partial<ContactInput['set']> = {}): Promise<string[]> {
			const emails = Array.from({ length: count }, (_, n) => `p${String(n)}@example.com`);
			await contacts.upsertMany(
				portal,
				emails.map((email, n) => ({
					email,
					set: { firstName: `P${String(n)}`, ...set },
					fields: {},
				})),
				'test',
			);
			return emails;
		},
		/** The stored e-mails by address. */
		async mails() {
			const rows = await store.outbox.list(portal.id, { limit: 5000, after: null });
			const mails = await Promise.all(rows.map(({ id }) => readOutboxMessage(base, portal.id, id)));
			return new Map(mails.flatMap((mail) => (mail === null ? [] : [[mail.to.address, mail]])));
		},
		async join(contact: Contact) {
			const link = makeLink(contact);
			await store.magicLinks.insertMany([link]);
			const redeemed = await store.magicLinks.redeem(makeRedeem(link));
			if (!redeemed.ok) throw new Error(redeemed.reason);
		},
		/** As the events of a provider will. */
		markBounced(email: string) {
			const db = new DatabaseSync(file, { timeout: 1000 });
			db.prepare('UPDATE contacts SET bouncedAt = ? WHERE email = ?').run(clock.now(), email);
			db.close();
		},
		async stop() {
			await store.close();
			rmSync(folder, { recursive: true });
		},
	};
}

const secretKeys = `1:${Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64url')}`;

/** What sends are made of, apart from mailer and jobs. */
export async function openParts(url: string, clock: Clock, env: Record<string, string> = {}) {
	const config = readConfig({ DATABASE_URL: url, SECRET_KEYS: secretKeys, ENV_FILE: '', ...env });
	const store = await openStore(config.databaseUrl);
	const keys = createKeys(parseSecretKeys(secretKeys));
	const urls = createPortalUrls(config.publicUrl);
	const base = { store, clock, config, keys, log: pino({ level: 'silent' }), urls };
	const events = createEvents(base);
	const contacts = createContacts({ ...base, events });
	const templates = createTemplates({ ...base, events });
	const { portal } = await createPortals(base).ensureDefault();
	return { ...base, portal, contacts, templates, links: createLinks(base) };
}

/** An item for this address. */
export function itemFor(email: string, more: Partial<WantedItem> = {}): WantedItem {
	return {
		contact: { email },
		content: 0,
		item: {},
		destination: null,
		idempotencyKey: null,
		...more,
	};
}

/** An invitation's item, which brings the contact along. */
export function inviteFor(email: string, more: Partial<WantedItem> = {}): WantedItem {
	return itemFor(email, { contact: { email, set: {}, fields: {} }, ...more });
}

/** The jobs that sends add, run by the test. */
class HandJobs implements SendJobs {
	readonly added: { chunk: Chunk; size: 'single' | 'bulk' }[] = [];
	#waiting: { chunk: Chunk; at: number }[] = [];

	addChunks(chunks: readonly Chunk[], size: 'single' | 'bulk'): Promise<void> {
		for (const chunk of chunks) {
			this.added.push({ chunk, size });
			this.later(chunk, 0);
		}
		return Promise.resolve();
	}

	listChunks(sendId: string): Promise<Set<number>> {
		const mine = this.#waiting.filter(({ chunk }) => chunk.sendId === sendId);
		return Promise.resolve(new Set(mine.map(({ chunk }) => chunk.from)));
	}

	later(chunk: Chunk, at: number): void {
		this.#waiting.push({ chunk, at });
	}

	take(now: number): Chunk[] {
		const due = this.#waiting.filter(({ at }) => at <= now);
		this.#waiting = this.#waiting.filter(({ at }) => at > now);
		return due.map(({ chunk }) => chunk);
	}

	/** As if the process had died before it could add any. */
	lose(): void {
		this.#waiting = [];
	}
}

/** The outbox behind a provider that has its days. */
class TroubledMailer implements Mailer {
	readonly transport = 'outbox';
	readonly batches: MailBatch[] = [];
	trouble: Trouble = () => null;
	readonly #outbox: Mailer;

	constructor(outbox: Mailer) {
		this.#outbox = outbox;
	}

	async send(batch: MailBatch): Promise<Outcome[]> {
		this.batches.push(batch);
		const troubles = batch.recipients.map((recipient) => this.trouble(recipient));
		const recipients = batch.recipients.filter((_, n) => troubles[n] === null);
		const kept = await this.#outbox.send({ ...batch, recipients });
		return troubles.map((trouble) => trouble ?? kept.shift()!);
	}

	check(): Promise<void> {
		return this.#outbox.check();
	}

	close(): Promise<void> {
		return this.#outbox.close();
	}
}
