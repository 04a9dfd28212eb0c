import { DatabaseSync } from 'node:sqlite';

import { MongoClient } from 'mongodb';

import type { TestServer } from './server.ts';

type Written = Pick<TestServer, 'services'>;

/** Writes into the database that e-mails to the address bounce, as the report of a mail provider would. */
export async function markBounced(server: Written, email: string): Promise<void> {
	await writeNow(server, email, 'bouncedAt');
}

/** Writes into the database that the contact's access ended just now, and nothing else: sessions and links are left as they are. */
export async function markAccessEnded(server: Written, email: string): Promise<void> {
	await writeNow(server, email, 'accessEndedAt');
}

async function writeNow(
	{ services }: Written,
	email: string,
	field: 'bouncedAt' | 'accessEndedAt',
): Promise<void> {
	const { databaseUrl } = services.config;
	const now = services.clock.now();
	if (databaseUrl.startsWith('sqlite:')) {
		const file = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 5_000 });
		file.prepare(`UPDATE contacts SET ${field} = ? WHERE email = ?`).run(now, email);
		file.close();
		return;
	}
	const client = await new MongoClient(databaseUrl).connect();
	await client
		.db()
		.collection('contacts')
		.updateOne({ email }, { $set: { [field]: now } });
	await client.close();
}
