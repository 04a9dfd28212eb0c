import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';

import { PortalError, type ErrorCode } from './errors.ts';
import { createCookies } from './middleware/cookies.ts';
import { apiErrorHandler, logError, toPortalError } from './middleware/error-handler.ts';
import { requestLog, type RequestLevel } from './middleware/request-log.ts';
import { sameOrigin } from './middleware/same-origin.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { errorPage, type Trouble } from './pages/error.ts';
import { adminPages } from './routes/admin-pages.ts';
import { healthRoutes } from './routes/health.ts';
import { earlierLinkPages } from './routes/earlier-link.ts';
import { linkPages } from './routes/link-pages.ts';
import { localeOf, portalOf, sendPage, withoutLogo, type PageParts } from './routes/page-kit.ts';
import { playground } from './routes/playground.ts';
import { portalPages } from './routes/portal-pages.ts';
import { apiRouter } from './routes/router.ts';
import { signInPages } from './routes/sign-in-pages.ts';
import { signOutPages } from './routes/sign-out.ts';
import type { Services } from './services.ts';

/** A form of ours has two short fields. */
const formLimitBytes = 10_000;

/** The Express application. It opens nothing and listens nowhere. */
export function createApp(
	services: Services,
	{ requestLevel }: { requestLevel: RequestLevel } = { requestLevel: 'info' },
): Express {
	const { config, log } = services;
	const app = express();
	app.disable('x-powered-by');
	app.set('etag', false);
	app.set('trust proxy', trustedProxies(config.trustProxy));
	app.set('query parser', 'simple');
	app.use(requestLog(log, requestLevel), ...securityHeaders(config.publicUrl));

	healthRoutes(app, services);
	app.use('/v1', apiRouter(services), apiErrorHandler(log));

	const parts = { services, cookies: createCookies(config.publicUrl) };
	app.use(sameOrigin(config.publicUrl));
	app.use('/admin', onlyOnPublicHost(services));
	// Before other forms are read: this one holds a whole e-mail, and is read once it is known who sends it.
	playground(app, parts);
	app.use(express.urlencoded({ extended: false, limit: formLimitBytes, parameterLimit: 20 }));
	linkPages(app, parts);
	signInPages(app, parts);
	adminPages(app, parts);
	earlierLinkPages(app, parts);
	signOutPages(app, parts);
	portalPages(app, parts);
	app.use(() => {
		throw new PortalError('not_found');
	});
	app.use(pageErrorHandler(parts));
	return app;
}

/** The dashboard, and the way in, answer only on PUBLIC_URL's host. */
function onlyOnPublicHost({ urls }: Services): RequestHandler {
	return (request, _response, next) => {
		if (urls.resolveHost(request.get('host') ?? '').kind !== 'public') {
			throw new PortalError('not_found');
		}
		next();
	};
}

/** How many proxies stand before the server, or their addresses. Express takes a number as the count only when it is one. */
function trustedProxies(setting: string | null): boolean | number | string {
	if (setting === null) return false;
	return /^\d+$/.test(setting) ? Number(setting) : setting;
}

/** What a person reads about an error; about any other, that something went wrong. */
const troubles: Partial<Record<ErrorCode, Trouble>> = {
	not_found: 'not_found',
	method_not_allowed: 'method_not_allowed',
	cross_origin: 'cross_origin',
	too_many_requests: 'too_many_requests',
	database_unavailable: 'unavailable',
	disk_full: 'unavailable',
};

/** People get a page, in plain words. */
function pageErrorHandler(parts: PageParts): ErrorRequestHandler {
	return async (thrown: unknown, request, response, next) => {
		if (response.headersSent) {
			next(thrown);
			return;
		}
		const error = toPortalError(thrown);
		const reference = String(response.locals['requestId']);
		logError(parts.services.log, error, reference);
		const trouble = troubles[error.code] ?? 'other';
		if (error.retryAfterSeconds !== undefined) {
			response.set('Retry-After', String(error.retryAfterSeconds));
		}
		// The trouble may be the database's, from which portals come too.
		const found = await portalOf(parts, request).catch(() => null);
		// The address may be that of a link.
		const portal = found && withoutLogo(found);
		const page = errorPage({
			...{ portal, trouble, locale: localeOf(request, portal) },
			waitSeconds: trouble === 'too_many_requests' ? error.retryAfterSeconds : undefined,
			...(error.status >= 500 ? { reference } : {}),
		});
		sendPage(response, error.status, page, portal);
	};
}
