import express, { type Express } from 'express';

import { PortalError } from '../errors.ts';
import type { Services } from '../services.ts';
import { handlerOf } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { openApiDocument } from './openapi.ts';

/** The API under /v1. It answers on every host but the portals' own: keys do not depend on hosts. */
export function apiRoutes(app: Express, services: Services): void {
	const { config, urls, version } = services;
	app.use('/v1', (request, _response, next) => {
		const host = urls.resolveHost(request.get('host') ?? '');
		if (host.kind === 'slug') throw new PortalError('not_found');
		next();
	});
	app.use(
		'/v1/contacts/import',
		express.text({ type: 'text/csv', limit: config.importLimitBytes }),
	);
	app.use('/v1', express.json({ limit: config.bodyLimitBytes }));

	const document = openApiDocument(urls.publicUrl, version);
	app.get('/v1/openapi.json', (_request, response) => {
		response.json(document);
	});
	for (const declared of endpoints)
		app[declared.method](declared.path, handlerOf(declared, services));
	for (const path of new Set(endpoints.map((declared) => declared.path))) {
		const methods = endpoints.filter((e) => e.path === path).map((e) => e.method.toUpperCase());
		app.all(path, (_request, response) => {
			response.set('Allow', methods.join(', '));
			throw new PortalError('method_not_allowed');
		});
	}
}
