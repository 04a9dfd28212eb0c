import { randomBytes } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { uuidV7 } from '../ids.ts';
import type {
	Admin,
	Contact,
	LinkPurpose,
	Portal,
	RedeemResult,
	Session,
	Store,
} from '../store/store.ts';
import type { Keys } from './keys.ts';
import { readToken } from './link-token.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** How long after redeeming the same browser may post again and get the same session (R9). */
const repeatWithinMs = minute;
/** A session is not written to at every page view. */
const touchEveryMs = 5 * minute;
const noncePattern = /^[A-Za-z0-9_-]{22}$/;
const cookiePattern = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** How long sessions last (R41): contacts 14 idle days and 90 days in all, admins 12 hours. */
const lengths = {
	contact: { idleMs: 14 * day, totalMs: 90 * day },
	admin: { idleMs: 12 * 60 * minute, totalMs: 12 * 60 * minute },
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
	/** Form token of a browser for a link: HMAC(key, nonce, link id). */
	formToken(nonce: string, linkId: string): string;
	checkFormToken(formToken: string, nonce: string, linkId: string): boolean;
	/** Redeems a link for the browser with this nonce. See `MagicLinkStore.redeem` for the guarantee. */
	redeem(
		portal: Portal,
		attempt: {
			token: string;
			nonce: string;
			userAgent: string | null;
			purposes: readonly LinkPurpose[];
		},
	): Promise<Redemption>;
	/** The live session behind a cookie, or null. */
	read(
		portal: Portal,
		subject: 'contact' | 'admin',
		cookie: string | undefined,
	): Promise<LiveSession | null>;
	end(session: Session): Promise<void>;
	/** How long the browser keeps the cookie, in milliseconds. */
	cookieAgeMs(subject: 'contact' | 'admin'): number;
}

export function createSessions(parts: { store: Store; clock: Clock; keys: Keys }): Sessions {
	const { store, clock, keys } = parts;
	const nonceHash = (nonce: string) => keys.macNewest('nonce-hash', [nonce]).toString('base64url');

	return {
		newNonce: () => randomBytes(16).toString('base64url'),
		isNonce: (value): value is string => value !== undefined && noncePattern.test(value),
		formToken: (nonce, linkId) =>
			keys.macNewest('form-token', [nonce, linkId]).toString('base64url'),
		checkFormToken: (formToken, nonce, linkId) =>
			keys.matches(Buffer.from(formToken, 'base64url'), 'form-token', [nonce, linkId]),
		async redeem(portal, { token, nonce, userAgent, purposes }) {
			const linkId = readToken(keys, portal.id, token);
			if (linkId === null) {
				return { result: { ok: false, reason: 'unknown', link: null }, cookie: null };
			}
			const now = clock.now();
			const kind = purposes.includes('admin') ? 'admin' : 'contact';
			const id = uuidV7(now);
			const secret = secretOf(keys, keys.newest, id, nonce);
			const secretHash = hashOf(keys, id, secret);
			const result = await store.magicLinks.redeem({
				linkId,
				portalId: portal.id,
				purposes,
				nonceHash: nonceHash(nonce),
				userAgent,
				now,
				repeatWithinMs,
				session: {
					id,
					portalId: portal.id,
					linkId,
					secretHash,
					userAgent,
					createdAt: now,
					lastSeenAt: now,
					expiresAt: now + lengths[kind].totalMs,
					idleMs: lengths[kind].idleMs,
					endedAt: null,
				},
			});
			if (!result.ok) return { result, cookie: null };
			const isOurs = result.session.id === id;
			return { result, cookie: isOurs ? `${id}.${secret}` : cookieOf(keys, result.session, nonce) };
		},
		read: (portal, subject, cookie) => read(parts, portal, subject, cookie),
		end: (session) => store.sessions.end(session.id, clock.now()),
		cookieAgeMs: (subject) => lengths[subject].totalMs,
	};
}

/** The session's secret is derived from the browser's nonce, so that a lost answer can be given again (R9). */
function secretOf(keys: Keys, version: number, sessionId: string, nonce: string): string {
	return keys.mac(version, 'session', [sessionId, nonce])?.toString('base64url') ?? '';
}

function hashOf(keys: Keys, sessionId: string, secret: string): string {
	return keys.macNewest('session-hash', [sessionId, secret]).toString('base64url');
}

/** Tries each key: between the first answer and its repetition the keys may have been rotated. */
function cookieOf(keys: Keys, session: Session, nonce: string): string | null {
	const expected = Buffer.from(session.secretHash, 'base64url');
	for (const version of keys.versions.toReversed()) {
		const secret = secretOf(keys, version, session.id, nonce);
		if (keys.matches(expected, 'session-hash', [session.id, secret])) {
			return `${session.id}.${secret}`;
		}
	}
	return null;
}

async function read(
	{ store, clock, keys }: { store: Store; clock: Clock; keys: Keys },
	portal: Portal,
	subject: 'contact' | 'admin',
	cookie: string | undefined,
): Promise<LiveSession | null> {
	const [, id, secret] = cookiePattern.exec(cookie ?? '') ?? [];
	if (id === undefined || secret === undefined) return null;
	const session = await store.sessions.get(id);
	if (session?.portalId !== portal.id || session.subject.kind !== subject) return null;
	const expected = Buffer.from(session.secretHash, 'base64url');
	if (!keys.matches(expected, 'session-hash', [id, secret])) return null;
	const now = clock.now();
	if (!isLive(session, now)) return null;
	const contact =
		subject === 'contact' ? await store.contacts.get(portal.id, session.subject.id) : null;
	const admin = subject === 'admin' ? await store.admins.get(session.subject.id) : null;
	const person = contact ?? admin;
	if (person?.revokedAt !== null) return null;
	if (now - session.lastSeenAt >= touchEveryMs) await store.sessions.touch(id, now);
	return { session, contact, admin };
}

function isLive(session: Session, now: number): boolean {
	return (
		session.endedAt === null && session.expiresAt > now && session.lastSeenAt + session.idleMs > now
	);
}
