import { analyse, TemplateError, type Catalogue, type Need, type Needs } from 'custom-values';

import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { MailBatch, Recipient } from '../mail/mailer.ts';
import { fillingFor, messagesOf, renderMessage, type RenderedMessage } from '../mail/render.ts';
import {
	emailParts,
	type Contact,
	type EmailPart,
	type EmailSource,
	type Portal,
	type SendKind,
} from '../store/store.ts';
import { constantValues, contactRowValues, portalCatalogue, sampleCode } from './catalogue.ts';
import {
	compileContent,
	compileContents,
	compileParts,
	type PreparedContent,
	type TemplateFinding,
} from './compile-content.ts';
import { fullName } from './people.ts';
import { rowValues } from './recipient-values.ts';

/** Whom a preview is for, and what they would be sent. */
export interface PreviewFor extends SampleTimes {
	/** Null: samples of the catalogue. */
	contact: Contact | null;
	/** `item.*`; null: samples. */
	item: Record<string, unknown> | null;
	/** In place of the contact's or the portal's. */
	locale?: string;
}

interface SampleTimes {
	/** The portal's origin: sample links start with it. */
	url: string;
	/** Milliseconds since the epoch. */
	now: number;
}

/** What is to be said about the texts of one e-mail, and each of them that can be made as its reader would have it. */
export interface Trial {
	findings: TemplateFinding[];
	parts: Record<EmailPart, TriedPart>;
	/** Paths of the values that left a gap. */
	missing: readonly string[];
	fallbacks: readonly { path: string; text: string }[];
}

export type TriedPart =
	| { shown: string }
	/** `errors`: findings say why; `other_part`: it is made from the other one; else a sentence. */
	| { shown: null; because: 'errors' | 'other_part' | { problem: string } };

/**
 * Checks the texts of one e-mail, and shows those that nothing is wrong with, each on its own, as `preview` does. Never throws for what
 * they say.
 */
export function tryOut(
	portal: Portal,
	kind: SendKind,
	source: EmailSource,
	given: PreviewFor,
): Trial {
	const rules = { portal, kind, catalogue: portalCatalogue(portal), advises: true };
	const findings: TemplateFinding[] = [];
	const compiled = compileParts(rules, source, (part, found) => {
		findings.push(...found.map((finding) => ({ part, ...finding })));
	});
	const made = emailParts.flatMap((part) => compiled[part] ?? []);
	const recipientFor = sampleRecipients(portal, kind, analyse(made), given);
	const recipient = recipientFor(given.contact, given.item);
	const filling = fillingFor(recipient, given.now);
	const show = (part: EmailPart): TriedPart => {
		const isWrong = findings.some((one) => one.part === part && one.severity === 'error');
		if (isWrong) return { shown: null, because: 'errors' };
		const text = compiled[part];
		if (text === null) return { shown: null, because: 'other_part' };
		try {
			return { shown: filling.fill(text) };
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			return { shown: null, because: { problem: messagesOf(error) } };
		}
	};
	const parts = { subject: show('subject'), html: show('html'), text: show('text') };
	return { findings, parts, ...filling.lacks() };
}

/** All that is to be said about the texts of one e-mail, what stops nothing included. Never throws for what they say. */
export function check(portal: Portal, kind: SendKind, source: EmailSource): TemplateFinding[] {
	const rules = { portal, kind, catalogue: portalCatalogue(portal), advises: true };
	const findings: TemplateFinding[] = [];
	compileContent(rules, source, (part, found) => {
		findings.push(...found.map((finding) => ({ part, ...finding })));
	});
	return findings;
}

/**
 * The e-mail as a contact, or one made of samples, would read it. Every secret in it is a sample (R29): nothing is minted, stored or
 * sent. Throws `template_invalid` with findings, or `value_missing`.
 */
export function preview(
	portal: Portal,
	kind: SendKind,
	source: EmailSource,
	given: PreviewFor,
): RenderedMessage {
	const mail = sampleMail(portal, kind, source, given);
	const recipient = mail.recipientFor(given.contact, given.item);
	try {
		return mail.render(
			given.locale === undefined ? recipient : { ...recipient, locale: given.locale },
		);
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
		throw new PortalError('template_invalid', {
			detail: messagesOf(error),
			extra: { findings: error.findings },
		});
	}
}

/** An e-mail that nobody can sign in with: the values of contacts' rows, and samples of everything else. */
export interface SampleMail {
	content: PreparedContent;
	/** Null: a contact or an item made of samples. */
	recipientFor(contact: Contact | null, item: Record<string, unknown> | null): Recipient;
	batchFor(recipient: Recipient): MailBatch;
	/** Throws TemplateError when the e-mail cannot be made for this recipient. */
	render(recipient: Recipient): RenderedMessage;
}

/** Throws `template_invalid` with findings. */
export function sampleMail(
	portal: Portal,
	kind: SendKind,
	source: EmailSource,
	{ url, now }: SampleTimes,
): SampleMail {
	const contents = compileContents(portal, kind, [source]);
	const [content] = contents;
	if (content === undefined) throw new PortalError('internal_error');
	const batchFor = (recipient: Recipient): MailBatch => ({
		...{ portal, kind, sendId: null, contents, recipients: [recipient], now },
	});
	const recipientFor = sampleRecipients(portal, kind, content.needs, { url, now });
	const render = (recipient: Recipient) => renderMessage(batchFor(recipient), recipient);
	return { content, batchFor, recipientFor, render };
}

/** Makes recipients with samples for secrets, and for whatever else is not given. */
function sampleRecipients(
	portal: Portal,
	kind: SendKind,
	{ values, mints }: Pick<Needs, 'values' | 'mints'>,
	{ url, now }: SampleTimes,
): SampleMail['recipientFor'] {
	const samples = sampleRow(portalCatalogue(portal), values);
	const links = Object.fromEntries(mints.map(({ section }) => [section, `${url}/l/sample`]));
	const secrets = { magic_link: links, invitation_link: links, login_code: sampleCode };
	const constants = constantValues(portal, url);
	const linksEnd = now + portal.lifetimes[kind === 'invitation' ? 'invitation' : 'loginEmail'];
	return (contact, item) => {
		const name = contact === null ? '' : fullName(contact);
		const row = contact === null ? samples['contact'] : contactRowValues(contact, name);
		const values = rowValues(constants, row as object, item ?? samples['item'], linksEnd);
		return {
			deliveryId: uuidV7(now),
			contactId: contact?.id ?? '',
			email: contact?.email ?? '',
			name,
			content: 0,
			values: { ...values, contact: { ...values.contact, ...secrets } },
			locale: contact?.locale ?? portal.locale,
			timeZone: contact?.timeZone ?? portal.timeZone,
		};
	};
}

/** A sample of each value that the texts read, nested as templates name them. Lists have none: what is in them is not known. */
function sampleRow(catalogue: Catalogue, values: readonly Need[]): Record<string, unknown> {
	const row: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
	for (const { path, cost, context } of values) {
		if (cost !== 'row' || context === 'loop') continue;
		const names = path.split('.');
		const last = names.pop() ?? '';
		let at = row;
		for (const name of names) {
			// A group that is tested as a value, too, is a group.
			const next = isGroup(at[name]) ? at[name] : (Object.create(null) as typeof row);
			at[name] = next;
			at = next;
		}
		if (!isGroup(at[last])) at[last] = catalogue.find(path.split('.'))?.sample;
	}
	return row;
}

function isGroup(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
