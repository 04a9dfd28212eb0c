import express, { type ErrorRequestHandler, type Express } from 'express';

import { PortalError } from './errors.ts';
import { createCookies } from './middleware/cookies.ts';
import { apiErrorHandler, logError, toPortalError } from './middleware/error-handler.ts';
import { requestLog, type RequestLevel } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { errorPage } from './pages/error.ts';
import { adminPages } from './routes/admin-pages.ts';
import { healthRoutes } from './routes/health.ts';
import { linkPages } from './routes/link-pages.ts';
import { portalOf, sendPage, type PageParts } from './routes/page-kit.ts';
import { portalPages } from './routes/portal-pages.ts';
import { apiRouter } from './routes/router.ts';
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

	app.use(express.urlencoded({ extended: false, limit: formLimitBytes, parameterLimit: 20 }));
	const parts = { services, cookies: createCookies(config.publicUrl) };
	linkPages(app, parts);
	adminPages(app, parts);
	portalPages(app, parts);
	app.use(() => {
		throw new PortalError('not_found');
	});
	app.use(pageErrorHandler(parts));
	return app;
}

/** How many proxies stand before the server, or their addresses. Express takes a number as the count only when it is one. */
function trustedProxies(setting: string | null): boolean | number | string {
	if (setting === null) return false;
	return /^\d+$/.test(setting) ? Number(setting) : setting;
}

const pageSentences: Partial<Record<PortalError['code'], { title: string; sentence: string }>> = {
	not_found: {
		title: 'This page does not exist',
		sentence: 'Please check the address, or go to the start page of the portal.',
	},
	method_not_allowed: {
		title: 'This page cannot be opened like that',
		sentence: 'Please open the link in your e-mail again.',
	},
	cross_origin: {
		title: 'That came from another site',
		sentence:
			'To keep you safe we accept our own pages only. Please open the link in your e-mail again.',
	},
	database_unavailable: {
		title: 'We cannot sign you in right now',
		sentence: 'Nothing is lost and your link stays good. Please try again in a minute.',
	},
	disk_full: {
		title: 'We cannot sign you in right now',
		sentence: 'Nothing is lost and your link stays good. Please try again in a few minutes.',
	},
};

const anyTrouble = {
	title: 'Something went wrong on our side',
	sentence: 'Nothing is lost. Please try again in a minute.',
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
		const words = pageSentences[error.code] ?? anyTrouble;
		// The trouble may be the database's, from which portals come too.
		const portal = await portalOf(parts, request).catch(() => null);
		const shown = { portal, ...words, ...(error.status >= 500 ? { reference } : {}) };
		sendPage(response, error.status, errorPage(shown), portal);
	};
}
