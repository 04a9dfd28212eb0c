import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { derivedUuidV7, uuidV7 } from '../ids.ts';
import { isSuperseded, refusalOfSubject, type LinkSubject } from '../store/redeem-rules.ts';
import { isForgotten } from '../store/retention.ts';
import type {
	Admin,
	Contact,
	LinkKind,
	LinkPurpose,
	MagicLink,
	Portal,
	RedeemRefusal,
	Send,
	Store,
} from '../store/store.ts';
import { checkDestination } from './destinations.ts';
import type { Keys } from './keys.ts';
import { loginCode } from './login-code.ts';
import { makeToken, readToken } from './link-token.ts';
import type { PortalUrls } from './portal-urls.ts';

/** A link somebody asked for, before it is made. */
export interface LinkWish {
	id: string;
	subject: { kind: 'contact' | 'admin'; id: string };
	email: string;
	purpose: LinkPurpose;
	kind: LinkKind;
	destination: string | null;
	lifetimeMs: number;
	sendId: string | null;
	createdBy: string;
	/** Whether its e-mail holds the login code too. */
	hasCode: boolean;
}

export interface MintedLink {
	link: MagicLink;
	url: string;
}

/** What one recipient of a send needs. */
export interface SendLinkWish {
	contact: Contact;
	purpose: 'login' | 'invitation';
	kind: LinkKind;
	destination: string | null;
	hasCode: boolean;
}

/** Why a link does not work; for the log, never for the page (R15). */
export type DeadReason = Exclude<RedeemRefusal, 'wrong_purpose'>;

/** What the link page shows. */
export type LinkView =
	| { state: 'open'; link: MagicLink; contact: Contact | null; admin: Admin | null }
	| { state: 'dead'; reason: DeadReason; link: MagicLink | null; contact: Contact | null };

export interface Links {
	/** One bulk insert. A wish whose id exists answers the link made first. */
	mint(portal: Portal, wishes: readonly LinkWish[]): Promise<MintedLink[]>;
	/** Links of a send, with ids derived from send, contact and destination: run again, it answers the same ones. */
	mintForSend(
		send: Send,
		portal: Portal,
		wishes: readonly SendLinkWish[],
	): Promise<{ url: string; expiresAt: number; code: string | null }[]>;
	/** A link by which an admin signs in to the dashboard. */
	mintForAdmin(portal: Portal, admin: Admin): Promise<MintedLink>;
	/** Reads what a link's page needs; writes nothing (R1). */
	look(portal: Portal, token: string): Promise<LinkView>;
	/** The same for a link whose secret, or code, was shown already. */
	lookAt(portal: Portal, linkId: string): Promise<LinkView>;
	/** `expiresIn` in seconds, or the default, in milliseconds; throws `expires_in_too_long`. */
	lifetimeMs(portal: Portal, expiresIn: number | undefined, fallbackMs: number): number;
}

export function createLinks(parts: {
	store: Store;
	clock: Clock;
	keys: Keys;
	urls: PortalUrls;
}): Links {
	const { store, clock, keys, urls } = parts;

	const urlOf = (portal: Portal, link: MagicLink): string => {
		const token = makeToken(keys, link.keyVersion, portal.id, link.id);
		if (token === null) {
			throw new PortalError('internal_error', {
				reason: `link ${link.id} was made with key ${String(link.keyVersion)}, which is gone`,
			});
		}
		const origin = link.purpose === 'admin' ? urls.publicUrl : urls.origin(portal);
		return `${origin}/l/${token}`;
	};

	const mint: Links['mint'] = async (portal, wishes) => {
		const now = clock.now();
		const rows = wishes.map((wish) => newLink(portal, wish, keys.newest, now));
		const stored = await store.magicLinks.insertMany(rows);
		return stored.map((link) => ({ link, url: urlOf(portal, link) }));
	};

	return {
		mint,
		async mintForSend(send, portal, wishes) {
			const minted = await mint(
				portal,
				wishes.map((wish) => sendWish(send, wish)),
			);
			return minted.map(({ link, url }) => {
				const code = link.hasCode ? loginCode(keys, link) : null;
				return { url, expiresAt: link.expiresAt, code };
			});
		},
		async mintForAdmin(portal, admin) {
			const [minted] = await mint(portal, [
				{
					id: uuidV7(clock.now()),
					subject: { kind: 'admin', id: admin.id },
					email: admin.email,
					purpose: 'admin',
					kind: 'dashboard',
					destination: '/admin',
					lifetimeMs: portal.lifetimes.dashboard,
					sendId: null,
					createdBy: 'system',
					hasCode: false,
				},
			]);
			if (minted === undefined) throw new PortalError('internal_error');
			return minted;
		},
		look: (portal, token) => look(parts, portal, readToken(keys, portal.id, token)),
		lookAt: (portal, linkId) => look(parts, portal, linkId),
		lifetimeMs(portal, expiresIn, fallbackMs) {
			if (expiresIn === undefined) return fallbackMs;
			const ms = expiresIn * 1000;
			if (ms > portal.lifetimes.maximum) {
				throw new PortalError('expires_in_too_long', {
					detail: `expiresIn is ${String(expiresIn)} seconds; this portal allows at most ${String(portal.lifetimes.maximum / 1000)}.`,
				});
			}
			return ms;
		},
	};
}

function newLink(portal: Portal, wish: LinkWish, keyVersion: number, now: number): MagicLink {
	const { lifetimeMs, ...asked } = wish;
	return {
		...asked,
		portalId: portal.id,
		destination: asked.destination === null ? null : checkDestination(portal, asked.destination),
		keyVersion,
		codeTries: 0,
		createdAt: now,
		expiresAt: now + lifetimeMs,
		redeemedAt: null,
		redeemedNonceHash: null,
		redeemedUserAgent: null,
		visitingAdminId: null,
		sessionId: null,
		revokedAt: null,
		renewals: 0,
		renewedAt: null,
	};
}

/** The id of a contact's link in a send. */
export function sendLinkId(
	send: Pick<Send, 'id' | 'createdAt'>,
	contactId: string,
	purpose: 'login' | 'invitation',
	destination: string | null,
): string {
	const leadsTo = destination ?? '';
	return derivedUuidV7(send.createdAt, 'send-link', send.id, contactId, purpose, leadsTo);
}

function sendWish(send: Send, wish: SendLinkWish): LinkWish {
	const { contact, purpose, destination } = wish;
	return {
		id: sendLinkId(send, contact.id, purpose, destination),
		subject: { kind: 'contact', id: contact.id },
		email: contact.email,
		purpose,
		kind: wish.kind,
		destination,
		lifetimeMs: send.linkLifetimeMs,
		sendId: send.id,
		createdBy: send.createdBy,
		hasCode: wish.hasCode,
	};
}

async function look(
	{ store, clock }: { store: Store; clock: Clock },
	portal: Portal,
	linkId: string | null,
): Promise<LinkView> {
	const link = linkId === null ? null : await store.magicLinks.get(linkId);
	if (link?.portalId !== portal.id || isForgotten(link, clock.now())) {
		return { state: 'dead', reason: 'unknown', link: null, contact: null };
	}
	const { kind, id } = link.subject;
	const contact = kind === 'contact' ? await store.contacts.get(portal.id, id) : null;
	const admin = kind === 'admin' ? await store.admins.get(id) : null;
	const reason =
		deadReason(link, contact ?? admin, clock.now()) ??
		(isSuperseded(link, contact, portal) ? 'superseded' : null);
	if (reason !== null) return { state: 'dead', reason, link, contact };
	return { state: 'open', link, contact, admin };
}

function deadReason(link: MagicLink, subject: LinkSubject | null, now: number): DeadReason | null {
	const refusal = refusalOfSubject(link, subject);
	if (refusal !== null) return refusal;
	if (link.revokedAt !== null) return 'revoked';
	if (link.redeemedAt !== null) return 'redeemed';
	if (link.expiresAt <= now) return 'expired';
	return null;
}
