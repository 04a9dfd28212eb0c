import { check, type Checked } from './check.ts';
import { Findings, TemplateError } from './errors.ts';
import type { Damage } from './damage/damage.ts';
import { findDamage } from './damage/find-damage.ts';
import { adviseHtml } from './html-advice.ts';
import { findLookalikes } from './lookalikes.ts';
import { limits } from './limits.ts';
import { findMovedBlocks } from './moved-blocks.ts';
import { parse } from './parse.ts';
import { scan } from './scan.ts';
import type { CompiledText, CompileOptions, Finding } from './types.ts';

/**
 * Checks a text and makes its compiled form: plain JSON, which may be stored. Throws TemplateError with every finding when one of
 * them is an error, and TypeError for what is no text. Takes time linear in the text's length.
 */
export function compile(source: string, options: CompileOptions): CompiledText {
	const findings = findingsOf(source);
	const checked = examine(source, options, findings);
	if (findings.all.some(({ severity }) => severity === 'error')) {
		throw new TemplateError(inOrder(findings.all), checked.uses);
	}
	return { version: 1, context: options.context, ...checked };
}

/** All that is to be said about a text, in the order of the text. Never throws, but for what is no text. */
export function lint(source: string, options: CompileOptions): Finding[] {
	const findings = findingsOf(source);
	try {
		examine(source, options, findings, adviseHtml);
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
	}
	return inOrder(findings.all);
}

/** Handlebars takes a syntax tree for a template, and made code of what it held (GHSA-2w6w-674q-4c4q). */
function findingsOf(source: unknown): Findings {
	if (typeof source !== 'string') throw new TypeError('A template is a text.');
	return new Findings(source);
}

function examine(
	source: string,
	options: CompileOptions,
	findings: Findings,
	advise?: typeof adviseHtml,
): Checked {
	if (source.length > limits.sourceCharacters) {
		const end = { start: limits.sourceCharacters, end: source.length };
		findings.stop(
			'source_too_long',
			end,
			`A text has at most ${limits.sourceCharacters} characters.`,
		);
	}
	const scanned = scan(source, options, findings);
	const damages = findDamage(source, options);
	findLookalikes(source, scanned, damages, options, findings);
	if (options.context === 'html') findMovedBlocks(scanned, findings);
	if (options.context === 'html') advise?.(source, scanned, findings);
	const checked = check(parse(scanned.tags, findings), source, scanned, options, findings);
	tellDamage(damages, findings);
	return checked;
}

/** What else was found inside a damaged tag only follows from the damage. */
function tellDamage(damages: readonly Damage[], findings: Findings): void {
	for (const { severity, code, message, fix, ...span } of damages) {
		if (code === 'damaged_tag') findings.forget(span);
		findings.add(severity, code, span, message, fix);
	}
}

function inOrder(findings: readonly Finding[]): Finding[] {
	return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
