import { randomBytes } from 'node:crypto';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import { isOver } from '../store/redeem-rules.ts';
import { isLive, wasUsed } from '../store/session-rules.ts';
import type {
	Admin,
	Contact,
	LinkPurpose,
	Portal,
	RedeemRequest,
	RedeemResult,
	Session,
	Store,
} from '../store/store.ts';
import type { Events } from './events.ts';
import { equalBytes, type KeyPurpose, type Keys } from './keys.ts';
import { redemptionEvents } from './redemption-events.ts';
import type { RedeemedBy } from './scanner-visits.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** How long after redeeming the same browser may post again and get the same session (R9). */
const repeatWithinMs = minute;
/** A session is not written to at every page view. */
const touchEveryMs = 5 * minute;
const noncePattern = /^[A-Za-z0-9_-]{22}$/;
const cookiePattern = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/**
 * How long sessions last (R41): contacts 14 idle days and 90 days in all, admins 12 hours, an admin's visit as a contact one hour.
 */
const lengths = {
	contact: { idleMs: 14 * day, totalMs: 90 * day },
	admin: { idleMs: 12 * 60 * minute, totalMs: 12 * 60 * minute },
	visit: { idleMs: 60 * minute, totalMs: 60 * minute },
} as const;

export interface LiveSession {
	session: Session;
	contact: Contact | null;
	admin: Admin | null;
}

export interface Redemption {
	result: RedeemResult;
	/** Value of the session cookie; null when the link did not redeem. */
	cookie: string | null;
}

export interface Sessions {
	/** A fresh browser nonce; the cookie that ties a form to one browser (R3). */
	newNonce(): string;
	isNonce(value: string | undefined): value is string;
	/** Keyed hash of a nonce, by which rows name a browser. */
	nonceHash(nonce: string): string;
	/** Form token of a browser for a link, or for another form by its name: HMAC(key, nonce, link id). */
	formToken(nonce: string, linkId: string): string;
	checkFormToken(formToken: string, nonce: string, linkId: string): boolean;
	/** Redeems a link for the browser with this nonce, and records it. See `MagicLinkStore.redeem` for the guarantee. */
	redeem(
		portal: Portal,
		attempt: {
			linkId: string;
			/** The link's. */
			keyVersion: number;
			nonce: string;
			userAgent: string | null;
			/** The admin who is signed in in this browser: it is an admin's visit then (R12). */
			visitingAdminId: string | null;
			purposes: readonly LinkPurpose[];
			by: RedeemedBy;
		},
	): Promise<Redemption>;
	/** The live session behind a cookie, or null. */
	read(
		portal: Portal,
		subject: 'contact' | 'admin',
		cookie: string | undefined,
	): Promise<LiveSession | null>;
	/** True when this call ended it. */
	end(session: Session): Promise<boolean>;
	/** How long the browser keeps the cookie of a session, in milliseconds. */
	cookieAgeMs(session: Session): number;
}

interface SessionParts {
	store: Store;
	clock: Clock;
	keys: Keys;
	config: Pick<Config, 'scannerStayMs'>;
	events: Events;
}

export function createSessions(parts: SessionParts): Sessions {
	const { store, clock, keys, events } = parts;

	return {
		newNonce: () => randomBytes(16).toString('base64url'),
		isNonce: (value): value is string => value !== undefined && noncePattern.test(value),
		nonceHash: (nonce) => keys.macNewest('nonce-hash', [nonce]).toString('base64url'),
		formToken: (nonce, linkId) =>
			keys.macNewest('form-token', [nonce, linkId]).toString('base64url'),
		checkFormToken: (formToken, nonce, linkId) =>
			keys.matches(Buffer.from(formToken, 'base64url'), 'form-token', [nonce, linkId]),
		async redeem(portal, { linkId, keyVersion, nonce, userAgent, visitingAdminId, purposes, by }) {
			const now = clock.now();
			const subject = purposes.includes('admin') ? 'admin' : 'contact';
			const { idleMs, totalMs } = lengths[visitingAdminId === null ? subject : 'visit'];
			const id = uuidV7(now);
			// Everything of a redemption is made with the link's key, so that it can be repeated after keys were rotated.
			const secret = signed(keys, keyVersion, 'session', [id, nonce]);
			const request: RedeemRequest = {
				linkId,
				portalId: portal.id,
				purposes,
				nonceHash: signed(keys, keyVersion, 'nonce-hash', [nonce]),
				userAgent,
				now,
				repeatWithinMs,
				endOtherLinks: portal.endOtherLinks,
				session: {
					id,
					portalId: portal.id,
					linkId,
					secretHash: signed(keys, keyVersion, 'session-hash', [id, secret]),
					keyVersion,
					userAgent,
					visitingAdminId,
					createdAt: now,
					lastSeenAt: now,
					expiresAt: now + totalMs,
					idleMs,
					endedAt: null,
				},
			};
			const result = await store.magicLinks.redeem(request, (redeemed) =>
				redemptionEvents(redeemed, { userAgent, by }).map((event) => events.complete(event)),
			);
			if (!result.ok) return { result, cookie: null };
			const { session } = result;
			const first = session.id === id ? secret : secretOf(keys, session, nonce);
			return { result, cookie: `${session.id}.${first}` };
		},
		read: (portal, subject, cookie) => read(parts, portal, subject, cookie),
		end: (session) => store.sessions.end(session.id, clock.now()),
		cookieAgeMs: ({ createdAt, expiresAt }) => expiresAt - createdAt,
	};
}

/** A session's secret is derived from the browser's nonce, so that a lost answer can be given again (R9). */
function secretOf(keys: Keys, { id, keyVersion }: Session, nonce: string): string {
	return signed(keys, keyVersion, 'session', [id, nonce]);
}

/** Throws when the key is gone; a token or session of that key was refused before. */
function signed(keys: Keys, version: number, purpose: KeyPurpose, fields: string[]): string {
	const mac = keys.mac(version, purpose, fields);
	if (mac === null) {
		throw new PortalError('internal_error', { reason: `key ${String(version)} is gone` });
	}
	return mac.toString('base64url');
}

async function read(
	{ store, clock, keys, config }: SessionParts,
	portal: Portal,
	subject: 'contact' | 'admin',
	cookie: string | undefined,
): Promise<LiveSession | null> {
	const [, id, secret] = cookiePattern.exec(cookie ?? '') ?? [];
	if (id === undefined || secret === undefined) return null;
	const session = await store.sessions.get(id);
	if (session?.portalId !== portal.id || session.subject.kind !== subject) return null;
	const mac = keys.mac(session.keyVersion, 'session-hash', [id, secret]);
	if (mac === null || !equalBytes(mac, Buffer.from(session.secretHash, 'base64url'))) return null;
	const now = clock.now();
	const stayMs = config.scannerStayMs;
	if (!isLive(session, now)) return null;
	const contact =
		subject === 'contact' ? await store.contacts.get(portal.id, session.subject.id) : null;
	const admin = subject === 'admin' ? await store.admins.get(session.subject.id) : null;
	const person = contact ?? admin;
	if (person?.revokedAt !== null) return null;
	if (contact !== null && isOver(session, contact)) return null;
	// The first look that tells a person from a scanner is always written down (scanner-visits.ts).
	const tells = !wasUsed(session, stayMs) && wasUsed({ ...session, lastSeenAt: now }, stayMs);
	if (tells || now - session.lastSeenAt >= touchEveryMs) await store.sessions.touch(id, now);
	return { session, contact, admin };
}
