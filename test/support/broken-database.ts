import { DatabaseSync } from 'node:sqlite';

import { jest } from '@jest/globals';
import { Collection } from 'mongodb';

/** Makes the database refuse events until the answer is called. */
export function breakEvents(databaseUrl: string): () => void {
	if (databaseUrl.startsWith('sqlite:')) return refuse(databaseUrl, 'INSERT ON events');
	const real = Collection.prototype.insertMany;
	const broken = jest.spyOn(Collection.prototype, 'insertMany');
	broken.mockImplementation(function (this: Collection, ...given) {
		if (this.collectionName === 'events') return Promise.reject(new Error('refused'));
		return real.apply(this, given);
	});
	return () => {
		broken.mockRestore();
	};
}

/** Makes the database keep contacts that are deleted until the answer is called. */
export function breakDeletes(databaseUrl: string): () => void {
	if (databaseUrl.startsWith('sqlite:')) return refuse(databaseUrl, 'DELETE ON contacts');
	const real = Collection.prototype.deleteOne;
	const broken = jest.spyOn(Collection.prototype, 'deleteOne');
	broken.mockImplementation(function (this: Collection, ...given) {
		if (this.collectionName === 'contacts') return Promise.reject(new Error('refused'));
		return real.apply(this, given);
	});
	return () => {
		broken.mockRestore();
	};
}

/** Makes a SQLite database refuse what is named until the answer is called. */
function refuse(databaseUrl: string, what: 'INSERT ON events' | 'DELETE ON contacts'): () => void {
	const run = (sql: string): void => {
		const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length));
		database.exec(sql);
		database.close();
	};
	run(`CREATE TRIGGER refused BEFORE ${what} BEGIN SELECT RAISE(ABORT, 'refused'); END`);
	return () => {
		run('DROP TRIGGER refused');
	};
}
