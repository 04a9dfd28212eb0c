import type { Finding, Need, Position } from 'custom-values';

import type { EmailPart, Portal, SendKind } from '../store/store.ts';
import { destinationProblem } from './destinations.ts';

/** What the engine has read of a text. */
interface Read {
	uses: readonly Need[];
	/** Why it refuses the text, if it does. */
	refusals: readonly Finding[];
}

/** One of these must be printed in both parts: else its reader could not get in. */
const requiredLinks: Record<SendKind, readonly string[]> = {
	invitation: ['contact.invitation_link', 'contact.magic_link'],
	login_email: ['contact.magic_link'],
	address_changed: [],
	email: [],
};

/** The errors that the engine cannot know: of the portal's sections and values, and of what this kind of e-mail is for. */
export function checkUses(
	{ portal, kind }: { portal: Portal; kind: SendKind },
	part: EmailPart,
	source: string,
	read: Read,
): Finding[] {
	const lines = source.split('\n');
	return [
		...read.uses.flatMap((use) => checkUse(portal, use, lines)),
		...checkLink(kind, part, source, read),
	];
}

function checkUse(portal: Portal, use: Need, lines: readonly string[]): Finding[] {
	const finding = (code: string, message: string): Finding[] => [
		{ code, severity: 'error', ...tagOf(use, lines), message },
	];
	if (use.path.startsWith('custom_values.')) {
		const key = use.path.slice('custom_values.'.length);
		if (Object.hasOwn(portal.customValues, key)) return [];
		return finding(
			'unknown_value',
			`The portal has no custom value “${key}”. Give it one, or write another name.`,
		);
	}
	if (use.section === undefined || use.section === '') return [];
	const problem = destinationProblem(portal, use.section);
	return problem === null ? [] : finding(problem.code, `${use.section}: ${problem.message}`);
}

/** Warnings of sections for which there is no application: whoever follows such a link lands on the portal page. */
export function unheededSections(portal: Portal, source: string, uses: readonly Need[]): Finding[] {
	if (portal.appUrl !== null) return [];
	const lines = source.split('\n');
	return uses
		.filter(({ section = '/' }) => section !== '' && section !== '/')
		.map(({ section = '', ...use }) => ({
			...{ code: 'section_without_app', severity: 'warning', ...tagOf(use, lines) },
			message: `Readers land on the portal page and not at ${section}: the portal knows no application that has this section. Set its address, appUrl, or leave the section out.`,
		}));
}

/** The tag that a use is in; of one on several lines, its opening. */
function tagOf(
	{ line, column }: Position,
	lines: readonly string[],
): Position & { length: number } {
	const end = lines[line - 1]?.indexOf('>>', column - 1) ?? -1;
	return { line, column, length: end === -1 ? 2 : end + 3 - column };
}

/** That the link is missing, unless it is there and something else is wrong with it. */
function checkLink(
	kind: SendKind,
	part: EmailPart,
	source: string,
	{ uses, refusals }: Read,
): Finding[] {
	const wanted = requiredLinks[kind];
	if (part === 'subject' || wanted.length === 0) return [];
	const printed = uses.some(
		({ path, context }) => wanted.includes(path) && context !== 'condition' && context !== 'loop',
	);
	if (printed || isBroken(wanted, source, refusals)) return [];
	const name = part === 'html' ? 'HTML' : 'plain text';
	const tags = wanted.map((path) => `<< ${path} >>`).join(' or ');
	return [
		atStart('missing_required_value', `The ${name} needs ${tags}, or its reader cannot get in.`),
	];
}

/** Whether what is refused would have printed one of these, as its place shows, or what is said of it. What else the text says does not count. */
function isBroken(paths: readonly string[], source: string, refusals: readonly Finding[]): boolean {
	if (refusals.length === 0) return false;
	const starts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)];
	return refusals.some(({ line, column, length, message, fix = '' }) => {
		const at = (starts[line - 1] ?? 0) + column - 1;
		const texts = [source.slice(at, at + length), message, fix];
		return (
			paths.some((path) => texts.some((text) => text.includes(path))) && !isOfBlock(source, at)
		);
	});
}

/** Whether this is in the opening of a block, which prints nothing. */
function isOfBlock(source: string, at: number): boolean {
	const open = source.lastIndexOf('<<', at);
	if (open === -1 || source.slice(open, at).includes('>>')) return false;
	return /^~?\s*#/.test(source.slice(open + 2));
}

/** An error of the text as a whole. */
export function atStart(code: string, message: string): Finding {
	return { code, severity: 'error', line: 1, column: 1, length: 0, message };
}
