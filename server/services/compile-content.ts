import { createHash } from 'node:crypto';

import {
	analyse,
	compile,
	lint,
	TemplateError,
	type Catalogue,
	type CompiledText,
	type CompileOptions,
	type Finding,
	type Need,
	type Needs,
} from 'custom-values';

import { PortalError } from '../errors.ts';
import type { CompiledContent } from '../mail/mailer.ts';
import type { EmailPart, EmailSource, Portal, SendKind } from '../store/store.ts';
import { portalCatalogue } from './catalogue.ts';
import { atStart, checkUses, unheededSections } from './content-rules.ts';
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

/** The three parts; null for one that cannot be made. */
type CompiledParts = Record<EmailPart, CompiledText | null>;

/** Compiles the texts of one e-mail, and reports all that is wrong with them. Null when there is a part that cannot be made. */
export function compileContent(
	rules: Rules,
	given: EmailSource,
	report: Report,
): PreparedContent | null {
	const { subject, html, text } = compileParts(rules, given, report);
	if (subject === null || html === null || text === null) return null;
	return { subject, html, text, needs: analyse([subject, html, text]) };
}

/** The parts as they would be sent, each that nothing is wrong with; all that is wrong is reported. */
export function compileParts(rules: Rules, given: EmailSource, report: Report): CompiledParts {
	const add = (part: EmailPart, source: string): CompiledText | null => {
		const { compiled, findings } = compilePart(rules, part, source, source === given[part]);
		if (findings.length > 0) report(part, findings);
		return compiled;
	};
	if (given.subject.trim() === '') {
		report('subject', [atStart('missing_subject', 'The e-mail has no subject.')]);
	}
	const subject = add('subject', given.subject);
	const [hasHtml, hasText] = [given.html.trim() !== '', given.text.trim() !== ''];
	if (!hasHtml && !hasText) {
		report('html', [atStart('missing_part', 'The e-mail has neither HTML nor plain text.')]);
		return { subject, html: null, text: null };
	}
	// A part is made from the other one only once nothing is wrong with that, its size included: an error is told once.
	if (!hasHtml) {
		const text = add('text', given.text);
		const html = text === null ? null : addHtml(htmlFromText(given.text), add);
		return { subject, html, text };
	}
	const html = addHtml(given.html, add);
	if (hasText) return { subject, html, text: add('text', given.text) };
	const text = html === null ? null : addText(given.html, add, report);
	if (rules.advises && (html === null || text !== null)) report('text', [derivedText]);
	return { subject, html, text };
}

type Add = (part: EmailPart, source: string) => CompiledText | null;

/** The HTML, in which the anchors that hold a secret are marked (R28). */
function addHtml(source: string, add: Add): CompiledText | null {
	const html = add('html', source);
	const anchors = html?.uses.flatMap((use) => use.anchors ?? []) ?? [];
	return anchors.length === 0 ? html : add('html', markUntracked(source, anchors));
}

/** The plain-text part made from the HTML. */
function addText(html: string, add: Add, report: Report): CompiledText | null {
	const made = textFromHtml(html);
	if ('text' in made) return add('text', made.text);
	const message = `A plain-text part cannot be made from this HTML, as ${made.problem}. Please give the e-mail one.`;
	report('text', [atStart('missing_part', message)]);
	return null;
}

/**
 * The compiled part, unless something is wrong with it, and all that is to be said about it: what stops nothing, too, if that is asked
 * for and the text is somebody's own.
 */
function compilePart(
	rules: Rules,
	part: EmailPart,
	source: string,
	isOwn: boolean,
): { compiled: CompiledText | null; findings: Finding[] } {
	const { portal, catalogue, advises } = rules;
	const options = { catalogue, context: part };
	const { compiled, uses, refusals } = readPart(source, options);
	const errors = uses === undefined ? [] : checkUses(rules, part, source, { uses, refusals });
	const findings =
		advises && isOwn
			? [...errors, ...lint(source, options), ...unheededSections(portal, source, uses ?? [])]
			: [...errors, ...refusals];
	return { compiled: errors.length > 0 ? null : compiled, findings: inOrder(findings) };
}

/** What the engine makes of a text, or why it refuses it. Of a text that it refuses it knows, mostly, which values it uses. */
function readPart(
	source: string,
	options: CompileOptions,
): {
	compiled: CompiledText | null;
	uses: readonly Need[] | undefined;
	refusals: readonly Finding[];
} {
	try {
		const compiled = compile(source, options);
		return { compiled, uses: compiled.uses, refusals: [] };
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
		return { compiled: null, uses: error.uses, refusals: error.findings };
	}
}

function inOrder(findings: readonly Finding[]): Finding[] {
	return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Said of an e-mail that comes without plain text. */
const derivedText: Finding = {
	...atStart('derived_part', 'There is no plain text; it will be made from the HTML.'),
	severity: 'info',
};
