import { PortalError } from '../errors.ts';
import type { Store } from './store.ts';

/**
 * Opens the store that `databaseUrl` names: `sqlite:PATH`, `sqlite::memory:`, `mongodb://…` or `mongodb+srv://…`.
 * The driver is imported only when chosen. Fails with `database_unavailable` and a detail that says what to do.
 */
export async function openStore(databaseUrl: string): Promise<Store> {
	const store = await createStore(databaseUrl);
	await store.open();
	return store;
}

/** What follows `sqlite:` or `sqlite://`, so `:memory:` too; null when the URL names no SQLite database. */
export function sqlitePath(databaseUrl: string): string | null {
	if (!databaseUrl.startsWith('sqlite:')) return null;
	const path = databaseUrl.slice('sqlite:'.length).replace(/^\/\//, '');
	return path === '' ? null : path;
}

async function createStore(databaseUrl: string): Promise<Store> {
	const path = sqlitePath(databaseUrl);
	if (path !== null) {
		const { createSqliteStore } = await import('./sqlite/index.ts');
		return createSqliteStore({ path });
	}
	if (/^mongodb(\+srv)?:\/\//.test(databaseUrl)) {
		const { createMongoStore } = await import('./mongodb/index.ts');
		return createMongoStore({ url: databaseUrl });
	}
	// The URL itself stays out of the sentence: it may hold a password.
	throw new PortalError('database_unavailable', {
		detail:
			'DATABASE_URL names no database this server knows. Set it to sqlite:./data/client-portal.sqlite, or to a mongodb:// or mongodb+srv:// address.',
	});
}
