import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

/** The wrong way to speak to a client: we say Sie, usted, vous and você. */
export const familiar = {
	de: /(?<!\p{L})(du|dir|dich|deine?[mnrs]?)(?!\p{L})/iu,
	es: /(?<!\p{L})(tú|tus?|te|ti|tienes|puedes)(?!\p{L})/iu,
	fr: /(?<!\p{L})(tu|toi|ton|tes)(?!\p{L})/iu,
	pt: /(?<!\p{L})(tu|teu|tua|vós|clica)(?!\p{L})/iu,
};

/**
 * Texts that a person reads or hears, without what belongs to somebody (marked as such, or one of `names`); elements in document
 * order.
 */
export function readHtml(
	html: string,
	names: readonly string[],
): { outline: string[]; words: string[] } {
	const outline: string[] = [];
	const words: string[] = [];
	const say = (text: string): void => {
		const ours = names.reduce((rest, name) => rest.replaceAll(name, ''), text).trim();
		if (/\p{L}/u.test(ours)) words.push(ours);
	};
	const visit = (node: DefaultTreeAdapterTypes.Node): void => {
		if ('tagName' in node) {
			outline.push(`${node.tagName} ${node.attrs.map(({ name }) => name).join(' ')}`);
			const spoken = node.attrs.filter(({ name }) => ['data-busy', 'aria-label'].includes(name));
			for (const { value } of spoken) say(value);
			const hidden = node.attrs.some(({ name }) => name === 'aria-hidden');
			if (hidden || ['bdi', 'code', 'script', 'style'].includes(node.tagName)) return;
		}
		if (node.nodeName === '#text' && 'value' in node) say(node.value);
		if ('childNodes' in node) node.childNodes.forEach(visit);
	};
	visit(parse(html));
	return { outline, words };
}
