import type { RequestHandler } from 'express';

import { PortalError } from '../errors.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses forms posted from elsewhere (R40): `Origin`, when the browser names one, must be this host with the public URL's scheme, so
 * that a page which somebody on the way wrote for plain HTTP is elsewhere, too. Our pages are sent with
 * `Referrer-Policy: no-referrer`, with which browsers write `Origin: null`; then `Sec-Fetch-Site` speaks,
 * and where a browser is too old to send it, the cookies' SameSite and the form token are what holds.
 */
export function sameOrigin(publicUrl: string): RequestHandler {
	const { protocol } = new URL(publicUrl);
	return (request, _response, next) => {
		if (reading.has(request.method)) {
			next();
			return;
		}
		const origin = request.get('origin');
		const site = request.get('sec-fetch-site');
		if (site !== undefined && site !== 'same-origin' && site !== 'none') {
			throw new PortalError('cross_origin', { reason: `sec-fetch-site: ${site}` });
		}
		const own = `${protocol}//${request.get('host') ?? ''}`;
		if (origin !== undefined && origin !== 'null' && URL.parse(origin)?.origin !== own) {
			throw new PortalError('cross_origin', { reason: `origin: ${origin}` });
		}
		next();
	};
}
