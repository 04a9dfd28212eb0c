import { render, renderPieces } from './render.ts';
import { endsOf, fold, join, layOut, seams, type Line } from './slots.ts';
import type { CompiledText, RenderOptions, Values } from './types.ts';

/** The texts of one e-mail. */
export interface PlanTexts {
	subject: CompiledText;
	html: CompiledText;
	text: CompiledText;
}

/** `locale` and `timeZone` as in RenderOptions. */
export interface PlanRecipient extends Pick<RenderOptions, 'locale' | 'timeZone'> {
	values: Values;
}

export interface PlanOptions extends Pick<RenderOptions, 'now' | 'onMissing'> {
	/** Eight hexadecimal digits, drawn at random for each plan, so that nobody who writes a text or a value knows its tags. */
	salt: string;
}

/**
 * What is sent to one recipient. `shared`: the plan's bodies with these substitutions. `alone`: substitutions will not do, and they get
 * an e-mail of their own, as `render` gives it. `failed`: what `render` threw; a TemplateError unless the engine itself is at fault.
 */
export type PlannedRecipient =
	| {
			kind: 'shared';
			subject: string;
			/** From tag to what stands in its place, escaped for there. */
			substitutions: Record<string, string>;
			/** As in Rendered, over all three texts. */
			missing: string[];
	  }
	| { kind: 'alone' }
	| { kind: 'failed'; error: unknown };

/** One request for many recipients. */
export interface Plan {
	/** The bodies that they share, with tags where they differ. */
	html: string;
	text: string;
	/** One per recipient, in order. */
	recipients: PlannedRecipient[];
}

/** What one recipient's e-mail consists of, before it is known what all have in common. */
interface Draft {
	kind: 'draft';
	subject: string;
	/** By slot. */
	pieces: string[];
	missing: string[];
	/** What all tags hold. The look for it also puts each piece into one part, which is kept for long. */
	holdsWord: boolean;
}

type Drafted = Draft | Exclude<PlannedRecipient, { kind: 'shared' }>;

/** What SendGrid takes for one recipient: keys and values together, in UTF-8. */
const most = { slots: 99, bytes: 10_000 };
/** For so many recipients the finished texts are compared with what `render` gives. */
const compared = 3;
const alone = { kind: 'alone' } as const;

/**
 * Plans one SendGrid request for the recipients of one e-mail. What a value or a block at the top of a text prints for all of them
 * alike becomes part of the bodies; elsewhere the bodies hold tags, and each recipient brings what stands in their place. Put there as
 * it is, in any order, it gives what `render` gives, whatever the values hold. Nothing is cut short: who cannot be served like this
 * goes alone. Throws TypeError for a salt that is none.
 */
export function plan(
	texts: PlanTexts,
	recipients: readonly PlanRecipient[],
	options: PlanOptions,
): Plan {
	const lines = layOut([texts.html, texts.text]);
	const word = freshWord(options.salt, lines);
	const drafts = draftAll(texts, lines, word, recipients, options);
	const common = commonPieces(drafts);
	const folded = lines.map((line) => fold(line, common));
	const slots = [...new Set(folded.flatMap((line) => line.slots))];
	const tags: string[] = [];
	for (const [n, slot] of slots.entries()) tags[slot] = tagOf(word, n);
	const isTaken = folded.some(({ literals }) => literals.some((text) => text.includes(word)));
	const canShare = slots.length <= most.slots && !isTaken;
	const share = canShare ? sharer(folded, slots, tags, word) : () => alone;
	const planned = drafts.map((draft) => (draft.kind === 'draft' ? share(draft) : draft));
	const [html = '', text = ''] = folded.map((line) => join(line, tags));
	const made = { html, text, recipients: planned };
	if (holds(made, texts, recipients, options)) return made;
	return { ...made, recipients: planned.map((one) => (one.kind === 'shared' ? alone : one)) };
}

function draftAll(
	texts: PlanTexts,
	lines: readonly Line[],
	word: string,
	recipients: readonly PlanRecipient[],
	options: PlanOptions,
): Drafted[] {
	let first: Draft | undefined;
	return recipients.map((recipient): Drafted => {
		try {
			const draft = draftOf(texts, lines, word, recipient, options);
			first ??= draft;
			return ownLength(draft, first) > most.bytes ? alone : draft;
		} catch (error) {
			return { kind: 'failed', error };
		}
	});
}

function draftOf(
	texts: PlanTexts,
	lines: readonly Line[],
	word: string,
	{ values, locale, timeZone }: PlanRecipient,
	{ now, onMissing }: PlanOptions,
): Draft {
	const how = { locale, timeZone, now, onMissing };
	const subject = render(texts.subject, values, how);
	const missing = new Set(subject.missing);
	const pieces: string[] = [];
	for (const [n, { slots }] of lines.entries()) {
		const rendered = renderPieces(n === 0 ? texts.html : texts.text, values, how);
		for (const path of rendered.missing) missing.add(path);
		rendered.pieces.forEach((piece, at) => (pieces[slots[at] ?? 0] = piece));
	}
	const holdsWord = subject.text.includes(word) || pieces.some((piece) => piece.includes(word));
	return { kind: 'draft', subject: subject.text, pieces, missing: [...missing], holdsWord };
}

/** How much of a draft is not as in the first one. What is alike is kept in memory once. */
function ownLength({ pieces }: Draft, first: Draft): number {
	let length = 0;
	for (const [slot, piece] of first.pieces.entries()) {
		if (pieces[slot] === piece) pieces[slot] = piece;
		else length += pieces[slot]?.length ?? 0;
	}
	return length;
}

/** What slots print that print the same in all drafts. */
function commonPieces(drafted: readonly Drafted[]): Map<number, string> {
	const [first, ...others] = drafted.filter((draft) => draft.kind === 'draft');
	const common = new Map(first?.pieces.entries());
	for (const { pieces } of others) {
		for (const [slot, piece] of common) if (pieces[slot] !== piece) common.delete(slot);
	}
	return common;
}

/** What all tags of a plan hold, and no literal text does: with the given salt, or else the next free one. */
function freshWord(salt: string, lines: readonly Line[]): string {
	if (!/^[0-9a-f]{8}$/.test(salt)) throw new TypeError('The salt is no eight hexadecimal digits.');
	const literals = lines.flatMap((line) => line.literals);
	const taken = new Set(literals.flatMap((literal) => literal.match(/cv[0-9a-f]{8}/g) ?? []));
	const wordOf = (n: number) => `cv${(n >>> 0).toString(16).padStart(8, '0')}`;
	let n = Number.parseInt(salt, 16);
	while (taken.has(wordOf(n))) n++;
	return wordOf(n);
}

function tagOf(word: string, n: number): string {
	return `-${word}${n.toString(36).padStart(2, '0')}-`;
}

/** Makes substitutions of drafts, where they are fit for it. */
function sharer(
	lines: readonly Line[],
	slots: readonly number[],
	tags: readonly string[],
	word: string,
): (draft: Draft) => PlannedRecipient {
	const kept = word.length - 1;
	const short = lines.map((line) => seams(line, kept));
	const blank = lines.filter(({ literals }) => literals.length > 1 && literals.join('') === '');
	return ({ subject, pieces, missing, holdsWord }) => {
		// What makes up a tag would be taken for one: in a value, or where two meet. A part without a character is none.
		if (holdsWord) return alone;
		const ends = pieces.map((piece) => endsOf(piece, kept));
		if (short.some((line) => join(line, ends).includes(word))) return alone;
		if (blank.some((line) => join(line, pieces) === '')) return alone;
		const substitutions: Record<string, string> = {};
		for (const slot of slots) substitutions[tags[slot] ?? ''] = pieces[slot] ?? '';
		return fits(substitutions) ? { kind: 'shared', subject, substitutions, missing } : alone;
	};
}

function fits(substitutions: Readonly<Record<string, string>>): boolean {
	let units = 0;
	for (const tag in substitutions) units += tag.length + (substitutions[tag]?.length ?? 0);
	// No code unit takes more than three bytes, so that most need no counting.
	if (units * 3 <= most.bytes) return true;
	const texts = Object.entries(substitutions).flat();
	return texts.reduce((sum, text) => sum + bytesOf(text), 0) <= most.bytes;
}

/** Of the text in UTF-8. */
function bytesOf(text: string): number {
	let bytes = 0;
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	}
	return bytes;
}

/** Whether the first recipients' e-mails come out right: values may have changed, or this file may be wrong. */
function holds(
	{ html, text, recipients: planned }: Plan,
	texts: PlanTexts,
	recipients: readonly PlanRecipient[],
	{ now, onMissing }: PlanOptions,
): boolean {
	let left = compared;
	for (const [n, recipient] of recipients.entries()) {
		const one = planned[n];
		if (one?.kind !== 'shared') continue;
		const { values, locale, timeZone } = recipient;
		const how = { locale, timeZone, now, onMissing };
		const isRight =
			substitute(html, one.substitutions) === render(texts.html, values, how).text &&
			substitute(text, one.substitutions) === render(texts.text, values, how).text;
		if (!isRight) return false;
		if (--left === 0) break;
	}
	return true;
}

/** As SendGrid does it. */
function substitute(body: string, substitutions: Readonly<Record<string, string>>): string {
	return Object.entries(substitutions).reduce(
		(text, [tag, piece]) => text.replaceAll(tag, () => piece),
		body,
	);
}
