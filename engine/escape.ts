import type { PrintNode, Sink } from './nodes.ts';

const space = 0x20;
const htmlSpecial = /[&<>"']/;

/** Escapes text for HTML text, comments and quoted attributes alike. */
function escapeHtml(text: string): string {
	if (!htmlSpecial.test(text)) return text;
	let result = '';
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const entity = entityOf(text.charCodeAt(at));
		if (entity === '') continue;
		result += text.slice(start, at) + entity;
		start = at + 1;
	}
	return result + text.slice(start);
}

function entityOf(code: number): string {
	switch (code) {
		case 0x26:
			return '&amp;';
		case 0x3c:
			return '&lt;';
		case 0x3e:
			return '&gt;';
		case 0x22:
			return '&quot;';
		case 0x27:
			return '&#x27;';
		default:
			return '';
	}
}

/** Of what an author writes out: a place in the e-mail, or a path of the site whose page it is read on. */
const ownPlace = /^(?:#|\/(?![/\\]))[^\s\\]*$/;
const allowedUrl = /^(?:https?:\/\/[^\s/\\?#]|mailto:|tel:)/i;
/** Most links are found harmless by two cheap looks: how they start, and that nothing in them needs a second one. */
const plainStart = 'https://';
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** Words of ASCII with single spaces between them, as most subjects are. */
const plainLine = /^[!-~]+(?: [!-~]+)*$/;
/** Few and single characters: V8 looks for such a set sixteen at a time, for ranges one by one. */
const urlSpecial = /[\s\\&<>"']/;
const urlForbidden = /[\s\\]/;

/** Whether a text is printed as it is, without a second look; most are. */
export function isPlain(sink: Sink | 'none', text: string): boolean {
	// Not a comparison with <=, which does not hold for the NaN of an empty text either.
	if (!(text.charCodeAt(0) > space)) return false;
	switch (sink) {
		case 'html':
			return !htmlSpecial.test(text);
		case 'url':
			return isPlainUrl(text);
		case 'plain_text':
			return !control.test(text);
		default:
			return false;
	}
}

/** What a node prints for a text; undefined when the text is refused where it stands: a URL that is not http, https, mailto or tel. */
export function escapePrint(
	{ sink, inComment }: Pick<PrintNode, 'sink' | 'inComment'>,
	text: string,
): string | undefined {
	const escaped = escapeFor(sink, text);
	if (!inComment || escaped === undefined || !/--|-$/.test(escaped)) return escaped;
	return escaped.replaceAll('-', '&#45;');
}

/**
 * What stands in for a missing value, as it is written in the source; undefined when it is refused where it stands. In place of a whole
 * URL it may be what an author may write out, but no value may be: `#` and what follows it, or a path from `/` on.
 */
export function escapeFallback(
	node: Pick<PrintNode, 'sink' | 'inComment'>,
	text: string,
): string | undefined {
	const url = text.trim();
	const isOwn = node.sink === 'url' && ownPlace.test(url);
	return isOwn ? escapePrint({ ...node, sink: 'html' }, url) : escapePrint(node, text);
}

function escapeFor(sink: Sink, text: string): string | undefined {
	switch (sink) {
		case 'html':
			return escapeHtml(text);
		case 'raw_html':
			return text;
		case 'url':
			return escapeUrl(text);
		case 'url_part':
			return encodePart(text);
		case 'address_part':
			return encodePart(phone.test(text) ? dialled(text) : text)
				.replaceAll('%40', '@')
				.replaceAll('%2B', '+');
		case 'plain_text':
			return text.replaceAll('\r\n', '\n').replace(controls, '');
		case 'subject':
			return text.replace(controls, ' ').replace(/\p{Bidi_Control}/gu, '');
	}
}

function escapeUrl(text: string): string | undefined {
	if (isPlainUrl(text)) return text;
	const trimmed = text.trim();
	const url = telUrl.test(trimmed) ? dialled(trimmed) : trimmed;
	return allowedUrl.test(url) && !urlForbidden.test(url) ? escapeHtml(url) : undefined;
}

function isPlainUrl(text: string): boolean {
	if (!text.startsWith(plainStart) || urlSpecial.test(text)) return false;
	const code = text.charCodeAt(plainStart.length);
	// A letter or digit.
	return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

const telUrl = /^tel:[+\d\s()./-]+$/i;
/** In an address that a text begins, only what can be nothing but a phone number: that of a mailto may have dates in its subject. */
const phone = /^\s*\+[\d\s()./-]+$/;

/** Spaces and slashes may not stand in a tel address (RFC 3966, section 3); dots, dashes and brackets may. */
function dialled(text: string): string {
	return text.replace(/[\s/]+/g, '');
}

/** What encodeURIComponent leaves as it is, but ends an attribute, is encoded too. */
function encodePart(text: string): string {
	return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27');
}

/** A subject is one line: line breaks, control characters and runs of space become one space. */
export function oneLine(text: string): string {
	if (plainLine.test(text)) return text;
	return text.replace(controls, ' ').replace(/\s+/g, ' ').trim();
}
