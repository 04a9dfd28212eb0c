import type { RequestHandler } from 'express';

import { PortalError } from '../errors.ts';

/**
 * Refuses forms posted from elsewhere (R40): `Origin`, when the browser names one, must be this host. Our pages are sent with
 * `Referrer-Policy: no-referrer`, with which browsers write `Origin: null`; then `Sec-Fetch-Site` speaks,
 * and where a browser is too old to send it, the cookies' SameSite and the form token are what holds.
 */
export const sameOrigin: RequestHandler = (request, _response, next) => {
	const origin = request.get('origin');
	const site = request.get('sec-fetch-site');
	if (site !== undefined && site !== 'same-origin' && site !== 'none') {
		throw new PortalError('cross_origin', { reason: `sec-fetch-site: ${site}` });
	}
	if (
		origin !== undefined &&
		origin !== 'null' &&
		URL.parse(origin)?.host !== request.get('host')
	) {
		throw new PortalError('cross_origin', { reason: `origin: ${origin}` });
	}
	next();
};
