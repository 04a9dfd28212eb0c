import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createSqliteStore } from '../../../server/store/sqlite/index.ts';
import { describeContract } from './contract.ts';

describeContract('SQLite', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'client-portal-store-'));
	const path = join(folder, 'made', 'when-missing.sqlite');
	const store = createSqliteStore({ path });
	await store.open();
	const raw = new DatabaseSync(path, { timeout: 5_000 });
	const run = (sql: string, id: string): Promise<void> => {
		raw.prepare(sql).run(id);
		return Promise.resolve();
	};
	return {
		store,
		another: () => createSqliteStore({ path }),
		forgetSession: (id) => run('DELETE FROM sessions WHERE linkId = ?', id),
		forgetLogin: (id) =>
			run('UPDATE contacts SET joinedAt = NULL, lastLoginAt = NULL WHERE id = ?', id),
		forgetContact: (id) => run('DELETE FROM contacts WHERE id = ?', id),
		close: async () => {
			raw.close();
			await store.close();
			rmSync(folder, { recursive: true });
		},
	};
});
