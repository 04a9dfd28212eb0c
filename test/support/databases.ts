import { join } from 'node:path';

import { canStartMongo, startMongo } from './mongodb/start.ts';

/** A kind of database that a suite runs on. */
export interface Database {
	name: string;
	/** An empty database; `folder` is where a file may go. */
	open(folder: string): Promise<{ url: string; close: () => Promise<void> }>;
}

export const sqlite: Database = {
	name: 'SQLite',
	open: (folder) =>
		Promise.resolve({
			url: `sqlite:${join(folder, 'test.sqlite')}`,
			close: () => Promise.resolve(),
		}),
};

/** SQLite always; MongoDB where this machine can run a server of its protocol, else one printed line says what is skipped. */
export async function databasesFor(suite: string): Promise<Database[]> {
	if (!canStartMongo()) {
		await startMongo(suite);
		return [sqlite];
	}
	const mongodb: Database = {
		name: 'MongoDB',
		async open() {
			const server = await startMongo(suite);
			if (server === null) throw new Error('MongoDB was there a moment ago');
			return { url: server.url, close: () => server.stop() };
		},
	};
	return [sqlite, mongodb];
}
