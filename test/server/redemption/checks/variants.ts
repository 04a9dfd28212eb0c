import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

import { PortalError } from '../../../../server/errors.ts';
import { uuidV7 } from '../../../../server/ids.ts';
import type { KeyPurpose } from '../../../../server/services/keys.ts';
import type { RedeemResult } from '../../../../server/store/store.ts';
import type { TestServer } from '../../../support/server.ts';
import { competitors } from './race.ts';

/** A way to break a running server; answers how to mend it. */
export type Break = (server: TestServer) => () => void;

/** Puts something else in the place of one part; answers how to put it back. */
function replace<Part extends object, Name extends keyof Part>(
	part: Part,
	name: Name,
	make: (original: Part[Name]) => Part[Name],
): () => void {
	const original = part[name];
	part[name] = make(typeof original === 'function' ? original.bind(part) : original);
	return () => {
		part[name] = original;
	};
}

const both =
	(...breaks: Break[]): Break =>
	(server) => {
		const mends = breaks.map((one) => one(server));
		return () => {
			for (const mend of mends.reverse()) mend();
		};
	};

// R3

export const anyFormToken: Break = ({ services }) =>
	replace(services.sessions, 'checkFormToken', () => () => true);

const anybody = 'A'.repeat(22);

export const formTokenOfAnyBrowser: Break = both(
	({ services }) =>
		replace(
			services.sessions,
			'formToken',
			(original) => (_nonce, link) => original(anybody, link),
		),
	({ services }) =>
		replace(services.sessions, 'checkFormToken', (original) => (token, _nonce, link) => {
			return original(token, anybody, link);
		}),
);

export const formTokenOfAnyLink: Break = both(
	({ services }) =>
		replace(services.sessions, 'formToken', (original) => (nonce) => original(nonce, 'any')),
	({ services }) =>
		replace(services.sessions, 'checkFormToken', (original) => (token, nonce) => {
			return original(token, nonce, 'any');
		}),
);

// R4

/** Each of those who find the link unused writes for itself, as an update without a guard does: nobody sees the others' writes. */
export const looksThenWrites: Break = ({ services }) => {
	const links = services.store.magicLinks;
	let looking = 0;
	let everyoneLooked = (): void => undefined;
	const looked = new Promise<void>((resolve) => (everyoneLooked = resolve));
	return replace(links, 'redeem', (redeem) => async (request) => {
		const seen = await links.get(request.linkId);
		looking += 1;
		if (looking === competitors) everyoneLooked();
		await looked;
		if (seen?.redeemedAt !== null) return redeem(request);
		const own = { ...seen, id: uuidV7(request.now) };
		await links.insertMany([own]);
		const session = { ...request.session, linkId: own.id };
		return redeem({ ...request, linkId: own.id, endOtherLinks: false, session });
	});
};

// R8

export const expiryNotInTheWrite: Break = ({ services }) =>
	replace(services.store.magicLinks, 'redeem', (redeem) => async (request) => {
		const link = await services.store.magicLinks.get(request.linkId);
		return redeem({ ...request, now: Math.min(request.now, (link?.expiresAt ?? 0) - 1) });
	});

const clockOff =
	(ms: number): Break =>
	({ services }) =>
		replace(services.store.magicLinks, 'redeem', (redeem) => (request) => {
			return redeem({ ...request, now: request.now + ms });
		});

export const expiryOneLate = clockOff(-1);
export const expiryOneEarly = clockOff(1);

// R18

/** API keys stay good, or nothing could be asked of the server. */
export const secretsWithoutPurpose: Break = ({ services: { keys } }) => {
	const one = (purpose: KeyPurpose) => (purpose === 'api-key-hash' ? purpose : 'limit');
	const mends = [
		replace(keys, 'mac', (mac) => (version, use, fields) => mac(version, one(use), fields)),
		replace(keys, 'macNewest', (mac) => (use, fields) => mac(one(use), fields)),
	];
	return () => {
		for (const mend of mends) mend();
	};
};

export const secretsWithoutPortal: Break = ({ services: { keys } }) => {
	const fewer = (use: KeyPurpose, fields: readonly string[]) =>
		use === 'magic-link' ? fields.slice(1) : fields;
	const mends = [
		replace(keys, 'mac', (mac) => (version, use, all) => mac(version, use, fewer(use, all))),
		replace(keys, 'macNewest', (mac) => (use, all) => mac(use, fewer(use, all))),
	];
	return () => {
		for (const mend of mends) mend();
	};
};

export const anyPurposeRedeems: Break = ({ services }) =>
	replace(services.store.magicLinks, 'redeem', (redeem) => (request) => {
		return redeem({ ...request, purposes: ['login', 'invitation', 'admin'] });
	});

// R30

/** The host of links comes from the request that is being answered. */
const hostFrom =
	(read: (request: IncomingMessage) => string): Break =>
	({ services }) => {
		let host = '';
		const onRequest = (message: unknown) => {
			host = read((message as { request: IncomingMessage }).request);
		};
		const channel = 'http.server.request.start';
		subscribe(channel, onRequest);
		const mend = replace(services.urls, 'origin', () => () => `http://${host}`);
		return () => {
			unsubscribe(channel, onRequest);
			mend();
		};
	};

export const hostOfTheRequest = hostFrom(({ headers }) => headers.host ?? '');
export const forwardedHost = hostFrom(({ headers }) =>
	String(headers['x-forwarded-host'] ?? headers.host),
);
export const hostOfTheRequestLine = hostFrom(
	({ url, headers }) => new URL(url ?? '', `http://${headers.host ?? ''}`).host,
);

// R38

const refused: RedeemResult = { ok: false, reason: 'superseded', link: null };

/** Refuses to redeem a link when this says so of its contact. */
function refuseWhen(
	{ services }: TestServer,
	isOver: (contactId: string, linkId: string) => boolean,
): () => void {
	return replace(services.store.magicLinks, 'redeem', (redeem) => async (request) => {
		const link = await services.store.magicLinks.get(request.linkId);
		return isOver(link?.subject.id ?? '', request.linkId) ? refused : redeem(request);
	});
}

/** The usual mistake: a new link ends those that were made before. */
export const newestLinkOnly: Break = (server) => {
	const newest = new Map<string, string>();
	return both(
		({ services }) =>
			replace(services.store.magicLinks, 'insertMany', (insert) => async (links) => {
				for (const { subject, id } of links) newest.set(subject.id, id);
				return insert(links);
			}),
		() => refuseWhen(server, (contactId, linkId) => newest.get(contactId) !== linkId),
	)(server);
};

/** Asking is counted by the address, and who has asked too often is kept out altogether. */
export const asksLockOut: Break = (server) => {
	const asks = new Map<string, number>();
	return both(
		({ services }) =>
			replace(services.limits, 'countMail', (count) => (portal, contact) => {
				asks.set(contact.id, (asks.get(contact.id) ?? 0) + 1);
				return count(portal, contact);
			}),
		() => refuseWhen(server, (contactId) => (asks.get(contactId) ?? 0) > 10),
	)(server);
};

export const wrongCodesLockOut: Break = (server) => {
	const wrong = new Map<string, number>();
	return both(
		({ services }) =>
			replace(services.codeGuesses, 'check', (check) => async (portal, link, typed) => {
				const isRight = await check(portal, link, typed);
				const id = link?.subject.id ?? '';
				if (!isRight) wrong.set(id, (wrong.get(id) ?? 0) + 1);
				return isRight;
			}),
		() => refuseWhen(server, (contactId) => (wrong.get(contactId) ?? 0) > 5),
	)(server);
};

// R39

export const saysWhoIsUnknown: Break = (server) => {
	const known = new Set<string>();
	return both(
		({ services }) =>
			replace(services.store.contacts, 'upsertMany', (upsert) => async (portalId, rows, now) => {
				for (const { email } of rows) known.add(email);
				return upsert(portalId, rows, now);
			}),
		({ services }) =>
			replace(services.signIns, 'begin', (begin) => (portal, email) => {
				if (!known.has(email)) throw new PortalError('contact_not_found');
				return begin(portal, email);
			}),
	)(server);
};

/** Says "too many" by the address. */
export const saysWhoIsThrottled: Break = ({ services }) => {
	const asked = new Set<string>();
	return replace(services.signIns, 'begin', (begin) => (portal, email) => {
		if (asked.has(email)) throw new PortalError('too_many_requests', { retryAfterSeconds: 60 });
		asked.add(email);
		return begin(portal, email);
	});
};

export const mailsAnyContact: Break = ({ services }) =>
	replace(services.store.contacts, 'getManyByEmail', (get) => async (portalId, emails) => {
		const found = await get(portalId, emails);
		return found.map((contact) => ({ ...contact, invitedAt: 1 }));
	});
