import { Router } from 'express';

import { PortalError } from '../errors.ts';
import type { Services } from '../services.ts';
import { handlersOf } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { openApiDocument } from './openapi.ts';

const mount = '/v1';

/** The API, to be mounted at /v1. It answers on every host but the portals' own: keys do not depend on hosts. */
export function apiRouter(services: Services): Router {
	const { urls, version } = services;
	const router = Router();
	router.use((request, _response, next) => {
		const host = urls.resolveHost(request.get('host') ?? '');
		if (host.kind === 'slug') throw new PortalError('not_found');
		next();
	});
	const document = openApiDocument(urls.publicUrl, version);
	router.get('/openapi.json', (_request, response) => {
		response.json(document);
	});
	const below = (path: string) => path.slice(mount.length);
	for (const declared of endpoints) {
		router[declared.method](below(declared.path), ...handlersOf(declared, services));
	}
	for (const path of new Set(endpoints.map((declared) => declared.path))) {
		const methods = endpoints.filter((e) => e.path === path).map((e) => e.method.toUpperCase());
		router.all(below(path), (_request, response) => {
			response.set('Allow', methods.join(', '));
			throw new PortalError('method_not_allowed', {
				detail: `It answers ${methods.join(' and ')}.`,
			});
		});
	}
	router.use(() => {
		throw new PortalError('not_found', {
			detail: `GET ${mount}/openapi.json lists what there is.`,
		});
	});
	return router;
}
