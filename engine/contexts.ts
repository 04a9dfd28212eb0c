import { endUrlStarts, notBegun, type HtmlState, type UrlStart } from './html-state.ts';
import { isUrlList } from './positions.ts';
import { afterAddress, runAfter } from './runs.ts';
import { beginningAfter, isSchemeOfValues, notBlank } from './url-beginning.ts';

export const rcdataElements = new Set(['title', 'textarea']);
export const rawTextElements = new Set([
	'script',
	'style',
	'xmp',
	'iframe',
	'noembed',
	'noframes',
	'plaintext',
]);

const commentEnd = /--!?>/;
/** A comment's end may come of them. */
const dashesAtEnd = /-{1,2}!?$/;
const tagStart = /<\/?[A-Za-z]/y;
const conditionalStart = /<!--\[if[^\]<>]*\]>/iy;
/** HTML's own white space: other kinds are characters like letters to it. */
const nameEnd = /[\t\n\f\r />]/g;
const attributeNameEnd = /[\t\n\f\r />=]/g;
const unquotedEnd = /[\t\n\f\r >]/g;
const notSpace = /[^\t\n\f\r ]/g;
const none: readonly UrlStart[] = [];
const rawTextEnd = /[\t\n\f\r />]/;
/** Where the next URL of a list starts: after a comma and white space, or after a comma that ends a width or a density. */
const nextOfList = /.*(?:,[\t\n\f\r ]+|[\t\n\f\r ][^\t\n\f\r ,]*,)/s;

/**
 * Reads literal HTML from a state on: the tokenizer of the HTML standard, as far as it decides where a value stands. Outlook's
 * conditional comments are read as the HTML they are for Outlook. `start` is where the literal starts in the source.
 */
export function readHtml(state: HtmlState, literal: string, start: number): HtmlState {
	const text = state.carry + literal;
	const next = { ...state, carry: '', textStart: start - state.carry.length };
	if (state.mode === 'text') endLinks(next, text);
	let at = 0;
	while (at < text.length) {
		at = next.conditional ? readConditional(next, text, at) : step(next, text, at);
	}
	if (next.conditional) next.dashes = dashesAtEnd.exec(text.slice(-3))?.[0] ?? '';
	next.run = next.mode === 'text' ? runAfter(state.run, text) : '';
	return next;
}

/**
 * Reads on as Outlook does, up to where the comment ends that this is to other readers. They are in text then: from where Outlook is
 * not, the two would read on differently, and a value could be in an attribute for one of them only.
 */
function readConditional(state: HtmlState, text: string, from: number): number {
	const before = from === 0 ? state.dashes : '';
	const found = commentEnd.exec(before + text.slice(from));
	const length = found === null ? Infinity : found.index + found[0].length - before.length;
	const part = text.slice(0, from + length);
	let at = from;
	while (at < part.length) at = step(state, part, at);
	if (found === null) return at;
	state.conditional = false;
	state.dashes = '';
	if (state.mode !== 'text') state.mode = 'lost';
	return at;
}

/** As `readHtml`, of plain text. */
export function readPlain(state: HtmlState, literal: string): HtmlState {
	const next = { ...state, run: runAfter(state.run, literal) };
	endLinks(next, literal);
	return next;
}

/** Says of addresses that stand last in a text whether this makes them longer. */
function endLinks(state: HtmlState, text: string): void {
	if (state.urlStarts.length === 0) return;
	const after = afterAddress(text);
	if (after === 'goes_on') endUrlStarts(state);
	if (after !== 'open') state.urlStarts = none;
}

/** Reads on from `at`, and gives where it stopped. */
function step(state: HtmlState, text: string, at: number): number {
	switch (state.mode) {
		case 'text':
			return stepText(state, text, at);
		case 'tag_name':
			return stepName(state, text, at);
		case 'in_tag':
		case 'after_name':
			return stepInTag(state, text, at);
		case 'attribute_name':
			return stepAttributeName(state, text, at);
		case 'before_value':
			return stepBeforeValue(state, text, at);
		case 'value':
			return stepValue(state, text, at);
		case 'comment':
			return stepComment(state, text, at);
		case 'declaration':
			return stepTo(state, text, at, '>');
		case 'rcdata':
		case 'raw_text':
			return stepRawText(state, text, at);
		case 'lost':
			return text.length;
	}
}

function stepText(state: HtmlState, text: string, from: number): number {
	const at = text.indexOf('<', from);
	if (at === -1) return text.length;
	tagStart.lastIndex = at;
	if (tagStart.test(text)) {
		state.mode = 'tag_name';
		state.element = '';
		state.closing = text[at + 1] === '/';
		return tagStart.lastIndex - 1;
	}
	conditionalStart.lastIndex = at;
	const conditional = conditionalStart.exec(text);
	if (conditional !== null) {
		state.conditional = true;
		return at + conditional[0].length;
	}
	if (text.startsWith('<!--', at)) {
		state.mode = 'comment';
		const abrupt = /^-{0,1}>/.exec(text.slice(at + 4, at + 6))?.[0].length;
		if (abrupt === undefined) return at + 4;
		state.mode = 'text';
		return at + 4 + abrupt;
	}
	if (/^<(?:\/|!-?)?$/.test(text.slice(at, at + 4))) return carry(state, text, at);
	if (/[!?/]/.test(text[at + 1] ?? '')) {
		state.mode = 'declaration';
		return at + 2;
	}
	return at + 1;
}

function carry(state: HtmlState, text: string, at: number): number {
	state.carry = text.slice(at);
	return text.length;
}

/** The next character at or after `at` that the pattern (flag g) matches, or the end. */
function find(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
}

function stepName(state: HtmlState, text: string, at: number): number {
	const end = find(nameEnd, text, at);
	state.element += text.slice(at, end).toLowerCase();
	if (end < text.length) {
		state.mode = 'in_tag';
		state.nameEnds = [state.textStart + end];
	}
	return end;
}

function stepInTag(state: HtmlState, text: string, from: number): number {
	const at = find(notSpace, text, from);
	const character = text[at];
	if (character === undefined) return at;
	if (character === '>') {
		endTag(state);
		return at + 1;
	}
	if (character === '/') {
		state.mode = 'in_tag';
		state.selfClosing = true;
		return at + 1;
	}
	state.selfClosing = false;
	if (character === '=' && state.mode === 'after_name') {
		state.mode = 'before_value';
		return at + 1;
	}
	state.mode = 'attribute_name';
	state.hasHref ||= state.attribute === 'href';
	state.attribute = character.toLowerCase();
	return at + 1;
}

function stepAttributeName(state: HtmlState, text: string, at: number): number {
	const end = find(attributeNameEnd, text, at);
	state.attribute += text.slice(at, end).toLowerCase();
	if (end < text.length) state.mode = 'after_name';
	return end;
}

function stepBeforeValue(state: HtmlState, text: string, from: number): number {
	const at = find(notSpace, text, from);
	const character = text[at];
	if (character === undefined) return at;
	if (character === '>') {
		endTag(state);
		return at + 1;
	}
	const quote = character === '"' || character === "'" ? character : '';
	state.mode = 'value';
	state.quote = quote;
	beginUrl(state);
	return at + quote.length;
}

function stepValue(state: HtmlState, text: string, at: number): number {
	const close = state.quote === '' ? -1 : text.indexOf(state.quote, at);
	const end = state.quote === '' ? find(unquotedEnd, text, at) : close === -1 ? text.length : close;
	const isOpen = end === text.length;
	// Of a value that ends here nobody asks how it began.
	if (isOpen || state.urlStarts.length + state.inBeginning.length > 0)
		takeContent(state, text.slice(at, end));
	if (isOpen) return end;
	// The end of the value ends an entity too, as any character but a letter or digit does.
	if (state.inBeginning.length > 0) goOn(state, '/');
	state.mode = 'in_tag';
	state.hasHref ||= state.attribute === 'href';
	state.attribute = '';
	beginUrl(state);
	const { quote } = state;
	state.quote = '';
	return end + quote.length;
}

function takeContent(state: HtmlState, content: string): void {
	if (!notBlank.test(content)) return;
	endUrlStarts(state);
	state.urlStarts = none;
	const [done] = (isUrlList(state) && nextOfList.exec(content)) || [''];
	if (done !== '') beginUrl(state);
	const rest = content.slice(done.length);
	if (notBlank.test(rest)) goOn(state, rest);
}

/** The URL goes on with this. */
function goOn(state: HtmlState, literal: string): void {
	const { begins } = state;
	state.begins = begins.map((one) => beginningAfter(one, literal));
	if (begins.some((one, at) => isSchemeOfValues(one, state.begins[at]))) {
		for (const start of state.inBeginning) start.inScheme = true;
	}
}

/** What an attribute holds is read as a URL that has not begun. */
function beginUrl(state: HtmlState): void {
	state.begins = notBegun;
	state.urlStarts = none;
	state.inBeginning = none;
}

function endTag(state: HtmlState): void {
	const { element, closing, selfClosing } = state;
	state.selfClosing = false;
	const raw = !closing && rawTextElements.has(element);
	const rcdata = !closing && rcdataElements.has(element);
	const isForeign = element === 'svg' || element === 'math';
	if (isForeign && closing && state.foreign === element) state.foreign = '';
	if (isForeign && !closing && !selfClosing && state.foreign === '') state.foreign = element;
	state.mode = raw ? 'raw_text' : rcdata ? 'rcdata' : 'text';
	if (state.foreign !== '' && (raw || rcdata)) state.mode = 'lost';
	if (!raw && !rcdata) state.element = '';
	state.closing = false;
	state.hasHref = false;
	state.attribute = '';
}

function stepComment(state: HtmlState, text: string, at: number): number {
	const close = /--!?>/g;
	close.lastIndex = at;
	const found = close.exec(text);
	if (found !== null) {
		state.mode = 'text';
		return found.index + found[0].length;
	}
	const open = dashesAtEnd.exec(text.slice(Math.max(at, text.length - 3)));
	return open === null ? text.length : carry(state, text, text.length - open[0].length);
}

function stepTo(state: HtmlState, text: string, at: number, end: string): number {
	const close = text.indexOf(end, at);
	if (close === -1) return text.length;
	state.mode = 'text';
	return close + end.length;
}

function stepRawText(state: HtmlState, text: string, from: number): number {
	const at = text.indexOf('<', from);
	if (at === -1) return text.length;
	const end = `</${state.element}`;
	const found = text.slice(at, at + end.length).toLowerCase();
	if (found !== end) {
		return at + found.length === text.length && end.startsWith(found)
			? carry(state, text, at)
			: at + 1;
	}
	const follows = text[at + end.length];
	if (follows === undefined) return carry(state, text, at);
	if (!rawTextEnd.test(follows)) return at + 1;
	Object.assign(state, { mode: 'in_tag', closing: true });
	return at + end.length;
}
