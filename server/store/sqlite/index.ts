import { PortalError } from '../../errors.ts';
import type { Store } from '../store.ts';
import { createAdmins } from './admins.ts';
import { createApiKeys } from './api-keys.ts';
import { createContacts } from './contacts.ts';
import { type Database, openDatabase } from './database.ts';
import { createDeliveries } from './deliveries.ts';
import { createEvents } from './events.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import { createLimits } from './limits.ts';
import { createMagicLinks } from './magic-links.ts';
import { createMeta } from './meta.ts';
import { createOutbox } from './outbox.ts';
import { createPortals } from './portals.ts';
import { selfTest } from './self-test.ts';
import { createSends } from './sends.ts';
import { createSessions } from './sessions.ts';
import { createTemplates } from './templates.ts';

/**
 * The store over one SQLite file, or over `:memory:`. Nothing is touched before `open`. A write waits up to `patienceMs` for
 * other processes, without blocking this one.
 */
export function createSqliteStore(options: { path: string; patienceMs?: number }): Store {
	const { path, patienceMs = 5_000 } = options;
	let opening: Promise<Database> | null = null;
	const opened = (): Promise<Database> => {
		if (opening !== null) return opening;
		return Promise.reject(
			new PortalError('database_unavailable', { detail: 'The database is not open yet.' }),
		);
	};
	// Parts can be made, and handed out, before the file is opened.
	const database: Database = {
		read: async (task) => await (await opened()).read(task),
		durable: async (task) => await (await opened()).durable(task),
		relaxed: async (task) => await (await opened()).relaxed(task),
		jobs: async () => await (await opened()).jobs(),
		close: async () => {
			await (await opened()).close();
		},
	};
	return {
		kind: 'sqlite',
		open: async () => {
			opening ??= openDatabase({ path, patienceMs });
			try {
				await opening;
			} catch (error) {
				opening = null;
				throw error;
			}
		},
		close: async () => {
			if (opening !== null) await database.close();
		},
		ping: async () => {
			await database.read((sql) => sql.get('SELECT count(*) FROM meta WHERE name = ?', ''));
		},
		selfTest: () => selfTest(database),
		jobBackend: async () => {
			const { createSqliteBackend } = await import('../../jobs/sqlite-backend.ts');
			return createSqliteBackend((await database.jobs()).db);
		},
		meta: createMeta(database),
		portals: createPortals(database),
		contacts: createContacts(database),
		magicLinks: createMagicLinks(database),
		sessions: createSessions(database),
		apiKeys: createApiKeys(database),
		admins: createAdmins(database),
		templates: createTemplates(database),
		sends: createSends(database),
		deliveries: createDeliveries(database),
		outbox: createOutbox(database),
		events: createEvents(database),
		idempotencyKeys: createIdempotencyKeys(database),
		limits: createLimits(database),
	};
}
