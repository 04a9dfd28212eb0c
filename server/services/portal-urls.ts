import type { Portal } from '../store/store.ts';

/** Builds the URLs of portals from settings and verified domains, never from a request (R30). */
export interface PortalUrls {
	/** The server's own origin, without a trailing slash: admin pages, API, the default portal. */
	readonly publicUrl: string;
	/** The portal's origin, without a trailing slash. */
	origin(portal: Portal): string;
	/** What a Host header names: the server's own host, a portal by slug or by domain, or nothing of ours. */
	resolveHost(host: string): HostMatch;
}

export type HostMatch =
	| { kind: 'public' }
	| { kind: 'slug'; slug: string }
	| { kind: 'other'; host: string };

export const defaultPortalSlug = 'default';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `publicUrl` is the checked setting PUBLIC_URL. */
export function createPortalUrls(publicUrl: string): PortalUrls {
	const base = new URL(publicUrl);
	const loopback = loopbackNames.has(base.hostname);

	return {
		publicUrl,
		origin(portal) {
			const domain = portal.domains.find((d) => d.selected && d.verifiedAt !== null);
			if (domain !== undefined) return `https://${domain.host}`;
			if (portal.slug === defaultPortalSlug) return publicUrl;
			return `${base.protocol}//${portal.slug}.${base.host}`;
		},
		resolveHost(host) {
			const asked = host.toLowerCase().replace(/\.(?=:|$)/, '');
			if (asked === base.host) return { kind: 'public' };
			// On loopback, localhost, 127.0.0.1 and [::1] are the same machine and the same person.
			const [, name = '', port = ''] = /^(.*?)(?::(\d+))?$/.exec(asked) ?? [];
			if (loopback && port === base.port && loopbackNames.has(name)) return { kind: 'public' };
			if (asked.endsWith(`.${base.host}`)) {
				return { kind: 'slug', slug: asked.slice(0, -base.host.length - 1) };
			}
			return { kind: 'other', host: asked };
		},
	};
}
