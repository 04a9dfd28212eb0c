import { uuidV7 } from '../../../server/ids.ts';
import type {
	Contact,
	Delivery,
	MagicLink,
	OutboxMessage,
	Portal,
	PortalEvent,
	RedeemRequest,
	Send,
	Store,
	Template,
} from '../../../server/store/store.ts';

/** Far in the future, so that a server's own cleaning by its own clock (TTL) never meets the rows of a test. */
export const NOW = Date.UTC(2060, 0, 1);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Text that a store may spoil: quotes, wildcards, operators, paths, astral and combining characters, right-to-left. */
export const hardTexts = [
	`it's "quoted" -- '); DROP TABLE contacts; --`,
	'100 % _under_ \\back\\slash /slash',
	'$set {"$ne":null} a.b.c',
	'👩‍👩‍👧‍👦 𝒳 e\u0301 é ﷽ \u202eRTL\u202c ​',
	'山田太郎 – Ünïcödé\r\n\tlines',
	'',
];

let ticks = 0;
/** A new id; ids made later sort later. */
export function newId(): string {
	ticks += 1;
	return uuidV7(NOW + ticks);
}

/** Calls `task` `times` at once. */
export function inParallel<T>(times: number, task: (index: number) => Promise<T>): Promise<T[]> {
	return Promise.all(Array.from({ length: times }, (_, index) => task(index)));
}

export function makePortal(set: Partial<Portal> = {}): Portal {
	const id = newId();
	return {
		id,
		slug: `slug-${id}`,
		name: 'Müller & Söhne',
		domains: [{ host: 'portal.example.org', verifiedAt: null, selected: true }],
		appUrl: null,
		destinations: ['https://app.example.org/a?b=c'],
		sender: { name: 'Müller', email: 'hello@example.org', replyTo: null },
		supportEmail: null,
		brand: { logoUrl: null, color: '#336699' },
		lifetimes: { dashboard: 1, signIn: 2, api: 3, loginEmail: 4, invitation: 5, maximum: 6 },
		endOtherLinks: true,
		locale: 'de-DE',
		timeZone: 'Europe/Berlin',
		customValues: {},
		createdAt: NOW,
		updatedAt: NOW,
		...set,
	};
}

/** Creates one contact in the store. */
export async function addContact(
	store: Store,
	portalId: string,
	set: Partial<Contact> = {},
): Promise<Contact> {
	const id = newId();
	const { email = `c-${id}@example.org`, fields = {}, ...rest } = set;
	const [made] = await store.contacts.upsertMany(portalId, [{ id, email, set: rest, fields }], NOW);
	return made!.contact;
}

export function makeLink(
	contact: { id: string; portalId: string; email: string },
	set: Partial<MagicLink> = {},
): MagicLink {
	return {
		id: newId(),
		portalId: contact.portalId,
		subject: { kind: 'contact', id: contact.id },
		email: contact.email,
		purpose: 'login',
		kind: 'api',
		keyVersion: 1,
		hasCode: false,
		codeTries: 0,
		destination: null,
		sendId: null,
		createdBy: 'system',
		createdAt: NOW,
		expiresAt: NOW + HOUR,
		redeemedAt: null,
		redeemedNonceHash: null,
		redeemedUserAgent: null,
		visitingAdminId: null,
		sessionId: null,
		revokedAt: null,
		renewals: 0,
		renewedAt: null,
		...set,
	};
}

/** A link of a new contact, stored. */
export async function addLink(
	store: Store,
	set: Partial<MagicLink> = {},
): Promise<{ contact: Contact; link: MagicLink }> {
	const contact = await addContact(store, newId());
	const link = makeLink(contact, set);
	await store.magicLinks.insertMany([link]);
	return { contact, link };
}

export function makeRedeem(link: MagicLink, set: Partial<RedeemRequest> = {}): RedeemRequest {
	const id = newId();
	const now = set.now ?? NOW + 1;
	return {
		linkId: link.id,
		portalId: link.portalId,
		purposes: ['login', 'invitation'],
		nonceHash: 'nonce-hash',
		userAgent: 'Mozilla/5.0',
		now,
		repeatWithinMs: MINUTE,
		endOtherLinks: false,
		session: {
			id,
			portalId: link.portalId,
			linkId: link.id,
			secretHash: `hash-${id}`,
			keyVersion: link.keyVersion,
			userAgent: 'Mozilla/5.0',
			visitingAdminId: null,
			createdAt: now,
			lastSeenAt: now,
			expiresAt: now + 90 * 24 * HOUR,
			idleMs: 14 * 24 * HOUR,
			endedAt: null,
		},
		...set,
	};
}

export function makeTemplate(set: Partial<Template> = {}): Template {
	const id = newId();
	return {
		id,
		portalId: newId(),
		name: `Welcome ${id}`,
		kind: 'email',
		draft: { subject: 'Hi << contact.first_name >>', html: '<p>👋 "x"</p>', text: 'x' },
		published: null,
		draftValues: [],
		publishedValues: [],
		version: 1,
		publishedAt: null,
		createdAt: NOW,
		updatedAt: NOW,
		updatedBy: 'api_key:1',
		...set,
	};
}

export function makeSend(set: Partial<Send> = {}): Send {
	return {
		id: newId(),
		portalId: newId(),
		kind: 'email',
		status: 'queued',
		transport: 'outbox',
		recipients: 3,
		contents: [{ subject: 'Hi << contact.first_name >>', html: '<p>👋 "x"</p>', text: 'x' }],
		linkLifetimeMs: HOUR,
		createdBy: 'api_key:1',
		createdAt: NOW,
		updatedAt: NOW,
		finishedAt: null,
		missing: {},
		unsent: [],
		...set,
	};
}

export function makeDelivery(sendId: string, index: number, set: Partial<Delivery> = {}): Delivery {
	const contactId = newId();
	return {
		id: newId(),
		portalId: 'portal',
		sendId,
		index,
		contactId,
		email: `c-${contactId}@example.org`,
		content: 0,
		item: { 'a.b': 1, $set: { nested: [true, null, 'ü'] } },
		destination: null,
		status: 'queued',
		skipped: null,
		error: null,
		attempts: 0,
		repeated: false,
		notBefore: null,
		missing: [],
		messageId: null,
		createdAt: NOW,
		updatedAt: NOW,
		...set,
	};
}

export function makeMessage(portalId: string, set: Partial<OutboxMessage> = {}): OutboxMessage {
	return {
		id: newId(),
		portalId,
		sendId: null,
		to: 'Ann <ann@example.org>',
		subject: 'Hello',
		createdAt: NOW,
		expiresAt: NOW + HOUR,
		sealed: 'sealed',
		...set,
	};
}

export function makeEvent(portalId: string, set: Partial<PortalEvent> = {}): PortalEvent {
	return {
		id: newId(),
		portalId,
		type: 'contact.created',
		at: NOW,
		actor: 'system',
		contactId: null,
		linkId: null,
		sendId: null,
		data: { 'a.b': [1, { $x: 'ü' }] },
		...set,
	};
}
