import { DatabaseSync } from 'node:sqlite';

import { MongoClient } from 'mongodb';

/** Everything that a copy of the database holds, the jobs too, as JSON. */
export async function dumpOf(databaseUrl: string): Promise<string> {
	return databaseUrl.startsWith('sqlite:')
		? dumpOfFile(databaseUrl.slice('sqlite:'.length))
		: dumpOfServer(databaseUrl);
}

function dumpOfFile(path: string): string {
	const file = new DatabaseSync(path, { readOnly: true });
	try {
		const tables = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
		const rows = tables.map(({ name }) => [
			name,
			file.prepare(`SELECT * FROM "${String(name)}"`).all(),
		]);
		return JSON.stringify(Object.fromEntries(rows));
	} finally {
		file.close();
	}
}

async function dumpOfServer(url: string): Promise<string> {
	const client = await new MongoClient(url).connect();
	try {
		const db = client.db(new URL(url).pathname.slice(1) || 'client-portal');
		const collections = await db.collections();
		const rows = await Promise.all(
			collections.map(async (collection) => [
				collection.collectionName,
				await collection.find().toArray(),
			]),
		);
		return JSON.stringify(Object.fromEntries(rows));
	} finally {
		await client.close();
	}
}
