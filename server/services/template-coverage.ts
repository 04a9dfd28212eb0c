import { setImmediate as othersTurn } from 'node:timers/promises';

import { TemplateError } from 'custom-values';

import type { Clock } from '../clock.ts';
import { messagesOf } from '../mail/render.ts';
import type { Contact, ContactFilter, EmailSource, Portal, TemplateKind } from '../store/store.ts';
import type { ContactRef, Contacts } from './contacts.ts';
import type { PortalUrls } from './portal-urls.ts';
import { mintsFor } from './recipient-values.ts';
import { checkContact } from './send-decide.ts';
import { sampleMail, type SampleMail } from './template-check.ts';

/** Contacts that are read at once. */
const pageSize = 500;
/** Renders between which others get their turn. */
const sliceSize = 50;
/** Contacts that one report is about at most. */
const mostContacts = 100_000;

/** Who would get an e-mail: the contacts that a filter finds, newest first, or those that are named. */
export type Audience = { filter: ContactFilter } | { items: readonly AudienceItem[] };

interface AudienceItem {
	contact: ContactRef;
	item: Record<string, unknown>;
}

export interface CoverageRequest {
	kind: TemplateKind;
	source: EmailSource;
	audience: Audience;
	/** As invitations have them. */
	resend: boolean;
	restoreAccess: boolean;
}

/** What would become of a send. */
export interface Coverage {
	/** How many were looked at. */
	contacts: number;
	/** False when the audience goes on after them. */
	complete: boolean;
	/** How many would get the e-mail; what follows is about them only. */
	sendable: number;
	/** How many would not, by the reason that a send would give. */
	skipped: Record<string, number>;
	/** How many would not because their e-mail cannot be made, by what is in its way. */
	blocked: { message: string; contacts: number }[];
	/** How many lack which value, and what they would see in its place: the fallback, or nothing. */
	missing: { path: string; contacts: number; prints: string }[];
	/** Links that would be made, and codes. */
	links: number;
	codes: number;
}

interface Parts {
	contacts: Pick<Contacts, 'list' | 'find'>;
	urls: Pick<PortalUrls, 'origin'>;
	clock: Clock;
}

/**
 * A dry run over an audience: each contact's e-mail is made as a send would make it, with samples for secrets (R29). Nothing is minted,
 * stored or sent. Throws `template_invalid` with findings. Stops early, with `complete: false`, when nobody waits for it any more.
 */
export async function coverageOf(
	parts: Parts,
	portal: Portal,
	request: CoverageRequest,
	signal: AbortSignal,
): Promise<Coverage> {
	const { urls, clock } = parts;
	const given = { url: urls.origin(portal), now: clock.now() };
	const mail = sampleMail(portal, request.kind, request.source, given);
	const tally = createTally(mail, request);
	for await (const page of pagesOf(parts, portal, request.audience)) {
		for (let from = 0; from < page.length; from += sliceSize) {
			await othersTurn();
			for (const { contact, item } of page.slice(from, from + sliceSize)) {
				if (tally.contacts() === mostContacts || signal.aborted) return tally.report(false);
				tally.add(contact, item);
			}
		}
	}
	return tally.report(true);
}

interface Reader {
	contact: Contact | null;
	/** Null: samples, as what a request will bring is not known. */
	item: Record<string, unknown> | null;
}

async function* pagesOf(
	{ contacts }: Parts,
	portal: Portal,
	audience: Audience,
): AsyncGenerator<Reader[]> {
	if ('items' in audience) {
		const { items } = audience;
		const refs = items.map(({ contact }) => contact);
		const found = await contacts.find(portal, refs);
		yield items.map(({ item }, n) => ({ contact: found[n] ?? null, item }));
		return;
	}
	let after: string | null = null;
	for (;;) {
		const page: Contact[] = await contacts.list(portal, audience.filter, {
			limit: pageSize,
			after,
		});
		yield page.map((contact) => ({ contact, item: null }));
		after = page.at(-1)?.id ?? null;
		if (page.length < pageSize) return;
	}
}

function createTally(mail: SampleMail, request: CoverageRequest) {
	const seen = new Set<string>();
	const skipped: Record<string, number> = {};
	const blocked = new Map<string, { message: string; contacts: number }>();
	const missing = new Map<string, { path: string; contacts: number; prints: string }>();
	const count = { contacts: 0, sendable: 0, links: 0, codes: 0 };

	const skipReason = (contact: Contact | null): string | null => {
		const outcome = checkContact(request, {}, contact);
		if (outcome !== null) return outcome.skipped ?? outcome.error?.code ?? null;
		return contact !== null && seen.has(contact.id) ? 'duplicate' : null;
	};
	const lacks = (path: string, prints: string) => {
		const row = at(missing, JSON.stringify([path, prints]), { path, contacts: 0, prints });
		row.contacts += 1;
	};
	return {
		contacts: () => count.contacts,
		add(contact: Contact | null, item: Reader['item']): void {
			count.contacts += 1;
			const reason = skipReason(contact);
			if (reason !== null || contact === null) {
				skipped[reason ?? ''] = (skipped[reason ?? ''] ?? 0) + 1;
				return;
			}
			seen.add(contact.id);
			const recipient = mail.recipientFor(contact, item);
			try {
				const rendered = mail.render(recipient);
				for (const path of rendered.missing) lacks(path, '');
				for (const { path, text } of rendered.fallbacks) lacks(path, text);
			} catch (error) {
				if (!(error instanceof TemplateError)) throw error;
				const message = messagesOf(error);
				at(blocked, message, { message, contacts: 0 }).contacts += 1;
				return;
			}
			const { links, hasCode } = mintsFor(mail.content, recipient.values);
			count.sendable += 1;
			// A code goes with the first link, or with one that is not printed.
			count.links += Math.max(links.length, hasCode ? 1 : 0);
			count.codes += hasCode ? 1 : 0;
		},
		report(complete: boolean): Coverage {
			const byCount = (a: { contacts: number }, b: { contacts: number }) => b.contacts - a.contacts;
			return {
				...count,
				complete,
				skipped,
				blocked: [...blocked.values()].sort(byCount),
				missing: [...missing.values()].sort(byCount),
			};
		},
	};
}

/** The value of a key; `first` when it has none yet. */
function at<T>(map: Map<string, T>, key: string, first: T): T {
	const value = map.get(key) ?? first;
	map.set(key, value);
	return value;
}
