import type { HtmlState } from '../html-state.ts';
import { htmlPlace } from '../positions.ts';

/** What an editor put before a value that is a whole URL. */
export interface Prefix {
	cause: 'origin' | 'scheme';
	length: number;
}

/** Longer ones are no addresses of an editor. */
const longest = 500;

const schemeAtEnd = /(?<![\w+.-])https?:\/\/$/i;
const scheme = /^\s*https?:\/\/$/i;
/** Where editors and mail programs think that a page is. */
const localFile = /^\s*(?:file|x-webdoc|applewebdata):\/\/[^?#<>]*\/$/i;
const origin = /^\s*(?:(?:https?:)?\/\/[^/?#<>\s]+\/|(?:\.{0,2}\/)+)$/i;
const page = /^\s*(?:https?:)?\/\/[^?#<>\s]+\/$/i;

/**
 * What is to be left out before a whole URL. `literal` is what stands between the tag before and this one. A path after the origin
 * may be meant, such as that of an archive, unless the tag is `certain` to have been through an editor, or is a secret.
 */
export function prefixOf(
	literal: string,
	html: HtmlState | undefined,
	certain: boolean,
): Prefix | undefined {
	const near = literal.slice(-longest);
	const inUrl = html?.mode === 'value' && html.quote !== '';
	if (!inUrl) {
		const [found] = schemeAtEnd.exec(near) ?? [];
		const readable = html === undefined || html.mode === 'text';
		return found === undefined || !readable ? undefined : { cause: 'scheme', length: found.length };
	}
	const at = near.lastIndexOf(html.quote);
	const place = htmlPlace(html);
	if (at === -1 || !('use' in place) || place.use !== 'url_part') return undefined;
	const before = near.slice(at + 1);
	if (scheme.test(before)) return { cause: 'scheme', length: before.length };
	const isOrigin = origin.test(before) || localFile.test(before) || (certain && page.test(before));
	return isOrigin ? { cause: 'origin', length: before.length } : undefined;
}
