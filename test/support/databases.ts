import { join } from 'node:path';

import { startMongo } from './mongodb/start.ts';

/** A kind of database that a suite runs on. */
export interface Database {
	name: string;
	/** An empty database; `folder` is where a file may go. */
	open(folder: string): Promise<{ url: string; close: () => Promise<void> }>;
}

const mongo = await startMongo();

/** SQLite always; MongoDB where this machine can run a server of its protocol. */
export const databases: readonly Database[] = [
	{
		name: 'SQLite',
		open: (folder) =>
			Promise.resolve({
				url: `sqlite:${join(folder, 'test.sqlite')}`,
				close: () => Promise.resolve(),
			}),
	},
	...(mongo === null
		? []
		: [
				{
					name: 'MongoDB',
					open: () => Promise.resolve({ url: mongo.url, close: () => mongo.stop() }),
				},
			]),
];
