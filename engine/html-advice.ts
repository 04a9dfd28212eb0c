import { rawTextElements, rcdataElements } from './contexts.ts';
import { decodeEntities } from './entities.ts';
import type { Findings, Span } from './errors.ts';
import type { Scanned } from './scan.ts';

/** An attribute as it was written, tags of ours blanked out. */
interface Attribute {
	/** In lower case. */
	name: string;
	value: string;
	/** Where its value starts in the source. */
	start: number;
}

interface Element extends Span {
	/** In lower case. */
	name: string;
	attributes: readonly Attribute[];
}

/** Stands for each character of a tag of ours: what it will print is not known. */
const unknown = '\ufffc';

const opening = /<(?:!--(\[if[^\]<>]*\]>)?|([a-z][^\s/>]*))/gi;
/** A value whose quote is never closed goes on to the end. */
const attribute =
	/[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s"'>][^\s>]*)))?/y;
const tagEnd = /[\s/]*>/y;

/**
 * Says what is likely to fail in an inbox though no tag of ours is wrong: addresses that lead nowhere from there, and pictures that say
 * nothing to who does not see them. Only of what is written out: what a tag prints is another matter. Takes time linear in the source's length.
 */
export function adviseHtml(source: string, { tags }: Scanned, findings: Findings): void {
	for (const element of elementsOf(blankOut(source, tags))) {
		const { name, attributes } = element;
		for (const one of attributes) {
			if (isAddress(name, one.name)) adviseAddress(source, one, findings);
		}
		if (name === 'img' && !attributes.some((one) => one.name === 'alt')) {
			const message =
				'Readers who do not see this picture learn nothing of it. Say in alt="…" what it shows, or write alt="" if it is decoration.';
			findings.warn('missing_alt', element, message);
		}
	}
}

function blankOut(source: string, tags: readonly Span[]): string {
	let blanked = '';
	let from = 0;
	for (const { start, end } of tags) {
		blanked += source.slice(from, start) + unknown.repeat(end - start);
		from = end;
	}
	return blanked + source.slice(from);
}

/** The start tags that an HTML parser or Outlook reads, in order. */
function* elementsOf(text: string): Generator<Element> {
	opening.lastIndex = 0;
	for (let match = opening.exec(text); match; match = opening.exec(text)) {
		const [, conditional, name] = match;
		let at = opening.lastIndex;
		if (name === undefined) {
			// What Outlook reads is HTML to it. Other comments may end within their own opening.
			const end = conditional === undefined ? text.indexOf('-->', match.index + 2) : at;
			if (end === -1) return;
			at = end;
		} else {
			const element = readElement(text, match.index, named(name), at);
			if (element === undefined) return;
			yield element;
			at = endOfText(text, element);
		}
		opening.lastIndex = at;
	}
}

/** Undefined for a start tag that never ends. */
function readElement(text: string, start: number, name: string, from: number): Element | undefined {
	const attributes: Attribute[] = [];
	tagEnd.lastIndex = from;
	attribute.lastIndex = from;
	while (!tagEnd.test(text)) {
		const found = attribute.exec(text);
		if (found === null) return undefined;
		const [all, word = '', double, single, bare = ''] = found;
		const value = double ?? single ?? bare;
		const end = attribute.lastIndex - (/["']$/.test(all) && bare === '' ? 1 : 0);
		attributes.push({ name: named(word), value, start: end - value.length });
		tagEnd.lastIndex = attribute.lastIndex;
	}
	return { name, attributes, start, end: tagEnd.lastIndex };
}

/** A block's tag may stand right before or after a name. */
function named(word: string): string {
	return word.replaceAll(unknown, '').toLowerCase();
}

/** Where to read on: what is in a script or a style is no HTML. */
function endOfText(text: string, { name, end }: Element): number {
	if (!rawTextElements.has(name) && !rcdataElements.has(name)) return end;
	const close = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
	close.lastIndex = end;
	return close.exec(text)?.index ?? text.length;
}

/** Whether an attribute says where a link leads or what picture is loaded. */
function isAddress(element: string, name: string): boolean {
	if (name === 'background') return true;
	const isOutlooks = element.startsWith('v:');
	if (name === 'href') return element === 'a' || element === 'area' || isOutlooks;
	return name === 'src' && (element === 'img' || isOutlooks);
}

/** Enough of an address to tell what kind it is. */
const near = 300;
/** A tag of a product that fills in the e-mail after us, or one of ours that is damaged, which is told as that. */
const otherTag = /^(?:<[<%]|%|\{[{%]|\[\[|\*\||«)/;
/** A place in the e-mail itself. */
const anchor = /^#/;
/** None has a dot: `example.com:8080` is a host with its port. */
const scheme = /^([a-z][a-z0-9+-]*):/i;
const web = /^(https?):\/\/(?:[^/?#\\]*@)?(\[[^\]]*\]|[^/?#\\:]*)/i;
/** What editors and mail programs write for a file, and a drive's letter. */
const fileScheme = /^(?:file|blob|x-webdoc|applewebdata|[a-z])$/i;
const bareLocal = /^(?:localhost|127(?:\.\d+){3})(?=[:/?#]|$)/i;
const privateHost =
	/^(?:(?:[^.]+\.)*localhost|127(?:\.\d+){3}|0\.0\.0\.0|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|169\.254(?:\.\d+){2}|\[(?:::1|f[cd][0-9a-f]{2}:.*|fe80:.*)\]|[^.\ufffc]+|.+\.(?:local|lan|internal|home\.arpa))\.?$/i;

function adviseAddress(source: string, { value, start }: Attribute, findings: Findings): void {
	const text = value.trim();
	const from = start + value.length - value.trimStart().length;
	const span = { start: from, end: from + text.length };
	const written = source.slice(span.start, span.end);
	const address = decodeEntities(text.slice(0, near));
	if (address.startsWith(unknown) || otherTag.test(address) || anchor.test(address)) return;
	const [, protocol] = scheme.exec(address) ?? [];
	const [, ofWeb = '', host = ''] = web.exec(address) ?? [];
	if (host.startsWith(unknown)) return;
	const isFile = protocol !== undefined && fileScheme.test(protocol);
	if (isFile || bareLocal.test(address) || (host !== '' && privateHost.test(host))) {
		const message =
			'This address works on your own computer or network only, and not for your readers. Write one that everybody can open.';
		findings.warn('local_url', span, message);
	} else if (protocol === undefined || (/^https?$/i.test(protocol) && host === '')) {
		const message =
			'In an e-mail this address leads nowhere, as it is not whole. Write all of it, from https:// on.';
		findings.warn('relative_url', span, message, wholeUrl(written));
	} else if (ofWeb.toLowerCase() === 'http') {
		const message =
			'An address with http:// is not encrypted, and some mail programs warn of it. Use https:// if the site has it.';
		findings.add('info', 'insecure_url', span, message);
	}
}

/** The whole address, where only its beginning is missing. */
function wholeUrl(written: string): string | undefined {
	if (/^\/\/[^/\\?#\s]+\.\w/.test(written)) return `https:${written}`;
	return /^www\.[^/\\?#\s]+\.\w/i.test(written) ? `https://${written}` : undefined;
}
