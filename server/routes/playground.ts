import express, { type Express, type Request, type Response } from 'express';

import { PortalError } from '../errors.ts';
import { playgroundPage } from '../pages/admin/playground.ts';
import { canonicalEmail } from '../services/addresses.ts';
import { catalogueValues } from '../services/catalogue.ts';
import type { TemplateFinding } from '../services/compile-content.ts';
import { applyFix, offsetOf } from '../services/fixes.ts';
import { fullName } from '../services/people.ts';
import { check, tryOut } from '../services/template-check.ts';
import type { Contact, EmailSource, Portal, TemplateKind } from '../store/store.ts';
import { signedIn, type Visit } from './admin-visit.ts';
import { formField, sendPage, withoutLogo, type PageParts } from './page-kit.ts';
import { sampleDataOf, type SampleData } from './sample-data.ts';
import { kindShape } from './template-shapes.ts';

const path = '/admin/playground';

/** As much as the engine takes of two texts, percent-encoded, as most languages need it; longer ones are for the API. */
const formLimitBytes = 5_000_000;
const readForm = express.urlencoded({
	...{ extended: false, limit: formLimitBytes, parameterLimit: 20 },
});
/** Contacts that are offered for the preview. */
const contactsOffered = 50;
const excerptLimit = 120;
const nobody = 'No contact has this address. The preview shows somebody made up.';

/** What is tried out until somebody pastes their own: it has one error, to show what becomes of it. */
const example: EmailSource = {
	subject: 'News for << contact.first_name | you >>',
	html: '<p>Hello << contact.frist_name | there >>,</p>\n<p>your documents are ready.</p>\n<p><a href="<< contact.magic_link >>">Open << portal.name >></a></p>\n',
	text: '',
};

/** What is tried, and as whose e-mail. */
interface Trial {
	kind: TemplateKind;
	source: EmailSource;
	/** The address as it was typed; '' for a contact made of samples. */
	address: string;
	/** JSON as it was typed, or ''. */
	item: string;
	customValues: string;
}

const untyped = { kind: 'email', address: '', item: '', customValues: '' } as const;

/**
 * Where admins try texts of e-mails: findings, and a preview whose links are samples (R29). It stores, sends and mints nothing, and what is
 * typed there is in no log. It reads its form itself.
 */
export function playground(app: Express, parts: PageParts): void {
	app.get(path, async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		const trial: Trial = { ...untyped, source: example };
		await sendTrial(parts, response, visit, trial, sampleDataOf(visit.portal, trial));
	});

	app.post(path, async (request, response) => {
		const visit = await signedIn(parts, request, response);
		if (visit === null) return;
		// Only now: nobody but an admin has the server read so much.
		await bodyOf(request, response);
		const trial = trialOf(request);
		const data = sampleDataOf(visit.portal, trial);
		const source = mend(data.portal, trial, formField(request, 'fix'));
		await sendTrial(parts, response, visit, { ...trial, source }, data);
	});
}

async function bodyOf(request: Request, response: Response): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		readForm(request, response, (error?: unknown) => {
			if (error === undefined) resolve();
			else reject(error as Error);
		});
	});
}

function trialOf(request: Request): Trial {
	// Forms write each line break as two characters; findings count one, as the text fields do.
	const text = (name: string) => formField(request, name).replaceAll('\r\n', '\n');
	return {
		kind: kindShape.catch('email').parse(formField(request, 'kind')),
		source: { subject: text('subject'), html: text('html'), text: text('text') },
		address: formField(request, 'contact').trim().slice(0, 1000),
		item: text('item'),
		customValues: text('custom-values'),
	};
}

/** The texts after the fix that this button stands for. A finding that is not there any more changes nothing. */
function mend(portal: Portal, { kind, source }: Trial, fix: string): EmailSource {
	if (fix === '') return source;
	const finding = check(portal, kind, source).find((one) => keyOf(one) === fix);
	if (finding === undefined || !isWritten(source, finding)) return source;
	return { ...source, [finding.part]: applyFix(source[finding.part], finding) };
}

/** A part that was made from the other one has no text of its own to be mended. */
function isWritten(source: EmailSource, { part }: TemplateFinding): boolean {
	return source[part].trim() !== '';
}

function keyOf({ part, code, line, column, length }: TemplateFinding): string {
	return [part, code, line, column, length].join(' ');
}

async function sendTrial(
	parts: PageParts,
	response: Response,
	{ portal, frame }: Visit,
	trial: Trial,
	data: SampleData,
): Promise<void> {
	const { contacts, urls, clock } = parts.services;
	const { kind, source, address } = trial;
	const isEmpty = Object.values(source).every((text: string) => text.trim() === '');
	const chosen = await contactOf(parts, portal, address);
	const given = { contact: chosen.contact, item: data.item, url: urls.origin(portal) };
	const tried = tryOut(data.portal, kind, source, { ...given, now: clock.now() });
	const offered = await contacts.list(portal, {}, { limit: contactsOffered, after: null });
	const page = playgroundPage({
		...{ ...tried, frame, kind, source, address, isEmpty },
		addressProblem: chosen.problem,
		item: { json: trial.item, note: data.itemNote },
		customValues: { json: trial.customValues, note: data.valuesNote },
		contacts: offered.map((contact) => ({ email: contact.email, name: fullName(contact) })),
		values: catalogueValues(data.portal),
		findings: (isEmpty ? [] : tried.findings).map(({ fix, ...finding }) => ({
			...{ ...finding, key: keyOf(finding), excerpt: excerptOf(source, finding) },
			fix: isWritten(source, finding) ? (fix ?? null) : null,
		})),
	});
	const policy = { holdsNoSecret: true, showsEmail: true, asksAgain: true };
	sendPage(response, 200, page, withoutLogo(portal), policy);
}

async function contactOf(
	{ services }: PageParts,
	portal: Portal,
	address: string,
): Promise<{ contact: Contact | null; problem: string | null }> {
	if (address === '') return { contact: null, problem: null };
	try {
		const [contact = null] = await services.contacts.find(portal, [
			{ email: canonicalEmail(address) },
		]);
		return { contact, problem: contact === null ? nobody : null };
	} catch (error) {
		if (!(error instanceof PortalError) || error.code !== 'email_invalid') throw error;
		return { contact: null, problem: error.detail ?? error.message };
	}
}

function excerptOf(source: EmailSource, finding: TemplateFinding): string {
	const text = source[finding.part];
	const at = offsetOf(text, finding);
	const whole = text.slice(at, at + finding.length);
	return whole.length > excerptLimit ? `${whole.slice(0, excerptLimit)}…` : whole;
}
