import type { Clock } from '../clock.ts';
import { settings, type Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { Lifetimes, Portal, PortalUpdate, Store } from '../store/store.ts';
import { defaultPortalSlug, type PortalUrls } from './portal-urls.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Lifetimes of links until a portal says otherwise (DESIGN, decision 8). */
const defaultLifetimes: Lifetimes = {
	dashboard: 15 * minute,
	signIn: 30 * minute,
	api: hour,
	loginEmail: day,
	invitation: 7 * day,
	maximum: 30 * day,
};

/** The sender of portals that were made without MAIL_FROM; nobody may send from it. */
export const placeholderSender = settings.mailFrom.default;

export interface Portals {
	/** The portal at PUBLIC_URL; made at the first start. Its sender is MAIL_FROM from when that is set first. */
	ensureDefault(): Promise<{ portal: Portal; created: boolean }>;
	/** Throws `portal_not_found`. */
	get(id: string): Promise<Portal>;
	/** By slug or id; null when there is none. */
	find(ref: string): Promise<Portal | null>;
	/** The portal that a Host header names; null when none of ours. */
	byHost(host: string): Promise<Portal | null>;
	list: Store['portals']['list'];
	/** Throws `slug_taken`. */
	create(input: { slug: string; name: string } & PortalUpdate): Promise<Portal>;
	/** A sender named like the portal follows its name. Throws `portal_not_found`. */
	update(id: string, set: PortalUpdate): Promise<Portal>;
	setCustomValue(id: string, key: string, value: string): Promise<Portal>;
	/** Throws `custom_value_not_found`. */
	deleteCustomValue(id: string, key: string): Promise<void>;
}

/** How long a portal read for a page may be served from memory. */
const cacheMs = 1000;

export function createPortals(parts: {
	store: Store;
	clock: Clock;
	config: Config;
	urls: PortalUrls;
}): Portals {
	const { store, clock, config, urls } = parts;
	// Every page view and every redemption needs its portal; portals are few and change rarely.
	const bySlug = new Map<string, { portal: Portal | null; readAt: number }>();

	const getBySlug = async (slug: string): Promise<Portal | null> => {
		const now = clock.now();
		const cached = bySlug.get(slug);
		if (cached?.portal && now - cached.readAt < cacheMs && now >= cached.readAt)
			return cached.portal;
		const portal = await store.portals.getBySlug(slug);
		if (portal === null) bySlug.delete(slug);
		else bySlug.set(slug, { portal, readAt: now });
		return portal;
	};
	const found = (portal: Portal | null): Portal => {
		if (portal === null) throw new PortalError('portal_not_found');
		bySlug.delete(portal.slug);
		return portal;
	};

	/** A portal is often made before it is known from where it may send. */
	const withSender = async (portal: Portal): Promise<Portal> => {
		if (portal.sender.email !== placeholderSender || config.mailFrom === placeholderSender) {
			return portal;
		}
		const sender = { ...portal.sender, email: config.mailFrom };
		return found(await store.portals.update(portal.id, { sender }, clock.now()));
	};

	return {
		async ensureDefault() {
			const existing = await store.portals.getBySlug(defaultPortalSlug);
			if (existing !== null) return { portal: await withSender(existing), created: false };
			const portal = newPortal(config, clock.now(), {
				slug: defaultPortalSlug,
				name: config.portalName,
			});
			const created = await store.portals.insert(portal);
			return { portal: found(await store.portals.getBySlug(defaultPortalSlug)), created };
		},
		async get(id) {
			const portal = await store.portals.get(id);
			if (portal === null) throw new PortalError('portal_not_found');
			return portal;
		},
		find: async (ref) => (await store.portals.getBySlug(ref)) ?? store.portals.get(ref),
		async byHost(host) {
			const match = urls.resolveHost(host);
			if (match.kind === 'public') return getBySlug(defaultPortalSlug);
			if (match.kind === 'slug' && match.slug !== defaultPortalSlug) return getBySlug(match.slug);
			return null;
		},
		list: (page) => store.portals.list(page),
		async create(input) {
			const portal = newPortal(config, clock.now(), input);
			if (!(await store.portals.insert(portal))) throw new PortalError('slug_taken');
			return portal;
		},
		async update(id, set) {
			const { name } = set;
			const before = found(await store.portals.get(id));
			const follows = name !== undefined && before.sender.name === before.name;
			const sender = follows ? { sender: { ...before.sender, name } } : {};
			return found(await store.portals.update(id, { ...sender, ...set }, clock.now()));
		},
		setCustomValue: async (id, key, value) =>
			found(await store.portals.setCustomValue(id, key, value, clock.now())),
		async deleteCustomValue(id, key) {
			if (!(await store.portals.deleteCustomValue(id, key, clock.now()))) {
				throw new PortalError('custom_value_not_found');
			}
			bySlug.clear();
		},
	};
}

/** A portal with what is given and the defaults for all else; stored nowhere. */
export function newPortal(
	config: Config,
	now: number,
	input: { slug: string; name: string } & PortalUpdate,
): Portal {
	return {
		id: uuidV7(now),
		domains: [],
		appUrl: null,
		destinations: [],
		sender: { name: input.name, email: config.mailFrom, replyTo: null },
		supportEmail: config.supportEmail,
		brand: { logoUrl: null, color: '#4f46e5' },
		lifetimes: defaultLifetimes,
		endOtherLinks: true,
		locale: 'en',
		timeZone: 'UTC',
		customValues: {},
		createdAt: now,
		updatedAt: now,
		...input,
	};
}
