import type { Clock } from '../clock.ts';
import { uuidV7 } from '../ids.ts';
import type { Admin, Store } from '../store/store.ts';
import { canonicalEmail } from './addresses.ts';
import type { Links } from './links.ts';
import type { Portals } from './portals.ts';

/** Who signs in with the link of the first start; no mailbox. `create-admin` makes others. */
export const firstAdminEmail = 'admin@client-portal.example';

export interface Admins {
	/** A one-time link by which this admin signs in; makes the admin when new. Throws `email_invalid`. */
	createLink(email: string): Promise<{ admin: Admin; url: string; expiresAt: number }>;
	list(): Promise<Admin[]>;
}

export function createAdmins(parts: {
	store: Store;
	clock: Clock;
	links: Links;
	portals: Portals;
}): Admins {
	const { store, clock, links, portals } = parts;
	return {
		async createLink(email) {
			const now = clock.now();
			const admin = await store.admins.ensure({
				id: uuidV7(now),
				email: canonicalEmail(email),
				createdAt: now,
				revokedAt: null,
			});
			const { portal } = await portals.ensureDefault();
			const { link, url } = await links.mintForAdmin(portal, admin);
			return { admin, url, expiresAt: link.expiresAt };
		},
		list: () => store.admins.list(),
	};
}
