import type { RequestHandler } from 'express';

import { PortalError } from '../errors.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Forms that hold by their form token. What any other does hangs on the session's cookie alone, which pages of a sibling host can send
 * along.
 */
const byFormToken = new Set(['/l', '/l/new', '/sign-in', '/code', '/admin/sign-in']);

/**
 * Refuses forms posted from elsewhere (R40): `Origin`, when the browser names one, must be this host with the public URL's scheme, so
 * that a page which somebody on the way wrote for plain HTTP is elsewhere, too. Pages with a secret are sent with
 * `Referrer-Policy: no-referrer`, with which browsers write `Origin: null`; then `Sec-Fetch-Site` speaks. Browsers leave that out when
 * they are old, or where the public URL is plain HTTP: there the form token is what holds, and forms that have none are refused.
 * Pages without a secret are sent so that their forms name their origin (`holdsNoSecret` of sendPage).
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
		const isNamed = origin !== undefined && origin !== 'null';
		if (isNamed && URL.parse(origin)?.origin !== own) {
			throw new PortalError('cross_origin', { reason: `origin: ${origin}` });
		}
		if (!isNamed && site === undefined && !byFormToken.has(request.path)) {
			throw new PortalError('cross_origin', { reason: 'no origin' });
		}
		next();
	};
}
