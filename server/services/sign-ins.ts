import { randomInt } from 'node:crypto';

import type { Logger } from 'pino';

import type { Clock, Later } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { Contact, MagicLink, Portal, Store } from '../store/store.ts';
import { askedByBrowser } from './askers.ts';
import type { Events } from './events.ts';
import type { Keys } from './keys.ts';
import type { Limits } from './limits.ts';
import { sendLinkId } from './links.ts';
import type { Sends } from './send-types.ts';
import type { Sessions } from './sessions.ts';

/** How long a code works in the browser that asked for it (R5). */
const codeLivesMs = 10 * 60_000;
/** Longer than any request: what is sealed has one length, whoever asks (R39). */
const sealedBytes = 700;

/**
 * When the work for an e-mail begins after the answer: at a time of its own, so that the requests that follow take as long whether
 * there is any or not (R39). Nobody who waits for an e-mail notices.
 */
const startsAfterMs = { least: 250, most: 2_000 };

/** Somebody typed an address on the sign-in page. */
export interface SignInRequest {
	/** Also the id of the send, should there be one. */
	id: string;
	portalId: string;
	/** Canonical; whether anybody has it is not looked at before the answer has left (R39). */
	email: string;
	askedAt: number;
}

export interface SignIns {
	begin(portal: Portal, email: string): SignInRequest;
	/** The request as the page's hidden field. */
	seal(request: SignInRequest): string;
	/** What `seal` made for this portal, or null. */
	open(portal: Portal, sealed: string): SignInRequest | null;
	/** Whether the request's code still works in the browser that asked. */
	isFresh(request: SignInRequest): boolean;
	/**
	 * Queues the e-mail with link and code, a moment later, if the address is an invited or joined contact's that may have one. Returns
	 * at once and never fails: nobody is told whether there is such a contact (R39). `nonce` is that of the browser that asks.
	 */
	mail(portal: Portal, request: SignInRequest, nonce: string): void;
	/** The link of the request's e-mail; null when there is none. */
	linkOf(portal: Portal, request: SignInRequest): Promise<MagicLink | null>;
	/** Begins at once with what `mail` was given, and resolves when all of it is queued. */
	settled(): Promise<void>;
}

export interface SignInParts {
	store: Store;
	clock: Clock;
	later: Later;
	log: Pick<Logger, 'warn'>;
	keys: Keys;
	sends: Sends;
	events: Events;
	limits: Limits;
	sessions: Pick<Sessions, 'nonceHash'>;
}

export function createSignIns(parts: SignInParts): SignIns {
	const { store, clock, later, log, keys, sessions } = parts;
	const waiting = new Set<() => void>();
	const underWay = new Set<Promise<void>>();
	return {
		begin: (portal, email) => {
			const now = clock.now();
			return { id: uuidV7(now), portalId: portal.id, email, askedAt: now };
		},
		seal(request) {
			const text = JSON.stringify(request);
			const padding = ' '.repeat(Math.max(0, sealedBytes - Buffer.byteLength(text)));
			return keys.seal('sign-in', text + padding);
		},
		open: (portal, sealed) => open(keys, portal, sealed),
		isFresh: ({ askedAt }) => clock.now() - askedAt < codeLivesMs,
		mail(portal, request, nonce) {
			const begin = (): void => {
				// `settled` was first.
				if (!waiting.delete(begin)) return;
				const work = mail(parts, portal, request, askedByBrowser(sessions.nonceHash(nonce)))
					.catch((error: unknown) => {
						log.warn({ err: error, requestId: request.id }, 'a sign-in e-mail was not queued');
					})
					.finally(() => underWay.delete(work));
				underWay.add(work);
			};
			waiting.add(begin);
			later(randomInt(startsAfterMs.least, startsAfterMs.most + 1), begin);
		},
		async linkOf(portal, request) {
			const [contact, send] = await Promise.all([
				findContact(store, portal, request.email),
				store.sends.get(portal.id, request.id),
			]);
			if (contact === null || send === null) return null;
			return store.magicLinks.get(sendLinkId(send, contact.id, 'login', null));
		},
		async settled() {
			for (const begin of waiting) begin();
			await Promise.all(underWay);
		},
	};
}

async function findContact(store: Store, portal: Portal, email: string): Promise<Contact | null> {
	const [contact = null] = await store.contacts.getManyByEmail(portal.id, [email]);
	return contact;
}

function open(keys: Keys, portal: Portal, sealed: string): SignInRequest | null {
	try {
		// Written by `seal` and authenticated by it.
		const request = JSON.parse(keys.open('sign-in', sealed)) as SignInRequest;
		return request.portalId === portal.id ? request : null;
	} catch (error) {
		if (error instanceof PortalError) return null;
		throw error;
	}
}

async function mail(
	{ store, sends, events, limits }: SignInParts,
	portal: Portal,
	request: SignInRequest,
	actor: string,
): Promise<void> {
	const contact = await findContact(store, portal, request.email);
	if (contact === null || contact.revokedAt !== null || contact.bouncedAt !== null) return;
	if (contact.invitedAt === null && contact.joinedAt === null) return;
	const counted = await limits.countMail(portal, contact);
	if (counted === null) return;
	const item = { content: 0, item: {}, destination: null, idempotencyKey: null };
	await sends.order(
		{ portal, actor, sendId: request.id, idempotencyKey: null, fingerprint: '', waitMs: 0 },
		{
			kind: 'login_email',
			contents: [],
			items: [{ contact: { id: contact.id }, ...item }],
			resend: false,
			restoreAccess: false,
			destination: null,
			linkLifetimeMs: counted.linkLifetimeMs,
		},
	);
	await events.record({
		...{ portalId: portal.id, type: 'link.requested', actor: 'visitor' },
		...{ contactId: contact.id, sendId: request.id },
	});
}
