import type { HtmlState, UrlStart } from './html-state.ts';
import type { Findings } from './errors.ts';
import { escapeFallback } from './escape.ts';
import type { Typed } from './typed.ts';
import type { Sink } from './nodes.ts';
import { badScheme, htmlPlace, isLinkTarget } from './positions.ts';
import { withoutFallback } from './prepare.ts';
import { holdsAddress, startsInEarlierTurn } from './runs.ts';
import type { Tag } from './scan.ts';
import type { Guard, TextContext, UseContext } from './types.ts';

interface Allowed {
	sink: Sink;
	use: UseContext;
}

/** How far from a value in the content of a meta element its other attributes are looked for. */
const nearHttpEquiv = 1_000;

/** Checks whether a value may stand where it stands, and says how it is escaped there. */
export class PlaceChecker {
	readonly #source: string;
	readonly #context: TextContext;
	readonly #findings: Findings;
	/** Secrets that start a URL; all of it has to be the secret. */
	readonly #secretUrls: { start: UrlStart; tag: Tag; path: string }[] = [];
	/** Parts of URLs; none may turn out to be part of a scheme. */
	readonly #urlParts: { start: UrlStart; tag: Tag }[] = [];

	/** Links in text; nothing may follow that mail programs take for part of them. */
	readonly #links: { start: UrlStart; tag: Tag; path: string }[] = [];
	/** Secrets that the turn of a loop before may have put an address in front of. */
	#afterEarlierTurn: { tag: Tag; path: string }[] = [];

	constructor(source: string, context: TextContext, findings: Findings) {
		this.#source = source;
		this.#context = context;
		this.#findings = findings;
	}

	/** Reports what can only be known at the end: what became of values by what follows them. */
	finish(): void {
		for (const { start, tag } of this.#urlParts) {
			if (start.inScheme) this.#findings.error(badScheme.code, tag, badScheme.message);
		}
		for (const { start, tag, path } of this.#secretUrls) {
			if (!start.whole) this.#refuseSecret(tag, path);
		}
		for (const { start, tag, path } of this.#links) {
			if (start.whole) continue;
			const message = `Mail programs would read what follows as part of “${path}”, and the link would not work. Put a space or a line break after it.`;
			this.#findings.error('link_goes_on', tag, message);
		}
	}

	/** How the value is escaped at this place; undefined after a finding was reported. */
	check(tag: Tag, typed: Typed | undefined, html: HtmlState, start: UrlStart): Allowed | undefined {
		const context = this.#context;
		if (context === 'subject' && typed?.secret) return this.#refuseSecret(tag, typed.path);
		if (context !== 'html') {
			if (typed?.secret) this.#checkRun(tag, typed, html, start);
			if (typed?.type === 'html') this.#warnHtml(tag);
			return context === 'subject'
				? { sink: 'subject', use: 'subject' }
				: { sink: 'plain_text', use: 'plain_text' };
		}
		const place = htmlPlace(html);
		if ('code' in place) {
			this.#findings.error(place.code, tag, place.message);
			return undefined;
		}
		if (this.#isRefresh(tag, html)) {
			const message =
				'A value cannot stand here: it could send readers elsewhere, and mail programs do not follow this anyway. Write a link.';
			this.#findings.error('bad_position', tag, message);
			return undefined;
		}
		this.#checkQuote(tag, html);
		if (place.use === 'url_part') this.#urlParts.push({ start, tag });
		if (typed?.secret) {
			const isUrl = place.use === 'url' && isLinkTarget(html);
			if (isUrl && typed.type !== 'url') return this.#refuseNoLink(tag, typed.path);
			if (isUrl) this.#secretUrls.push({ start, tag, path: typed.path });
			else if (place.use !== 'html_text') return this.#refuseSecret(tag, typed.path);
			else this.#checkRun(tag, typed, html, start);
		}
		if (typed && place.use === 'url') this.#checkFallback(tag, typed);
		if (typed?.type === 'html' && place.use === 'html_text') return { ...place, sink: 'raw_html' };
		if (typed?.type === 'html') this.#warnHtml(tag);
		if (tag.unescaped && typed) {
			const message = 'Only a value of type html, in text, is printed without escaping.';
			this.#findings.error('tag_refused', tag, message);
		}
		return place;
	}

	/** A mail program makes one address of a secret and what stands right before or after it. */
	#checkRun(tag: Tag, { path, type }: Typed, { run }: HtmlState, start: UrlStart): void {
		if (holdsAddress(run)) return this.#refuseInAddress(tag, path);
		if (startsInEarlierTurn(run)) this.#afterEarlierTurn.push({ tag, path });
		if (type === 'url') this.#links.push({ start, tag, path });
	}

	/** A turn of a loop has been checked: what it ends with may stand right before what the next one starts with. */
	endTurn(before: HtmlState, { run }: HtmlState): void {
		if (holdsAddress(run)) {
			for (const { tag, path } of this.#afterEarlierTurn) this.#refuseInAddress(tag, path);
			this.#afterEarlierTurn = [];
		}
		if (!startsInEarlierTurn(before.run)) this.#afterEarlierTurn = [];
	}

	#refuseInAddress(tag: Tag, path: string): void {
		const message = `“${path}” signs its reader in. Mail programs would read it as part of the address right before it, which gives it away. Put a space or a line break before it.`;
		this.#findings.error('secret_here', tag, message);
	}

	#warnHtml(tag: Tag): void {
		this.#findings.warn(
			'html_value_here',
			tag,
			'This value is HTML; here its tags are shown as text.',
		);
	}

	#refuseSecret(tag: Tag, path: string): Allowed | undefined {
		const message = `“${path}” signs its reader in: it may only be the whole address of a link (its href), or stand in visible text.`;
		this.#findings.error('secret_here', tag, message);
		return undefined;
	}

	/** `<meta http-equiv="refresh" content="0;url=…">` and its like, in either order. */
	#isRefresh(tag: Tag, { element, attribute, nameEnds }: HtmlState): boolean {
		if (element !== 'meta' || attribute !== 'content') return false;
		const from = Math.max(Math.min(...nameEnds), tag.start - nearHttpEquiv);
		const after = this.#source.slice(tag.end, tag.end + nearHttpEquiv);
		const close = after.indexOf('>');
		const rest = close === -1 ? after : after.slice(0, close);
		return /http-equiv/i.test(this.#source.slice(from, tag.start) + rest);
	}

	#refuseNoLink(tag: Tag, path: string): Allowed | undefined {
		const message = `“${path}” is no address, so that nothing can lead there. Put it into the text, and contact.magic_link here.`;
		this.#findings.error('secret_here', tag, message);
		return undefined;
	}

	/** A fallback that is no address is never printed where one has to be, and a path leads nowhere from an inbox. */
	#checkFallback(tag: Tag, { expression }: Typed): void {
		const { text = '' } = withoutFallback(expression);
		if (text === '') return;
		const printed = escapeFallback({ sink: 'url', inComment: false }, text);
		if (printed === undefined) {
			const message = `“${text}” is no address, so that it is never used here. Write one from https:// on, or mailto:, tel:, or # for none.`;
			this.#findings.error('fallback_no_url', tag, message);
		} else if (printed.startsWith('/')) {
			const message = `In an e-mail the address “${text}” leads nowhere, as it is not whole. Write all of it, from https:// on.`;
			this.#findings.warn('relative_url', tag, message);
		}
	}

	/** An editor ends an attribute at its first quote, even inside a tag. */
	#checkQuote(tag: Tag, { mode, quote }: HtmlState): void {
		if (mode !== 'value' || !this.#source.slice(tag.start, tag.end).includes(quote)) return;
		this.#findings.warn(
			'quote_in_attribute',
			tag,
			`E-mail editors cut this off at the ${quote} inside the tag. Write it without, such as | to /courses, or with ${quote === '"' ? "'" : '"'} in its place.`,
		);
	}

	/** Says so when nothing would be printed for a contact that lacks the value. */
	adviseFallback(tag: Tag, typed: Typed, guards: readonly Guard[]): void {
		const { value, secret, hasFallback, path } = typed;
		if (value === undefined || value.cost !== 'row' || secret || hasFallback) return;
		if (value.required || guards.some((guard) => guard.truthy && guard.path === path)) return;
		const message = `Contacts without “${path}” see a gap here. Add what they see instead after a |, inside the tag.`;
		this.#findings.add('info', 'no_fallback', tag, message);
	}
}
