import tseslint from 'typescript-eslint';

import { workspace } from '../engine/eslint.config.mjs';

/** Requests come down through these layers (routes, with their pages; services; store), and no layer knows those above it. */
const layers = [
	{
		target: ['./server/routes', './server/pages'],
		from: './server/store',
		except: ['./store.ts'],
		message: 'Routes and pages know the contract of the store only.',
	},
	{
		target: './server/pages',
		from: './server/routes',
		message: 'A page is text that routes send.',
	},
	{
		target: './server/services',
		from: ['./server/routes', './server/pages', './server/middleware'],
		message: 'Services know nothing of HTTP.',
	},
	{
		target: './server/services',
		from: ['./server/store/sqlite', './server/store/mongodb', './server/store/open.ts'],
		message: 'Services are given a store, and know its contract and rules only.',
	},
	{
		target: './server/store',
		from: ['./server/services', './server/routes', './server/pages', './server/middleware'],
		message: 'The store knows nothing of who asks.',
	},
];

const message = 'Only the store knows a database.';

/** What opens a database, and what it is made of. */
const databases = {
	paths: ['mongodb', 'node:sqlite'].map((name) => ({ name, message })),
	patterns: [{ group: ['mongodb/*', '@agendajs/*'], message }],
};

export default tseslint.config(...workspace('server', ['./engine/index.ts'], layers), {
	files: ['**/*.ts'],
	// Agenda's table in a SQLite database is written for the store, which opens it.
	ignores: ['store/**', 'jobs/sqlite-*.ts'],
	rules: {
		'no-restricted-imports': ['error', databases],
		'no-restricted-syntax': [
			'error',
			{ selector: 'ImportExpression[source.value=/^(mongodb|node:sqlite|@agendajs)\\b/]', message },
		],
	},
});
