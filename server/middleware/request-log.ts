import { randomUUID } from 'node:crypto';

import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Where a person reads along, requests would push what the start said off the screen. */
export type RequestLevel = 'info' | 'debug';

/**
 * Gives each request an id (the caller's X-Request-Id when it is harmless) and logs one line when it is answered: method, route,
 * status, milliseconds. Never the URL as it came, which may hold a link's secret (R27).
 */
export function requestLog(log: Logger, level: RequestLevel): RequestHandler {
	return (request, response, next) => {
		const given = request.get('x-request-id') ?? '';
		const requestId = requestIdPattern.test(given) ? given : randomUUID();
		response.locals['requestId'] = requestId;
		response.set('X-Request-Id', requestId);
		const startedAt = performance.now();
		response.once('close', () => {
			const ms = Math.round(performance.now() - startedAt);
			const { path } = (request.route ?? {}) as { path?: string };
			const route = path === undefined ? '(none)' : request.baseUrl + path;
			const line = { requestId, method: request.method, route, status: response.statusCode, ms };
			if (response.writableFinished) log[level](line, 'request');
			else log[level](line, 'request given up by the caller');
		});
		next();
	};
}
