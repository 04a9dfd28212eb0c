import { DatabaseSync } from 'node:sqlite';

import { MongoClient } from 'mongodb';

import type { TestServer } from './server.ts';

/** Writes into the database that e-mails to the address bounce, as the report of a mail provider would. */
export async function markBounced(
	{ services }: Pick<TestServer, 'services'>,
	email: string,
): Promise<void> {
	const { databaseUrl } = services.config;
	const now = services.clock.now();
	if (databaseUrl.startsWith('sqlite:')) {
		const file = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 5_000 });
		file.prepare('UPDATE contacts SET bouncedAt = ? WHERE email = ?').run(now, email);
		file.close();
		return;
	}
	const client = await new MongoClient(databaseUrl).connect();
	await client
		.db()
		.collection('contacts')
		.updateOne({ email }, { $set: { bouncedAt: now } });
	await client.close();
}
