import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import type { Admin, Contact, LimitRule, MagicLink, Portal, Store } from '../store/store.ts';
import type { Keys } from './keys.ts';
import { wasAskedFor } from './askers.ts';

const minute = 60_000;
const hour = 60 * minute;

/** What people may do how often (R37). Sends by API key do not count, and redeeming an unexpired link is never limited. */
export interface Limits {
	/** Somebody asks for a sign-in e-mail from this network; throws `too_many_requests` with the time when it may ask again. */
	askForMail(address: string | undefined): Promise<void>;
	/**
	 * Counts an e-mail that a page sends to a contact: null when contact, portal or server have had enough of them. Else its link has
	 * to live at least until there may be the next one: whoever uses up somebody's e-mails leaves one with a link that works (R38).
	 */
	countMail(portal: Portal, contact: Contact): Promise<{ linkLifetimeMs: number } | null>;
	/** Takes the count back when the e-mail was not sent after all. */
	giveBackMail(portal: Portal, contact: Contact): Promise<void>;
	/** Counts a test e-mail to an admin; throws `too_many_requests` with the time when there may be another. */
	countTestMail(admin: Admin): Promise<void>;
	/**
	 * The contact came by this link. When it was asked for on a page, there may be one e-mail more: a stranger who uses up the rest
	 * would otherwise leave the contact, once signed out, without any link that works (R38).
	 */
	allowAnotherMail(link: MagicLink): Promise<void>;
	/** Counts a guess at a contact's code before it is looked at (R5); false when contact or portal have no guess left. */
	countCode(portal: Portal, contactId: string): Promise<boolean>;
	/** Whether contact and portal have a guess left; counts nothing. */
	mayGuess(portal: Portal, contactId: string): Promise<boolean>;
	/** Takes the count back: the guess was right, or never looked at. */
	giveBackCode(portal: Portal, contactId: string): Promise<void>;
	/** Counts a guess at the address that a link is for before it is looked at; false when the link has no guess left. */
	countAddress(linkId: string): Promise<boolean>;
	/** Takes the count back: the guess was right. */
	giveBackAddress(linkId: string): Promise<void>;
}

export function createLimits(parts: {
	store: Store;
	clock: Clock;
	config: Config;
	keys: Keys;
}): Limits {
	const { store, clock, config, keys } = parts;
	/** Addresses of people are not kept: a key is a keyed hash of what it counts. */
	const rule = (limit: number, windowMs: number, ...what: readonly string[]): LimitRule => ({
		key: keys.macNewest('limit', [...what, String(windowMs)]).toString('base64url'),
		limit,
		windowMs,
	});
	const contactMailRules = (contactId: string) => [
		rule(config.limitMailsContactMinute, minute, 'mail-contact', contactId),
		rule(config.limitMailsContactHour, hour, 'mail-contact', contactId),
	];
	const mailRules = (portal: Portal, contact: Contact) => [
		...contactMailRules(contact.id),
		rule(config.limitMailsPortalHour, hour, 'mail-portal', portal.id),
		rule(config.limitMailsHour, hour, 'mail'),
	];
	const codeRules = (portal: Portal, contactId: string) => [
		rule(config.limitCodesContactDay, 24 * hour, 'code-contact', contactId),
		rule(config.limitCodesPortalHour, hour, 'code-portal', portal.id),
	];
	const addressRules = (linkId: string) => [
		rule(config.limitAddressTries, 24 * hour, 'address-link', linkId),
	];
	const countOrThrow = async (one: LimitRule): Promise<void> => {
		const counted = await store.limits.hit([one], clock.now());
		if (counted.ok) return;
		throw new PortalError('too_many_requests', {
			retryAfterSeconds: Math.ceil(counted.retryAfterMs / 1000),
		});
	};
	return {
		askForMail: (address) =>
			countOrThrow(
				rule(config.limitMailsNetworkHour, hour, 'mail-network', networkOf(address ?? '')),
			),
		countTestMail: (admin) =>
			countOrThrow(rule(config.limitTestMailsHour, hour, 'test-mail', admin.id)),
		async countMail(portal, contact) {
			const [rules, now] = [mailRules(portal, contact), clock.now()];
			if (!(await store.limits.hit(rules, now)).ok) return null;
			const nextInMs = await store.limits.wait(rules, now);
			const { signIn, maximum } = portal.lifetimes;
			return { linkLifetimeMs: Math.max(signIn, Math.min(nextInMs, maximum)) };
		},
		async giveBackMail(portal, contact) {
			await store.limits.giveBack(mailRules(portal, contact), clock.now());
		},
		async allowAnotherMail(link) {
			if (!wasAskedFor(link)) return;
			await store.limits.giveBack(contactMailRules(link.subject.id), clock.now());
		},
		async countCode(portal, contactId) {
			return (await store.limits.hit(codeRules(portal, contactId), clock.now())).ok;
		},
		async mayGuess(portal, contactId) {
			return (await store.limits.wait(codeRules(portal, contactId), clock.now())) === 0;
		},
		async giveBackCode(portal, contactId) {
			await store.limits.giveBack(codeRules(portal, contactId), clock.now());
		},
		async countAddress(linkId) {
			return (await store.limits.hit(addressRules(linkId), clock.now())).ok;
		},
		async giveBackAddress(linkId) {
			await store.limits.giveBack(addressRules(linkId), clock.now());
		},
	};
}

/**
 * The network that an address belongs to: an IPv4 address is its own, also one written as IPv6; of an IPv6 address the first
 * 64 bits are. Proxies may add a port, and brackets. What is no address is of one network, whatever it is.
 */
export function networkOf(address: string): string {
	const [, bracketed, dotted] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
	const [bare = ''] = (bracketed ?? dotted ?? address).split('%');
	// The parser takes `127.1` and octal numbers for IPv4 addresses, too.
	if (isIP(bare) === 0) return 'unknown';
	const parsed = ipaddr.process(bare);
	if (parsed instanceof ipaddr.IPv4) return parsed.toString();
	return parsed.parts
		.slice(0, 4)
		.map((part) => part.toString(16))
		.join(':');
}
