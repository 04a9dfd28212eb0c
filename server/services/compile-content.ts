import { createHash } from 'node:crypto';

import {
	analyse,
	compile,
	lint,
	TemplateError,
	type Catalogue,
	type CompiledText,
	type Finding,
	type Need,
	type Needs,
} from 'custom-values';

import { PortalError } from '../errors.ts';
import type { CompiledContent } from '../mail/mailer.ts';
import type { EmailPart, EmailSource, Portal, SendKind } from '../store/store.ts';
import { portalCatalogue } from './catalogue.ts';
import { destinationProblem } from './destinations.ts';
import { createRecent } from './recent.ts';
import { htmlFromText, textFromHtml } from './send-derived-parts.ts';
import { markUntracked } from './send-tracking.ts';

/** What is to be said about one of the three texts of an e-mail. */
export interface TemplateFinding extends Finding {
	part: EmailPart;
}

/** What is wrong with the texts of a request, and where. */
export interface ContentFinding extends TemplateFinding {
	/** Index into the request's contents. */
	content: number;
}

/** A content that may be sent, and what has to be resolved for it. */
export interface PreparedContent extends CompiledContent {
	needs: Needs;
}

/** One of these must be printed in both parts: else its reader could not get in. */
const requiredLinks: Record<SendKind, readonly string[]> = {
	invitation: ['contact.invitation_link', 'contact.magic_link'],
	login_email: ['contact.magic_link'],
	address_changed: [],
	email: [],
};

/**
 * All contents of a request together: compiling them must not keep a process from its other work. The engine's own limits are for
 * one text.
 */
const limits = {
	/** UTF-16 code units. */
	characters: 4_000_000,
	/** `<<`, whether they turn out to open a tag or not. */
	tags: 20_000,
	/** Once so many are found, the contents that follow are not looked at. */
	findings: 500,
};

/** Chunks of one send, and sends with the same texts, need them compiled once. */
const recent = createRecent<readonly PreparedContent[]>(limits.characters);

/**
 * Compiles the texts of a send. A missing part is made from the other one; anchors that hold a secret are marked for the provider
 * (R28). Throws `template_invalid` with every finding of every text, so that nothing leaves half right, or `payload_too_large`.
 */
export function compileContents(
	portal: Portal,
	kind: SendKind,
	contents: readonly EmailSource[],
): readonly PreparedContent[] {
	const characters = checkSize(contents);
	const from = JSON.stringify([portal, kind, contents]);
	const key = createHash('sha256').update(from).digest('hex');
	return recent(key, characters, () => compileAll(portal, kind, contents));
}

/** Answers how many characters there are. */
function checkSize(contents: readonly EmailSource[]): number {
	const texts = contents.flatMap(({ subject, html, text }) => [subject, html, text]);
	const characters = texts.reduce((sum, text) => sum + text.length, 0);
	const most = (limit: number, what: string) =>
		new PortalError('payload_too_large', {
			detail: `The texts of one request have at most ${limit.toLocaleString('en')} ${what} together.`,
		});
	if (characters > limits.characters) throw most(limits.characters, 'characters');
	const tags = texts.reduce((sum, text) => sum + text.split('<<').length - 1, 0);
	if (tags > limits.tags) throw most(limits.tags, 'tags');
	return characters;
}

function compileAll(
	portal: Portal,
	kind: SendKind,
	contents: readonly EmailSource[],
): PreparedContent[] {
	const rules = { portal, kind, catalogue: portalCatalogue(portal), advises: false };
	const findings: ContentFinding[] = [];
	const prepared: PreparedContent[] = [];
	for (const [content, source] of contents.entries()) {
		const made = compileContent(rules, source, (part, found) => {
			findings.push(...found.map((finding) => ({ content, part, ...finding })));
		});
		if (made !== null) prepared.push(made);
		if (findings.length >= limits.findings) break;
	}
	const [first] = findings;
	if (first !== undefined) {
		throw new PortalError('template_invalid', {
			detail: `${first.part}, line ${String(first.line)}, column ${String(first.column)}: ${first.message}`,
			extra: { findings },
		});
	}
	return prepared;
}

/** What the texts of an e-mail are held against. */
interface Rules {
	portal: Portal;
	kind: SendKind;
	catalogue: Catalogue;
	/** Whether what stops nothing is told of the texts as they were written. */
	advises: boolean;
}

type Report = (part: EmailPart, findings: readonly Finding[]) => void;

/** Compiles the texts of one e-mail, and reports all that is wrong with them. Null when there is a part that cannot be made. */
export function compileContent(
	rules: Rules,
	given: EmailSource,
	report: Report,
): PreparedContent | null {
	const add = (part: EmailPart, source: string): CompiledText | null => {
		const { compiled, findings } = compilePart(rules, part, source);
		if (findings.length > 0) report(part, findings);
		if (compiled !== null && rules.advises && source === given[part]) {
			report(part, lint(source, { catalogue: rules.catalogue, context: part }));
			report(part, unheededSections(rules.portal, compiled.uses));
		}
		return findings.length > 0 ? null : compiled;
	};
	if (given.subject.trim() === '') {
		report('subject', [atStart('missing_subject', 'The e-mail has no subject.')]);
	}
	const subject = add('subject', given.subject);
	const [hasHtml, hasText] = [given.html.trim() !== '', given.text.trim() !== ''];
	if (!hasHtml && !hasText) {
		report('html', [atStart('missing_part', 'The e-mail has neither HTML nor plain text.')]);
		return null;
	}
	// A part is made from the other one only once nothing is wrong with that, its size included: a mistake is told once.
	const writtenHtml = hasHtml ? add('html', given.html) : null;
	const writtenText = hasText ? add('text', given.text) : null;
	if ((hasHtml && writtenHtml === null) || (hasText && writtenText === null)) return null;
	const source = hasHtml ? given.html : htmlFromText(given.text);
	const html = writtenHtml ?? add('html', source);
	const text = writtenText ?? addText(given.html, add, report);
	if (rules.advises && !hasText && text !== null) report('text', [derivedText]);
	if (subject === null || html === null || text === null) return null;

	const anchors = html.uses.flatMap((use) => use.anchors ?? []);
	const marked = anchors.length === 0 ? html : add('html', markUntracked(source, anchors));
	if (marked === null) return null;
	return { subject, html: marked, text, needs: analyse([subject, marked, text]) };
}

/** The plain-text part made from the HTML. */
function addText(
	html: string,
	add: (part: EmailPart, source: string) => CompiledText | null,
	report: Report,
): CompiledText | null {
	const made = textFromHtml(html);
	if ('text' in made) return add('text', made.text);
	const message = `A plain-text part cannot be made from this HTML, as ${made.problem}. Please give the e-mail one.`;
	report('text', [atStart('missing_part', message)]);
	return null;
}

/** The compiled part, unless the engine refuses it, and all that is wrong with it. */
function compilePart(
	{ catalogue, ...rules }: Rules,
	part: EmailPart,
	source: string,
): { compiled: CompiledText | null; findings: readonly Finding[] } {
	try {
		const compiled = compile(source, { catalogue, context: part });
		return { compiled, findings: checkPart(rules, part, compiled.uses) };
	} catch (error) {
		if (error instanceof TemplateError) return { compiled: null, findings: error.findings };
		throw error;
	}
}

/** What the engine cannot know: the portal's sections and values, and what this kind of e-mail is for. */
function checkPart(
	rules: Pick<Rules, 'portal' | 'kind'>,
	part: EmailPart,
	uses: readonly Need[],
): Finding[] {
	return [...uses.flatMap((use) => checkUse(rules.portal, use)), ...checkLink(rules, part, uses)];
}

function checkUse(portal: Portal, use: Need): Finding[] {
	const { line, column } = use;
	const finding = (code: string, message: string): Finding[] => [
		{ code, severity: 'error', line, column, length: 2, message },
	];
	if (use.path.startsWith('custom_values.')) {
		const key = use.path.slice('custom_values.'.length);
		if (Object.hasOwn(portal.customValues, key)) return [];
		return finding('unknown_value', `The portal has no custom value “${key}”.`);
	}
	if (use.section === undefined || use.section === '') return [];
	const problem = destinationProblem(portal, use.section);
	return problem === null ? [] : finding(problem.code, `${use.section}: ${problem.message}`);
}

/** Sections for which there is no application: whoever follows such a link lands on the portal page. */
function unheededSections(portal: Portal, uses: readonly Need[]): Finding[] {
	if (portal.appUrl !== null) return [];
	return uses
		.filter(({ section = '/' }) => section !== '' && section !== '/')
		.map(({ section = '', line, column }) => ({
			...{ code: 'section_without_app', severity: 'warning', line, column, length: 2 },
			message: `Readers land on the portal page and not at ${section}: the portal knows no application that has this section. Set its address, appUrl, or leave the section out.`,
		}));
}

function checkLink(
	{ kind }: Pick<Rules, 'kind'>,
	part: EmailPart,
	uses: readonly Need[],
): Finding[] {
	const wanted = requiredLinks[kind];
	if (part === 'subject' || wanted.length === 0) return [];
	const printed = uses.some(
		({ path, context }) => wanted.includes(path) && context !== 'condition' && context !== 'loop',
	);
	if (printed) return [];
	const name = part === 'html' ? 'HTML' : 'plain text';
	const tags = wanted.map((path) => `<< ${path} >>`).join(' or ');
	return [
		atStart('missing_required_value', `The ${name} needs ${tags}, or its reader cannot get in.`),
	];
}

/** Said of an e-mail that comes without plain text. */
const derivedText: Finding = {
	...atStart('derived_part', 'There is no plain text; it will be made from the HTML.'),
	severity: 'info',
};

function atStart(code: string, message: string): Finding {
	return { code, severity: 'error', line: 1, column: 1, length: 0, message };
}
