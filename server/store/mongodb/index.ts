import { MongoBackend } from '@agendajs/mongo-backend';
import { type CommandStartedEvent, type Db, MongoClient } from 'mongodb';

import { PortalError } from '../../errors.ts';
import type { Store } from '../store.ts';
import { createAdmins } from './admins.ts';
import { createApiKeys } from './api-keys.ts';
import { createContacts } from './contacts.ts';
import { createDeliveries } from './deliveries.ts';
import { guard, translate } from './errors.ts';
import { createEvents } from './events.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import { createIndexes } from './indexes.ts';
import { createLimits } from './limits.ts';
import { createMagicLinks } from './magic-links.ts';
import { createMeta } from './meta.ts';
import { createOutbox } from './outbox.ts';
import { createPortals } from './portals.ts';
import { selfTest } from './self-test.ts';
import { createSends } from './sends.ts';
import { createSessions } from './sessions.ts';
import { createTemplates } from './templates.ts';

export interface MongoStoreOptions {
	/** `mongodb://…` or `mongodb+srv://…`; the path names the database (default `client-portal`). */
	url: string;
	/** How long to look for a server and to wait for a connection, in milliseconds. */
	timeoutMs?: number;
	/** Sees every command, for tests. */
	onCommand?: (event: CommandStartedEvent) => void;
}

/** How long one command may take, in multiples of `timeoutMs`. */
const COMMAND_TIMEOUTS = 2;

/** The store over a MongoDB database. Nothing is touched before `open`. */
export function createMongoStore(options: MongoStoreOptions): Store {
	const { client, db } = connect(options);
	let state: 'new' | 'open' | 'closed' = 'new';
	const guarded = <Part extends object>(part: Part): Part => guard(part, () => state === 'open');
	const test = (): Promise<void> => selfTest(db.collection('selfTest'));
	const whole = guarded({
		ping: async (): Promise<void> => {
			await db.command({ ping: 1 });
		},
		selfTest: test,
	});
	return {
		kind: 'mongodb',
		open: async () => {
			if (state === 'open') return;
			try {
				await client.connect();
				await createIndexes(db);
				await test();
			} catch (error) {
				await client.close();
				throw translate(error);
			}
			state = 'open';
		},
		close: async () => {
			state = 'closed';
			await client.close();
		},
		...whole,
		jobBackend: () => Promise.resolve(new MongoBackend({ mongo: db, collection: 'jobs' })),
		meta: guarded(createMeta(db)),
		portals: guarded(createPortals(db)),
		contacts: guarded(createContacts(db)),
		magicLinks: guarded(createMagicLinks(db)),
		sessions: guarded(createSessions(db)),
		apiKeys: guarded(createApiKeys(db)),
		admins: guarded(createAdmins(db)),
		templates: guarded(createTemplates(db)),
		sends: guarded(createSends(db)),
		deliveries: guarded(createDeliveries(db)),
		outbox: guarded(createOutbox(db)),
		events: guarded(createEvents(db)),
		idempotencyKeys: guarded(createIdempotencyKeys(db)),
		limits: guarded(createLimits(db)),
	};
}

function connect({ url, timeoutMs = 5_000, onCommand }: MongoStoreOptions): {
	client: MongoClient;
	db: Db;
} {
	try {
		const client = new MongoClient(url, {
			appName: 'client-portal',
			retryWrites: true,
			writeConcern: { w: 'majority' },
			serverSelectionTimeoutMS: timeoutMs,
			connectTimeoutMS: timeoutMs,
			waitQueueTimeoutMS: timeoutMs,
			socketTimeoutMS: timeoutMs * COMMAND_TIMEOUTS,
			monitorCommands: onCommand !== undefined,
		});
		if (onCommand !== undefined) client.on('commandStarted', onCommand);
		const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1];
		return {
			client,
			db: client.db(name === undefined ? 'client-portal' : decodeURIComponent(name)),
		};
	} catch (error) {
		throw new PortalError('database_unavailable', {
			detail:
				'DATABASE_URL is not a valid MongoDB address. It looks like mongodb://user:password@host:27017/database.',
			cause: error,
		});
	}
}
