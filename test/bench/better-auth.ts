import { DatabaseSync } from 'node:sqlite';

import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { magicLink } from 'better-auth/plugins/magic-link';

/**
 * Better Auth with its magic-link plugin as its documentation sets it up, on SQLite. Its limit of five requests a minute is off, and
 * its writes are as durable as ours.
 */
export async function openBetterAuth(file: string, port: number) {
	const database = new DatabaseSync(file, { timeout: 5000 });
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
	const sent: string[] = [];
	const options = {
		database,
		baseURL: `http://127.0.0.1:${String(port)}`,
		secret: 'only-for-this-benchmark-0123456789abcdef',
		rateLimit: { enabled: false },
		plugins: [
			magicLink({
				expiresIn: 3600,
				sendMagicLink: ({ url }) => {
					sent.push(url);
				},
			}),
		],
	};
	await (await getMigrations(options)).runMigrations();
	const auth = betterAuth(options);
	return {
		handler: auth.handler,
		/** Makes people who are known already, and a link for each. */
		async links(emails: readonly string[]): Promise<string[]> {
			const { internalAdapter } = await auth.$context;
			for (const email of emails) {
				await internalAdapter.createUser(
					{ email, name: 'Ada', emailVerified: true },
					{ method: 'magic-link' },
				);
				const body = { email, callbackURL: '/' };
				await auth.api.signInMagicLink({ body, headers: new Headers() });
			}
			return sent.splice(0);
		},
		close: () => {
			database.close();
		},
	};
}
