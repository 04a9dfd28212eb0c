import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What every answer carries. Pages set their own Content-Security-Policy (see `pageCsp`); this one is for everything else.
 * `no-referrer`, `no-store`, `noindex` and the opener policy hold for pages that see a secret (R26), and harm no other.
 */
export function securityHeaders(publicUrl: string): RequestHandler[] {
	const base = helmet({
		contentSecurityPolicy: {
			useDefaults: false,
			directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
		},
		referrerPolicy: { policy: 'no-referrer' },
		crossOriginOpenerPolicy: { policy: 'same-origin' },
		strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
	});
	return [
		base,
		(_request, response, next) => {
			response.set('Cache-Control', 'no-store').set('X-Robots-Tag', 'noindex');
			next();
		},
	];
}
