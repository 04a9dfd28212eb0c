import { guardsHold, type MintNeed, type Values } from 'custom-values';

import { regionOf, type Locale } from '../locale.ts';
import type { Recipient } from '../mail/mailer.ts';
import type { Contact, Delivery, LinkKind, Portal, Send } from '../store/store.ts';
import { askersNonceHash } from './askers.ts';
import { constantValues, contactRowValues } from './catalogue.ts';
import type { PreparedContent } from './compile-content.ts';
import type { Links, SendLinkWish } from './links.ts';
import { fullName } from './people.ts';

/** A delivery and its contact as it is now. */
export interface DeliveryRow {
	delivery: Delivery;
	contact: Contact;
}

/** A link of one recipient: which value it is for, and where it leads. */
interface RowWish extends SendLinkWish {
	row: number;
	/** Null: only its code is printed. */
	value: 'magic_link' | 'invitation_link' | null;
	section: string;
}

const purposes = {
	'contact.magic_link': { value: 'magic_link', purpose: 'login' },
	'contact.invitation_link': { value: 'invitation_link', purpose: 'invitation' },
} as const;

/**
 * Resolves the values of a chunk: constants once, rows from what was read, links in one bulk insert, and only for recipients whose
 * e-mail will print them (R29). A render that fails afterwards, as over a limit of the engine, leaves links that nobody was shown and that
 * nobody can guess: to render everybody once before that would double the work of every send, for their sake alone. `url` is the portal's origin. One recipient per row, in order.
 */
export async function resolveRecipients(
	links: Pick<Links, 'mintForSend'>,
	{ send, portal, url }: { send: Send; portal: Portal; url: string },
	contents: readonly PreparedContent[],
	rows: readonly DeliveryRow[],
	now: number,
): Promise<Recipient[]> {
	const constants = constantValues(portal, url);
	const linksEnd = now + send.linkLifetimeMs;
	const values = rows.map(({ delivery, contact }) =>
		rowValues(constants, contactRowValues(contact, fullName(contact)), delivery.item, linksEnd),
	);
	const wishes = rows.flatMap((row, index) => {
		const content = contents[row.delivery.content];
		return content === undefined ? [] : wishesOf(send, row, index, content, values[index] ?? {});
	});
	const minted = await links.mintForSend(send, portal, wishes);
	const linksOfRows = rows.map((): MintedValues => ({}));
	wishes.forEach(({ row, value, section }, n) => {
		const [link, mine] = [minted[n], linksOfRows[row]];
		if (link === undefined || mine === undefined) return;
		if (value !== null) mine[value] = { ...mine[value], [section]: link.url };
		mine.magic_link_expires_at = link.expiresAt;
		if (link.code !== null) mine.login_code = link.code;
	});
	return rows.map(({ delivery, contact }, index) => ({
		deliveryId: delivery.id,
		contactId: contact.id,
		email: delivery.email,
		name: fullName(contact),
		content: delivery.content,
		locale: localeFor(send.contents[delivery.content]?.locale, contact.locale, portal.locale),
		timeZone: contact.timeZone ?? portal.timeZone,
		values: {
			...values[index],
			contact: { ...values[index]?.contact, ...linksOfRows[index] },
		},
	}));
}

/**
 * What a template may read for one contact, before anything is minted. `contact` is what the contact's row gives, `linksEnd` when links
 * made for the e-mail do.
 */
export function rowValues(constants: Values, contact: object, item: unknown, linksEnd: number) {
	return { ...constants, contact: { ...contact, magic_link_expires_at: linksEnd }, item };
}

/** What has to be minted for an e-mail with these values: links, and whether a code. */
export function mintsFor(
	{ needs }: Pick<PreparedContent, 'needs'>,
	values: Values,
): { links: LinkNeed[]; hasCode: boolean } {
	const needed = needs.mints.filter(({ guards }) => guardsHold(guards, values));
	return {
		links: needed.filter((need) => isLink(need)),
		hasCode: needed.some(({ path }) => path === 'contact.login_code'),
	};
}

/** How dates and numbers are written: as in the rest of the e-mail, where its language is known. */
function localeFor(language: Locale | undefined, contact: string | null, portal: string): string {
	return language === undefined ? (contact ?? portal) : regionOf(language, [contact, portal]);
}

interface MintedValues {
	/** By section; '' without one. */
	magic_link?: Record<string, string>;
	invitation_link?: Record<string, string>;
	magic_link_expires_at?: number;
	login_code?: string;
}

function wishesOf(
	send: Send,
	{ delivery, contact }: DeliveryRow,
	row: number,
	content: PreparedContent,
	values: Values,
): RowWish[] {
	const { links, hasCode } = mintsFor(content, values);
	const wishes = links.map(({ path, section }): RowWish => {
		const { value, purpose } = purposes[path];
		const kind = kindOf(send, purpose);
		const destination = section === '' ? delivery.destination : section;
		return { row, value, section, contact, purpose, kind, destination, hasCode: false };
	});
	if (!hasCode) return wishes;
	// One credential (R6): the code belongs to the first link of the e-mail, or to one that is not printed.
	const [first, ...others] = wishes;
	const { destination } = delivery;
	const kind = kindOf(send, 'login');
	const unseen = { row, value: null, section: '', contact, purpose: 'login', kind } as const;
	return [{ ...(first ?? { ...unseen, destination }), hasCode: true }, ...others];
}

type LinkNeed = MintNeed & { path: keyof typeof purposes };

function isLink(need: MintNeed): need is LinkNeed {
	return Object.hasOwn(purposes, need.path);
}

/** R22: links of kind custom_value outlive the redeeming of another one. */
function kindOf(send: Send, purpose: 'login' | 'invitation'): LinkKind {
	if (purpose === 'invitation') return 'invitation';
	if (askersNonceHash(send) !== null) return 'sign_in';
	return send.kind === 'login_email' ? 'login_email' : 'custom_value';
}
