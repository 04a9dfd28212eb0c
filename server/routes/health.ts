import type { Express } from 'express';

import type { Services } from '../services.ts';

/** `/healthz`: the process answers. `/readyz`: the database does too. */
export function healthRoutes(app: Express, services: Services): void {
	app.get('/healthz', (_request, response) => {
		response.json({ status: 'ok' });
	});
	app.get('/readyz', async (_request, response) => {
		try {
			await services.store.ping();
			response.json({ status: 'ready' });
		} catch {
			response.status(503).json({ status: 'not ready', reason: 'The database cannot be reached.' });
		}
	});
}
