import {
	analyse,
	compile,
	TemplateError,
	type Catalogue,
	type CompiledText,
	type Finding,
	type Need,
	type Needs,
	type TextContext,
} from 'custom-values';

import { PortalError } from '../errors.ts';
import type { CompiledContent } from '../mail/mailer.ts';
import type { EmailSource, Portal, SendKind } from '../store/store.ts';
import { portalCatalogue } from './catalogue.ts';
import { checkDestination } from './destinations.ts';
import { htmlFromText, textFromHtml } from './send-derived-parts.ts';
import { markUntracked } from './send-tracking.ts';

type Part = keyof EmailSource;

/** What is wrong with the texts of a request, and where. */
export interface ContentFinding extends Finding {
	/** Index into the request's contents. */
	content: number;
	part: Part;
}

/** A content that may be sent, and what has to be resolved for it. */
export interface PreparedContent extends CompiledContent {
	needs: Needs;
}

/** One of these must be printed in both parts: else its reader could not get in. */
const requiredLinks: Record<SendKind, readonly string[]> = {
	invitation: ['contact.invitation_link', 'contact.magic_link'],
	login_email: ['contact.magic_link'],
	email: [],
};

const parts = [
	['subject', 'subject'],
	['html', 'html'],
	['text', 'text'],
] as const satisfies [Part, TextContext][];

/**
 * Compiles the texts of a send. A missing part is made from the other one; anchors that hold a secret are marked for the provider
 * (R28). Throws `template_invalid` with every finding of every text, so that nothing leaves half right.
 */
export function compileContents(
	portal: Portal,
	kind: SendKind,
	contents: readonly EmailSource[],
): PreparedContent[] {
	const catalogue = portalCatalogue(portal);
	const findings: ContentFinding[] = [];
	const prepared = contents.map((source, content) => {
		const report = (part: Part, found: readonly Finding[]) => {
			findings.push(...found.map((finding) => ({ content, part, ...finding })));
		};
		return compileContent({ portal, kind, catalogue }, source, report);
	});
	const [first] = findings;
	if (first !== undefined) {
		throw new PortalError('template_invalid', {
			detail: `${first.part}, line ${String(first.line)}, column ${String(first.column)}: ${first.message}`,
			extra: { findings },
		});
	}
	return prepared.filter((content) => content !== null);
}

interface Rules {
	portal: Portal;
	kind: SendKind;
	catalogue: Catalogue;
}

type Report = (part: Part, findings: readonly Finding[]) => void;

function compileContent(rules: Rules, given: EmailSource, report: Report): PreparedContent | null {
	const source = completeParts(given, report);
	const compiled: Partial<CompiledContent> = {};
	const problems: [Part, readonly Finding[]][] = [];
	for (const [part, context] of parts) {
		const text = compilePart(rules.catalogue, source[part], context);
		if (!('findings' in text)) compiled[part] = text;
		problems.push([part, 'findings' in text ? text.findings : checkPart(rules, part, text.uses)]);
	}
	// A mistake is told once, in the part that the caller wrote.
	const wrong = problems.filter(([, findings]) => findings.length > 0);
	const written = wrong.filter(([part]) => given[part] === source[part]);
	for (const [part, findings] of written.length > 0 ? written : wrong) report(part, findings);

	const { subject, html, text } = compiled;
	if (subject === undefined || html === undefined || text === undefined) return null;
	const anchors = html.uses.flatMap((use) => use.anchors ?? []);
	const marked = compilePart(rules.catalogue, markUntracked(source.html, anchors), 'html');
	if ('findings' in marked) {
		report('html', marked.findings);
		return null;
	}
	return { subject, html: marked, text, needs: analyse([subject, marked, text]) };
}

/** Makes the missing part from the other one. */
function completeParts(given: EmailSource, report: Report): EmailSource {
	if (given.subject.trim() === '') {
		report('subject', [atStart('missing_subject', 'The e-mail has no subject.')]);
	}
	const [hasHtml, hasText] = [given.html.trim() !== '', given.text.trim() !== ''];
	if (!hasHtml && !hasText) {
		report('html', [atStart('missing_part', 'The e-mail has neither HTML nor plain text.')]);
	}
	if (!hasHtml) return { ...given, html: htmlFromText(given.text) };
	if (hasText) return given;
	const text = textFromHtml(given.html);
	if (text === null) {
		const message =
			'A plain-text part cannot be made from this HTML, as one of its tags holds < or >. Please give the e-mail one.';
		report('text', [atStart('missing_part', message)]);
	}
	return { ...given, text: text ?? '' };
}

function compilePart(
	catalogue: Catalogue,
	source: string,
	context: TextContext,
): CompiledText | { findings: readonly Finding[] } {
	try {
		return compile(source, { catalogue, context });
	} catch (error) {
		if (error instanceof TemplateError) return { findings: error.findings };
		throw error;
	}
}

/** What the engine cannot know: the portal's sections and values, and what this kind of e-mail is for. */
function checkPart(rules: Rules, part: Part, uses: readonly Need[]): Finding[] {
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
	try {
		checkDestination(portal, use.section);
		return [];
	} catch (error) {
		if (!(error instanceof PortalError)) throw error;
		return finding(error.code, `${use.section}: ${error.message}`);
	}
}

function checkLink({ kind }: Rules, part: Part, uses: readonly Need[]): Finding[] {
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

function atStart(code: string, message: string): Finding {
	return { code, severity: 'error', line: 1, column: 1, length: 0, message };
}
