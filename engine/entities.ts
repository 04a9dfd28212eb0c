import { parseFragment } from 'parse5';

/** Text as HTML source means it: `M&uuml;ller` is Müller. What looks like an element stays text. */
export function decodeEntities(text: string): string {
	if (!text.includes('&')) return text;
	const [node] = parseFragment(text.replaceAll('<', '&lt;')).childNodes;
	return node !== undefined && 'value' in node ? node.value : text;
}
