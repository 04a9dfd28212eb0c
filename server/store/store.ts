import type { AgendaBackend } from 'agenda';

import type { ErrorCode } from '../errors.ts';
import type { Locale } from '../locale.ts';

/**
 * The contract of the store. Two implementations, SQLite and MongoDB, pass one contract suite (test/server/store).
 * All times are milliseconds since the Unix epoch, all ids UUIDs in text form; `null` means "never" or "not given".
 * Every method that takes `portalId` answers only rows of that portal.
 */
export interface Store {
	readonly kind: 'sqlite' | 'mongodb';
	/** Connects, migrates or makes indexes. Fails with `database_unavailable` and a detail that says what to do. */
	open(): Promise<void>;
	close(): Promise<void>;
	/** Resolves when the database answers, rejects with `database_unavailable` otherwise. */
	ping(): Promise<void>;
	/** Proves that the database is atomic (see doctor); rejects with a sentence that says what to do when it is not. */
	selfTest(): Promise<void>;
	/** Where Agenda keeps its jobs. */
	jobBackend(): Promise<AgendaBackend>;

	meta: MetaStore;
	portals: PortalStore;
	contacts: ContactStore;
	magicLinks: MagicLinkStore;
	sessions: SessionStore;
	apiKeys: ApiKeyStore;
	admins: AdminStore;
	templates: TemplateStore;
	sends: SendStore;
	deliveries: DeliveryStore;
	outbox: OutboxStore;
	events: EventStore;
	idempotencyKeys: IdempotencyKeyStore;
	limits: LimitStore;
}

export interface MetaStore {
	/** The value stored under `name`, or null. */
	get(name: string): Promise<string | null>;
	/** Sets `name` to `value` only if its present value is `expected` (null: not there). True when it did. */
	compareAndSet(name: string, expected: string | null, value: string): Promise<boolean>;
}

export interface Lifetimes {
	/** All in milliseconds. */
	dashboard: number;
	signIn: number;
	api: number;
	loginEmail: number;
	invitation: number;
	/** The longest `expiresIn` a caller may ask for. */
	maximum: number;
}

export interface Portal {
	id: string;
	slug: string;
	name: string;
	domains: { host: string; verifiedAt: number | null; selected: boolean }[];
	/** The portal's own application; null: the built-in portal page. */
	appUrl: string | null;
	/** Absolute URLs, beside the portal's own paths, where a link may lead (R32). */
	destinations: string[];
	sender: { name: string; email: string; replyTo: string | null };
	supportEmail: string | null;
	brand: { logoUrl: string | null; color: string };
	lifetimes: Lifetimes;
	/** Whether redeeming a link ends the contact's other links of its kind (R22). */
	endOtherLinks: boolean;
	locale: string;
	timeZone: string;
	customValues: Record<string, string>;
	createdAt: number;
	updatedAt: number;
}

export interface PortalStore {
	/** False when the slug is taken. */
	insert(portal: Portal): Promise<boolean>;
	get(id: string): Promise<Portal | null>;
	getBySlug(slug: string): Promise<Portal | null>;
	/** All portals, oldest first; at most `limit` after the id `after`. */
	list(page: { limit: number; after: string | null }): Promise<Portal[]>;
	/** Changes the named members; null when there is no such portal. */
	update(id: string, set: PortalUpdate, now: number): Promise<Portal | null>;
	setCustomValue(id: string, key: string, value: string, now: number): Promise<Portal | null>;
	/** True when the value was there. */
	deleteCustomValue(id: string, key: string, now: number): Promise<boolean>;
}

export type PortalUpdate = Partial<
	Pick<
		Portal,
		| 'name'
		| 'appUrl'
		| 'destinations'
		| 'sender'
		| 'supportEmail'
		| 'brand'
		| 'lifetimes'
		| 'endOtherLinks'
		| 'locale'
		| 'timeZone'
	>
>;

export type FieldValue = string | number | boolean;

export interface ContactFields {
	firstName: string | null;
	lastName: string | null;
	phone: string | null;
	company: string | null;
	locale: string | null;
	timeZone: string | null;
}

export interface Contact extends ContactFields {
	id: string;
	portalId: string;
	/** Canonical (R35). Unique per portal. */
	email: string;
	fields: Record<string, FieldValue>;
	invitedAt: number | null;
	joinedAt: number | null;
	lastLoginAt: number | null;
	revokedAt: number | null;
	bouncedAt: number | null;
	/**
	 * Links and sessions made up to then are over, whatever comes later: set in the very write that revokes access or changes the
	 * address (R20).
	 */
	accessEndedAt: number | null;
	/** When a link of each kind was last redeemed: unused ones of that kind made up to then may be over (R22). */
	linksUsedAt: Partial<Record<LinkKind, number>>;
	createdAt: number;
	updatedAt: number;
}

/** What a create-or-update writes: given members replace, members of `fields` are merged one by one. */
export interface ContactWrite {
	/** The id a new contact gets. */
	id: string;
	email: string;
	set: Partial<ContactFields>;
	fields: Record<string, FieldValue>;
}

export type InvitationState = 'none' | 'invited' | 'joined' | 'revoked';

export interface ContactFilter {
	/** `revoked` wins over `joined`, `joined` over `invited`. */
	state?: InvitationState;
	invitedBefore?: number;
	joinedAfter?: number;
	/** Prefixes of words of name, company and address, all of which must match; already lower case. */
	search?: string;
}

export interface ContactStats {
	contacts: number;
	/** Ever invited. */
	invited: number;
	/** Ever joined. */
	joined: number;
	/** Invited, not joined, not revoked. */
	pending: number;
	joinedWithoutInvitation: number;
	bounced: number;
	revoked: number;
}

export interface ContactStore {
	/** Creates or updates by address, in input order; the addresses are distinct. One answer per write. */
	upsertMany(
		portalId: string,
		writes: readonly ContactWrite[],
		now: number,
	): Promise<{ contact: Contact; created: boolean }[]>;
	get(portalId: string, id: string): Promise<Contact | null>;
	/** In no particular order; unknown ids are absent. */
	getMany(portalId: string, ids: readonly string[]): Promise<Contact[]>;
	/** By canonical address; in no particular order, unknown addresses are absent. */
	getManyByEmail(portalId: string, emails: readonly string[]): Promise<Contact[]>;
	/** Newest first (by id); `after` is the last id of the page before. */
	list(
		portalId: string,
		filter: ContactFilter,
		page: { limit: number; after: string | null },
	): Promise<Contact[]>;
	/**
	 * Changes one contact; `email_taken` when the address belongs to another. A new address ends the contact's links and sessions.
	 * Null when unknown. `eventsOf` says what is recorded of a new address, given the one before; the last call is of what was
	 * written. Cut short, the next update records it.
	 */
	update(
		portalId: string,
		id: string,
		set: Partial<ContactFields> & { email?: string; fields?: Record<string, FieldValue> },
		now: number,
		eventsOf?: (before: string) => readonly PortalEvent[],
	): Promise<Contact | null>;
	/** Sets `invitedAt` where it is null. */
	markInvited(portalId: string, ids: readonly string[], now: number): Promise<void>;
	/** Sets `revokedAt` where it is null and ends the contact's links and sessions. Null when unknown. */
	revoke(portalId: string, id: string, now: number): Promise<Contact | null>;
	restoreAccess(portalId: string, ids: readonly string[], now: number): Promise<void>;
	/**
	 * Moves `joinedAt` from one redemption to a later one, when it is the first one's still. A joined contact stays a joined one.
	 * True for exactly one of concurrent callers.
	 */
	moveJoined(portalId: string, id: string, move: { from: number; to: number }): Promise<boolean>;
	/**
	 * Deletes a contact with its sessions and links and the e-mails kept for it, and takes the person out of its deliveries and
	 * events, which stay countable. The contact itself goes last: cut short, it is revoked, and the call can be repeated.
	 * True when the contact was there.
	 */
	delete(portalId: string, id: string, now: number): Promise<boolean>;
	stats(portalId: string): Promise<ContactStats>;
}

export type LinkPurpose = 'login' | 'invitation' | 'admin';
export type LinkKind =
	| 'dashboard'
	| 'sign_in'
	| 'api'
	| 'login_email'
	| 'custom_value'
	| 'invitation';

export interface MagicLink {
	/** UUIDv7, part of the token. */
	id: string;
	portalId: string;
	subject: { kind: 'contact' | 'admin'; id: string };
	/** The subject's canonical address when the link was made (R21). */
	email: string;
	purpose: LinkPurpose;
	kind: LinkKind;
	keyVersion: number;
	/** True when its e-mail holds the login code too: one credential with the link (R6). */
	hasCode: boolean;
	codeTries: number;
	/** A path of the portal or an entry of its allow-list; null: the portal page. */
	destination: string | null;
	sendId: string | null;
	/** Who asked for it, e.g. `api_key:<id>`, `contact:<id>`, `system`. */
	createdBy: string;
	createdAt: number;
	expiresAt: number;
	redeemedAt: number | null;
	redeemedNonceHash: string | null;
	redeemedUserAgent: string | null;
	/** The admin in whose browser it was redeemed: a visit, which makes nobody a joined one (R12). */
	visitingAdminId: string | null;
	sessionId: string | null;
	revokedAt: number | null;
	/** How many new links were asked for on this link's page, and when last (R15). */
	renewals: number;
	renewedAt: number | null;
}

export interface RedeemRequest {
	linkId: string;
	portalId: string;
	purposes: readonly LinkPurpose[];
	/** Keyed hash of the browser's nonce. */
	nonceHash: string;
	userAgent: string | null;
	now: number;
	/** For this long after redeeming, the same nonce gets the same session again (R9). */
	repeatWithinMs: number;
	/** The portal's setting: refuses a link when another of its kind was redeemed since it was made (R22). */
	endOtherLinks: boolean;
	/** The session to make, should this request win; its subject is the link's. A visiting admin is the link's from then on. */
	session: Omit<Session, 'subject'>;
}

export type RedeemRefusal =
	| 'unknown'
	| 'wrong_purpose'
	| 'expired'
	| 'redeemed'
	| 'revoked'
	| 'subject_gone'
	| 'subject_revoked'
	| 'address_changed'
	| 'superseded';

export interface Redeemed {
	ok: true;
	link: MagicLink;
	/** The session as stored: the one of the first redemption when `repeated`. */
	session: Session;
	contact: Contact | null;
	admin: Admin | null;
	repeated: boolean;
	/** True when this redemption made the contact a joined one. */
	joinedNow: boolean;
}

export type RedeemResult = Redeemed | { ok: false; reason: RedeemRefusal; link: MagicLink | null };

export interface MagicLinkStore {
	/**
	 * Inserts what is new and leaves what exists (same id) untouched.
	 * Answers the rows as stored, in input order, so that a repeated job or request sees the first one's links.
	 */
	insertMany(links: readonly MagicLink[]): Promise<MagicLink[]>;
	get(id: string): Promise<MagicLink | null>;
	/**
	 * The consuming write. Of any number of concurrent callers, in any number of processes, exactly one gets a new session:
	 * one guarded write whose filter holds id, portal, purpose, not redeemed, not revoked, `expiresAt > now`.
	 * Next, in the same call, the subject is read; a revoked, deleted or re-addressed one makes no session.
	 * Session, `joinedAt` (set if null) and `lastLoginAt` are idempotent, keyed by the link: when the process dies in between,
	 * the same nonce may call again within `repeatWithinMs` and finds or completes them. An admin's visit leaves the contact as it is.
	 * `eventsOf` says what is recorded of it before the answer; with ids that repeat, it is recorded once.
	 */
	redeem(
		request: RedeemRequest,
		eventsOf?: (redeemed: Redeemed) => readonly PortalEvent[],
	): Promise<RedeemResult>;
	/** Counts a guess of the link's code before it is looked at (R5): true when fewer than `max` were counted. */
	countCodeTry(id: string, max: number): Promise<boolean>;
	/** Takes such a count back: the guess was right. Never below none. */
	giveBackCodeTry(id: string): Promise<void>;
	/** Counts a wish for a new link: true when fewer than `max` were counted and the last is `minIntervalMs` ago. */
	countRenewal(
		id: string,
		limits: { now: number; minIntervalMs: number; max: number },
	): Promise<boolean>;
	/** How many links made with this key could still be redeemed. May read every live link: for operators, never for requests. */
	countLive(keyVersion: number, now: number): Promise<number>;
	/** Sets `revokedAt` of those links. */
	revokeLive(keyVersion: number, now: number): Promise<void>;
	/**
	 * Deletes links that are forgotten (retention.ts), 90 days after their end or, where that would cost an index, once they are
	 * so old that every link of their age is. Answers how many.
	 */
	deleteExpired(now: number): Promise<number>;
}

export interface Session {
	id: string;
	portalId: string;
	subject: { kind: 'contact' | 'admin'; id: string };
	/** Unique: a link has at most one session. */
	linkId: string;
	secretHash: string;
	/** The key that secret and hash are made with: the link's. */
	keyVersion: number;
	userAgent: string | null;
	/** The link's: an admin looks at the portal as this contact. */
	visitingAdminId: string | null;
	createdAt: number;
	lastSeenAt: number;
	/** The end whatever happens. */
	expiresAt: number;
	/** A session unseen for this long is over, in milliseconds. */
	idleMs: number;
	endedAt: number | null;
}

export interface SessionStore {
	get(id: string): Promise<Session | null>;
	/** Moves `lastSeenAt` forward. */
	touch(id: string, now: number): Promise<void>;
	/** True when this call ended it, false when it was over or unknown. */
	end(id: string, now: number): Promise<boolean>;
	/** Of a contact: those neither ended nor past their time or idle limit, newest first. */
	listLive(portalId: string, contactId: string, now: number): Promise<Session[]>;
	/** Ends all of a contact but the one with the id `except`. */
	endAll(portalId: string, contactId: string, now: number, except: string | null): Promise<void>;
	/**
	 * How many sessions made with this key are neither ended nor past `expiresAt`; idle ones count until then. May read every
	 * live session: for operators, never for requests.
	 */
	countLive(keyVersion: number, now: number): Promise<number>;
	/** Sets `endedAt` of those sessions. */
	endLive(keyVersion: number, now: number): Promise<void>;
	/** Deletes sessions that are forgotten, as links are. */
	deleteExpired(now: number): Promise<number>;
}

export interface ApiKey {
	id: string;
	/** Null: all portals. */
	portalId: string | null;
	name: string;
	scopes: string[];
	secretHash: string;
	keyVersion: number;
	createdAt: number;
	revokedAt: number | null;
}

export interface ApiKeyStore {
	insert(key: ApiKey): Promise<void>;
	get(id: string): Promise<ApiKey | null>;
	list(): Promise<ApiKey[]>;
	revoke(id: string, now: number): Promise<boolean>;
}

export interface Admin {
	id: string;
	email: string;
	createdAt: number;
	revokedAt: number | null;
}

export interface AdminStore {
	/** The admin with this address; made when there is none. */
	ensure(admin: Admin): Promise<Admin>;
	get(id: string): Promise<Admin | null>;
	list(): Promise<Admin[]>;
}

/** The texts of an e-mail, in the order in which they are told of. Each is a context of the engine's. */
export const emailParts = ['subject', 'html', 'text'] as const;
export type EmailPart = (typeof emailParts)[number];
export type EmailSource = Record<EmailPart, string>;

/** What a template may be for: the e-mails that a business writes itself. */
export const templateKinds = ['email', 'login_email', 'invitation'] as const;
export type TemplateKind = (typeof templateKinds)[number];
export type SendKind = TemplateKind | 'address_changed';

/** A template without its texts. */
export interface TemplateHead {
	id: string;
	portalId: string;
	/** Unique per portal. */
	name: string;
	kind: TemplateKind;
	/** Keys of the portal's own values that the draft names, and what is published. */
	draftValues: string[];
	publishedValues: string[];
	/** Counts changes of name and draft, from 1. */
	version: number;
	publishedAt: number | null;
	createdAt: number;
	updatedAt: number;
	/** Who changed it last, e.g. `api_key:<id>`. */
	updatedBy: string;
}

export interface Template extends TemplateHead {
	draft: EmailSource;
	/** What is sent; null: nothing yet. */
	published: EmailSource | null;
}

export type TemplateUpdate = Partial<
	Pick<
		Template,
		'name' | 'draft' | 'draftValues' | 'version' | 'published' | 'publishedValues' | 'publishedAt'
	>
>;

export interface TemplateStore {
	/** Throws `template_name_taken`. */
	insert(template: Template): Promise<void>;
	get(portalId: string, id: string): Promise<Template | null>;
	getByName(portalId: string, name: string): Promise<Template | null>;
	/** Newest first (by id); `after` is the last id of the page before. */
	list(portalId: string, page: { limit: number; after: string | null }): Promise<TemplateHead[]>;
	/**
	 * Changes the named members if the template still has this version: of concurrent callers that raise it, one does. Null when it
	 * has not, or is unknown. Throws `template_name_taken`.
	 */
	update(
		ref: { portalId: string; id: string; version: number },
		set: TemplateUpdate,
		by: { now: number; actor: string },
	): Promise<Template | null>;
	/** True when it was there. */
	delete(portalId: string, id: string): Promise<boolean>;
}

/** One content of a send. */
export interface SendContent extends EmailSource {
	/** The language of a built-in e-mail; a text of the portal's own has none, for it may be in any. */
	locale?: Locale;
}

export type SendStatus = 'queued' | 'sending' | 'finished';

export interface Send {
	id: string;
	portalId: string;
	kind: SendKind;
	status: SendStatus;
	transport: string;
	/** How many deliveries the send has. */
	recipients: number;
	/** The texts as given, with tags; compiled again by whoever sends. */
	contents: SendContent[];
	/** Lifetime of links, in milliseconds. */
	linkLifetimeMs: number;
	createdBy: string;
	createdAt: number;
	updatedAt: number;
	finishedAt: number | null;
	/** Value path → how many contacts lacked it. Filled when finished. */
	missing: Record<string, number>;
	/** Items of the request that became no delivery, by input index. */
	unsent: UnsentItem[];
}

export interface UnsentItem {
	index: number;
	contactId: string | null;
	email: string | null;
	skipped: string | null;
	error: { code: ErrorCode; detail: string | null } | null;
	/** Set when the item was sent before under the same idempotency key. */
	earlier: { sendId: string; index: number } | null;
}

export interface SendStore {
	/** Inserts the send; false when a send with this id exists. */
	insert(send: Send): Promise<boolean>;
	get(portalId: string, id: string): Promise<Send | null>;
	/** Sends that are `queued` or `sending`, of all portals, oldest first. */
	listUnfinished(limit: number): Promise<Send[]>;
	/** Moves the send from one of `from` to `to`; true for exactly one of concurrent callers. */
	setStatus(
		id: string,
		from: readonly SendStatus[],
		to: SendStatus,
		set: { now: number; missing?: Record<string, number> },
	): Promise<boolean>;
}

export type DeliveryStatus = 'queued' | 'sending' | 'sent' | 'failed' | 'skipped';

export interface Delivery {
	id: string;
	portalId: string;
	sendId: string;
	/** Position in the request's items; unique within the send. */
	index: number;
	/** Unique within the send. */
	contactId: string;
	/** Canonical address at the time of the order. */
	email: string;
	/** Index into the send's contents. */
	content: number;
	/** `item.*` values. */
	item: Record<string, unknown>;
	destination: string | null;
	status: DeliveryStatus;
	/** Why it was skipped, or null. */
	skipped: string | null;
	error: { code: ErrorCode; detail: string | null } | null;
	attempts: number;
	/** True when a crash may have made this e-mail leave twice (with the same link). */
	repeated: boolean;
	/** Not before this time may it be tried again. */
	notBefore: number | null;
	/** Paths of values the contact lacked. */
	missing: string[];
	/** The provider's id, or the outbox's. */
	messageId: string | null;
	createdAt: number;
	updatedAt: number;
}

export interface DeliveryStore {
	/** Inserts rows that do not exist yet (same send and index, or same send and contact, are left alone). */
	insertMany(deliveries: readonly Delivery[]): Promise<void>;
	/**
	 * Takes the rows of a send with `from <= index < to` that are not final and whose `notBefore` has passed: each becomes
	 * `sending` with one more attempt, `repeated` if it was `sending` already. Answers them by index.
	 */
	claim(sendId: string, range: { from: number; to: number }, now: number): Promise<Delivery[]>;
	/** Writes outcomes; final rows stay as they are. A row set to `queued` waits for `notBefore`. */
	finish(outcomes: readonly DeliveryOutcome[], now: number): Promise<void>;
	/** How many rows of a send have each status. */
	count(sendId: string): Promise<Record<DeliveryStatus, number>>;
	/** By index; `after` is the last index of the page before. */
	list(
		sendId: string,
		filter: { status?: DeliveryStatus },
		page: { limit: number; after: number | null },
	): Promise<Delivery[]>;
	/** By send and input index; in no particular order. */
	getByIndex(refs: readonly { sendId: string; index: number }[]): Promise<Delivery[]>;
}

export interface DeliveryOutcome {
	id: string;
	sendId: string;
	status: DeliveryStatus;
	error?: { code: ErrorCode; detail: string | null };
	skipped?: string;
	messageId?: string;
	missing?: string[];
	notBefore?: number;
	/** Replaces the count, when the attempt was none that counts. */
	attempts?: number;
}

export interface OutboxMessage {
	/** The delivery's id: a repeated e-mail replaces nothing and is not stored twice. */
	id: string;
	portalId: string;
	sendId: string | null;
	/** For the list, escaped where shown. Holds no secret. */
	to: string;
	subject: string;
	createdAt: number;
	expiresAt: number;
	/** HTML, text and headers, sealed with a key (R23). */
	sealed: string;
}

export interface OutboxStore {
	insertMany(messages: readonly OutboxMessage[]): Promise<void>;
	/** Newest first; without `sealed`. */
	list(
		portalId: string,
		page: { limit: number; after: string | null },
	): Promise<Omit<OutboxMessage, 'sealed'>[]>;
	get(portalId: string, id: string): Promise<OutboxMessage | null>;
	deleteExpired(now: number): Promise<number>;
}

export interface PortalEvent {
	/** UUIDv7. */
	id: string;
	portalId: string;
	/** `noun.verb`, e.g. `link.redeemed`. */
	type: string;
	at: number;
	actor: string;
	contactId: string | null;
	linkId: string | null;
	sendId: string | null;
	/** Small and without secrets (R27). */
	data: Record<string, unknown>;
}

/** What strangers can cause with a link's address, so that it is recorded a few times only. */
export type VisitEvent = PortalEvent & {
	type: 'link.visited' | 'link.refused' | 'link.questioned';
	linkId: string;
};

export interface EventStore {
	append(events: readonly PortalEvent[]): Promise<void>;
	/** Appends the event unless its link has `max` of its type already; exact, however many come at once. True when it did. */
	appendVisit(event: VisitEvent, max: number): Promise<boolean>;
	/** Newest first; `after` is the last id of the page before. */
	list(
		portalId: string,
		filter: { contactId?: string; type?: string },
		page: { limit: number; after: string | null },
	): Promise<PortalEvent[]>;
}

export interface IdempotencyKey {
	/** Hash of portal and key. */
	id: string;
	portalId: string;
	/** Hash of what was asked. */
	fingerprint: string;
	/** The send or request that owns the key, and the item's index in it. */
	ownerId: string;
	index: number;
	createdAt: number;
	/** For cleaning. */
	expiresAt: number;
}

export interface IdempotencyKeyStore {
	/** Inserts each key unless it exists; answers the rows as stored, in input order. Expired rows count as absent. */
	claimMany(keys: readonly IdempotencyKey[], now: number): Promise<IdempotencyKey[]>;
	/** The row of a key; null when there is none, or when it has expired. */
	get(id: string, now: number): Promise<IdempotencyKey | null>;
	/** Gives a key another owner, guarded by the present one. True for one of concurrent callers. */
	takeOver(id: string, from: string, to: { ownerId: string; index: number }): Promise<boolean>;
	deleteExpired(now: number): Promise<number>;
}

/** At most `limit` times within `windowMs`, counted from the first time. */
export interface LimitRule {
	key: string;
	limit: number;
	windowMs: number;
}

export interface LimitStore {
	/**
	 * Counts every rule's key once if all of them have room, else changes nothing and says when all will have some. Of any number of
	 * concurrent callers, in any number of processes, no more than `limit` are let through; the keys are distinct.
	 */
	hit(
		rules: readonly LimitRule[],
		now: number,
	): Promise<{ ok: true } | { ok: false; retryAfterMs: number }>;
	/** In how many milliseconds all rules will have room; 0 when they have now. Counts nothing. */
	wait(rules: readonly LimitRule[], now: number): Promise<number>;
	/** Takes back one count of each key whose window is still open. */
	giveBack(rules: readonly LimitRule[], now: number): Promise<void>;
	deleteExpired(now: number): Promise<number>;
}
