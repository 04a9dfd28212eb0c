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

export default workspace('server', ['./engine/index.ts'], layers);
