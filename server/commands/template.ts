import { extname } from 'node:path';

import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import { canonicalEmail } from '../services/addresses.ts';
import type { TemplateFinding } from '../services/compile-content.ts';
import { createPortalUrls } from '../services/portal-urls.ts';
import { newPortal } from '../services/portals.ts';
import {
	problemIn,
	readCustomValues,
	readItem,
	withCustomValues,
	type ReadData,
} from '../services/sample-data.ts';
import { check, preview } from '../services/template-check.ts';
import type { Contact, EmailPart, EmailSource, Portal, TemplateKind } from '../store/store.ts';
import { findingsText, visible } from './findings-text.ts';
import { findPortal } from './find-portal.ts';
import type { Output } from './output.ts';
import { readTextFile } from './read-text-file.ts';
import { StartProblem } from './start-problem.ts';
import { withServices } from './with-services.ts';

/** What the commands about one text are told. */
export interface TextOptions {
	/** Which part of an e-mail the file is; without it, its name says so. */
	context?: EmailPart;
	kind: TemplateKind;
	/** The e-mail's subject; it is checked, too. */
	subject?: string;
	/** Slug or id; without it and without a contact no database is opened. */
	portal?: string;
	/** File of JSON: texts for `custom_values.*`, besides the portal's. */
	customValues?: string;
	/** File of JSON: what an n8n item would bring for `item.*`; without it, samples. */
	item?: string;
	/** Address of the contact whose e-mail is rendered; null for one made of samples. */
	contact?: string;
}

const withoutPortal =
	'Without --portal NAME no portal’s custom values are known; the first portal is called default. --custom-values FILE takes some from a file.';

/** Stands for a subject that nobody gave. */
const noSubject = 'Subject';

/** All that is to be said about the file. `hasErrors` when it could not be sent. */
export async function lintTemplate(
	config: Config,
	file: string,
	options: TextOptions,
): Promise<Output & { hasErrors: boolean }> {
	const part = partOf(file, options);
	const source = await readSource(file, part, options);
	const notes: string[] = [];
	const { portal } = await lookUp(config, options, notes);
	const findings = check(portal, options.kind, source).filter((finding) =>
		isAbout(finding, part, options),
	);
	const hasErrors = findings.some(({ severity }) => severity === 'error');
	const text =
		findings.length === 0
			? `${file}: nothing is wrong`
			: findingsText(findings, { source, nameOf: namesIn(file, part) }, process.stdout);
	notes.push(...portalHint(findings, options));
	return { json: { file, findings }, text, notes, hasErrors };
}

/** The file as its reader would have it, links being samples. Nothing is stored, sent or minted. */
export async function renderTemplate(
	config: Config,
	file: string,
	options: TextOptions,
): Promise<Output> {
	const part = partOf(file, options);
	const source = await readSource(file, part, options);
	const notes: string[] = [];
	const { portal, contact } = await lookUp(config, options, notes);
	const given = {
		...{ contact, now: systemClock.now() },
		item: await readData(options.item, readItem, notes),
		url: createPortalUrls(config.publicUrl).origin(portal),
	};
	try {
		const shown = preview(portal, options.kind, source, given);
		const subject = options.subject === undefined ? '' : `Subject: ${shown.subject}\n\n`;
		const body = shown[part];
		const text = part === 'subject' ? body : `${subject}${body.trimEnd()}`;
		if (shown.missing.length > 0) {
			notes.push(`Left blank for this contact: ${shown.missing.join(', ')}`);
		}
		return { json: shown, text, notes };
	} catch (error) {
		if (!(error instanceof PortalError)) throw error;
		const found = check(portal, options.kind, source).filter(
			({ severity }) => severity === 'error',
		);
		if (found.length === 0) throw error;
		const told = findingsText(found, { source, nameOf: namesIn(file, part) }, process.stderr);
		throw new StartProblem([told, ...portalHint(found, options)].join('\n'));
	}
}

function partOf(file: string, { context }: TextOptions): EmailPart {
	if (context !== undefined) return context;
	if (file.endsWith('.subject.txt')) return 'subject';
	return /^\.x?html?$/i.test(extname(file)) ? 'html' : 'text';
}

/** The e-mail that the file is a part of. */
async function readSource(
	file: string,
	part: EmailPart,
	{ subject = noSubject }: TextOptions,
): Promise<EmailSource> {
	const content = await readTextFile(file);
	if (part === 'subject') return { subject: content.trimEnd(), html: '', text: noSubject };
	return { subject, html: '', text: '', [part]: content };
}

/** What a file of JSON says; null when none is named. What to know of how it was taken is added to the notes. */
async function readData<Value>(
	file: string | undefined,
	from: (json: string) => ReadData<Value>,
	notes: string[],
): Promise<Value | null> {
	if (file === undefined) return null;
	const json = await readTextFile(file);
	try {
		const { value, note } = from(json);
		if (note !== null) notes.push(visible(`${file}: ${note}`));
		return value;
	} catch (error) {
		if (!(error instanceof PortalError)) throw error;
		throw new StartProblem(visible(`${file}: ${problemIn(error)}`));
	}
}

/** Whether a finding is about what was given: not about a subject that nobody gave, nor about a part that will be made. */
function isAbout(
	{ part, severity }: TemplateFinding,
	own: EmailPart,
	{ subject }: TextOptions,
): boolean {
	if (part === own) return true;
	if (own === 'subject') return false;
	return part === 'subject' ? subject !== undefined : severity === 'error';
}

/** The file stands for the part that it is; the others are named besides. */
function namesIn(file: string, own: EmailPart): (part: EmailPart) => string {
	return (part) => (part === own ? file : `${file} (${part})`);
}

/** A custom value that is not known may well be one of a portal that nobody named. */
function portalHint(
	findings: readonly TemplateFinding[],
	{ portal, contact }: TextOptions,
): string[] {
	const isInPortal = portal !== undefined || contact !== undefined;
	const isAboutValues = findings.some(
		({ code, message }) => code === 'unknown_value' && /custom[ _]value/.test(message),
	);
	return isInPortal || !isAboutValues ? [] : [withoutPortal];
}

/** The portal, with the custom values that were given besides, and the contact. */
async function lookUp(
	config: Config,
	options: TextOptions,
	notes: string[],
): Promise<{ portal: Portal; contact: Contact | null }> {
	const values = await readData(options.customValues, readCustomValues, notes);
	const { portal, contact } = await lookUpStored(config, options);
	return { portal: withCustomValues(portal, values ?? {}), contact };
}

/** Without a portal or a contact named, a portal with the default settings, and no database. */
async function lookUpStored(
	config: Config,
	{ portal: name, contact: address }: TextOptions,
): Promise<{ portal: Portal; contact: Contact | null }> {
	if (name === undefined && address === undefined) {
		// Whether the portal has an application is not known here: sections are not doubted.
		const made = { slug: 'default', name: config.portalName, appUrl: config.publicUrl };
		return { portal: newPortal(config, systemClock.now(), made), contact: null };
	}
	return withServices(config, async (services) => {
		const portal = await findPortal(services, name ?? 'default');
		if (address === undefined) return { portal, contact: null };
		const email = canonicalEmail(address);
		const [contact = null] = await services.contacts.find(portal, [{ email }]);
		if (contact === null) throw new PortalError('contact_not_found');
		return { portal, contact };
	});
}
