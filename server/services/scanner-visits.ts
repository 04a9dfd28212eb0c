import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { derivedUuidV7 } from '../ids.ts';
import { isLive, wasUsed } from '../store/session-rules.ts';
import type { Contact, MagicLink, Portal, Session, Store } from '../store/store.ts';
import { askersNonceHash, renewedLinkId, wasAskedFor } from './askers.ts';
import type { Events } from './events.ts';
import type { Keys } from './keys.ts';

const minute = 60_000;
/** How long after a scanner's visit its person's own redemption shows it for what it was (R10). */
const withinMs = 24 * 60 * minute;
/** Of a contact's latest redemptions so many are looked at. */
const looked = 20;

/** How a browser redeemed: by the button alone, by a code, or after a right answer to the question for scanners. */
export type RedeemedBy = 'link' | 'code' | 'answer';

/** A link that was just redeemed, and whose it is. */
interface PersonsRedemption {
	link: MagicLink;
	contact: Contact;
	/** Of the browser that redeemed. */
	nonce: string;
}

export interface ScannerVisits {
	/**
	 * Somebody came back for a new link and redeemed it. Redemptions that this shows to have been a mail scanner's become its visits:
	 * their sessions end, `joinedAt` moves on to the person's (R10). Answers the contact as it is then.
	 *
	 * A redemption was a scanner's when it came at most 24 hours before, from another browser, by the button alone, and nobody was seen
	 * in its session later than `SCANNER_STAY` after it. A person who got in on a phone and now signs in on a laptop keeps the phone's
	 * session by any of these: the code was typed there, the link was asked for there, the question was answered, or the portal was
	 * looked at for longer than a scanner stays. Who did none of it signs in there once more.
	 *
	 * Can be repeated, and be run by two processes at once: every step is a guarded write, every event has a derived id, and a
	 * repetition after a crash does what is missing.
	 */
	takeBack(portal: Portal, redemption: PersonsRedemption): Promise<Contact>;
	/**
	 * Whether the contact's latest sign-in may have been a scanner's, and this link was asked for on a page after it. The scanner reads
	 * the e-mail with the new link, too, would use that up as well, and ask for the next. So the page of such a link asks for the code,
	 * however much a person's the press looks (R10).
	 */
	readsAlong(link: MagicLink): Promise<boolean>;
	/** The live session that another browser has by the link on whose page this one was asked for (R13); null when there is none. */
	earlierUse(link: MagicLink): Promise<Session | null>;
}

export interface ScannerVisitParts {
	store: Store;
	clock: Clock;
	config: Pick<Config, 'scannerStayMs'>;
	keys: Keys;
	events: Events;
}

export function createScannerVisits(parts: ScannerVisitParts): ScannerVisits {
	const { store, clock } = parts;
	return {
		async takeBack(portal, redemption) {
			const { link, contact, nonce } = redemption;
			if (!showsAPerson(parts, link, nonce)) return contact;
			let moved = false;
			for (const id of await pressedLinks(parts, portal, redemption)) {
				const first = await store.magicLinks.get(id);
				if (first === null || !mayBeScanners(parts, first, redemption)) continue;
				moved = (await becomeVisit(parts, first, redemption)) || moved;
			}
			return (moved ? await store.contacts.get(portal.id, contact.id) : null) ?? contact;
		},
		readsAlong: (link) => readsAlong(parts, link),
		async earlierUse(link) {
			const id = renewedLinkId(link);
			const earlier = id === null ? null : await store.magicLinks.get(id);
			if (earlier === null || earlier.subject.id !== link.subject.id) return null;
			const session = await sessionOf(store, earlier);
			return session !== null && isLive(session, clock.now()) ? session : null;
		},
	};
}

/**
 * Whether a redemption tells of a person: of somebody who found a link used up and asked for another, or who redeems where the
 * address was typed. A scanner may press an e-mailed link first whichever way it was asked for, but not in the browser that asked.
 */
function showsAPerson({ keys }: ScannerVisitParts, link: MagicLink, nonce: string): boolean {
	return renewedLinkId(link) !== null || askedHere(keys, link, nonce);
}

/** Whether the browser with this nonce asked for the link on the sign-in page. */
export function askedHere(keys: Keys, link: MagicLink, nonce: string): boolean {
	const asker = askersNonceHash(link);
	return asker !== null && isNonceOf(keys, asker, nonce);
}

/** Links of the contact that were redeemed by the button alone; where a crash lost the event, the one that was renewed still counts. */
async function pressedLinks(
	{ events }: ScannerVisitParts,
	portal: Portal,
	{ link, contact }: PersonsRedemption,
): Promise<Set<string>> {
	const filter = { contactId: contact.id, type: 'link.redeemed' };
	const redeemed = await events.list(portal.id, filter, { limit: looked, after: null });
	const ids = new Set<string>();
	const renewed = renewedLinkId(link);
	if (renewed !== null) ids.add(renewed);
	for (const { linkId, data } of redeemed) {
		if (linkId === null) continue;
		if (data['by'] === 'link') ids.add(linkId);
		else ids.delete(linkId);
	}
	return ids;
}

function mayBeScanners(
	{ keys }: ScannerVisitParts,
	first: MagicLink,
	{ link, contact, nonce }: PersonsRedemption,
): boolean {
	const { redeemedAt: at, redeemedNonceHash: by, subject } = first;
	if (at === null || by === null || link.redeemedAt === null) return false;
	if (first.visitingAdminId !== null) return false;
	if (subject.kind !== 'contact' || subject.id !== contact.id) return false;
	if (at >= link.redeemedAt || link.redeemedAt - at > withinMs) return false;
	return askersNonceHash(first) !== by && !isNonceOf(keys, by, nonce);
}

function isNonceOf(keys: Keys, hash: string, nonce: string): boolean {
	return keys.matches(Buffer.from(hash, 'base64url'), 'nonce-hash', [nonce]);
}

/** True when it was a scanner's and `joinedAt` moved. */
async function becomeVisit(
	{ store, clock, config, events }: ScannerVisitParts,
	first: MagicLink,
	{ link, contact }: PersonsRedemption,
): Promise<boolean> {
	const session = await sessionOf(store, first);
	if (session !== null && wasUsed(session, config.scannerStayMs)) return false;
	const [from, to] = [first.redeemedAt ?? 0, link.redeemedAt ?? 0];
	const about = { portalId: first.portalId, contactId: contact.id, linkId: first.id };
	const userAgent = first.redeemedUserAgent;
	await events.record({
		id: derivedUuidV7(from, 'link.scanned', first.id),
		...{ ...about, type: 'link.scanned', at: from, actor: 'visitor', data: { userAgent } },
	});
	if (session !== null && session.endedAt === null) {
		await events.record({
			id: derivedUuidV7(to, 'session.ended', session.id),
			...{ ...about, type: 'session.ended', actor: 'system' },
			data: { sessionId: session.id, userAgent },
		});
		await store.sessions.end(session.id, clock.now());
	}
	return store.contacts.moveJoined(first.portalId, contact.id, { from, to });
}

async function readsAlong(
	{ store, clock, config, events }: ScannerVisitParts,
	link: MagicLink,
): Promise<boolean> {
	if (!wasAskedFor(link)) return false;
	const filter = { contactId: link.subject.id, type: 'link.redeemed' };
	const [latest] = await events.list(link.portalId, filter, { limit: 1, after: null });
	if (!latest?.linkId || latest.data['by'] !== 'link') return false;
	const used = await store.magicLinks.get(latest.linkId);
	if (used?.redeemedAt == null || clock.now() - used.redeemedAt > withinMs) return false;
	if (askersNonceHash(used) === used.redeemedNonceHash) return false;
	const session = await sessionOf(store, used);
	return session === null || !wasUsed(session, config.scannerStayMs);
}

async function sessionOf(store: Store, { sessionId }: MagicLink): Promise<Session | null> {
	return sessionId === null ? null : store.sessions.get(sessionId);
}
