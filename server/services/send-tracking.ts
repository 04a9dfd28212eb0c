import { defaultTreeAdapter, parse, type DefaultTreeAdapterMap } from 'parse5';

/** Where in a source a secret stands: 1-based line, 1-based column in UTF-16 code units. */
export interface SourcePosition {
	line: number;
	column: number;
}

/**
 * Marks each `<a>` whose href holds one of `secrets` with `clicktracking="off"` (R28): else the provider may put an address of its
 * own in place of the link, and would see it. Nothing else of the source changes.
 */
export function markUntracked(html: string, secrets: readonly SourcePosition[]): string {
	if (secrets.length === 0) return html;
	const offsets = offsetsOf(html, secrets);
	const edits = new Map<number, { to: number; text: string }>();
	for (const { tagName, start, attributes } of anchorsOf(html)) {
		const href = attributes['href'];
		if (href === undefined) continue;
		if (!offsets.some((at) => at >= href.startOffset && at < href.endOffset)) continue;
		const present = attributes['clicktracking'];
		if (present !== undefined) {
			edits.set(present.startOffset, { to: present.endOffset, text: 'clicktracking="off"' });
		} else {
			const after = start + 1 + tagName.length;
			edits.set(after, { to: after, text: ' clicktracking="off"' });
		}
	}
	let marked = html;
	for (const [from, { to, text }] of [...edits].sort(([a], [b]) => b - a)) {
		marked = marked.slice(0, from) + text + marked.slice(to);
	}
	return marked;
}

function offsetsOf(html: string, positions: readonly SourcePosition[]): number[] {
	const starts = [0];
	for (let at = html.indexOf('\n'); at !== -1; at = html.indexOf('\n', at + 1)) starts.push(at + 1);
	return positions.map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1);
}

type Node = DefaultTreeAdapterMap['childNode'];
type Range = { startOffset: number; endOffset: number };

interface Anchor {
	tagName: string;
	/** Offset of the `<`. */
	start: number;
	attributes: Record<string, Range>;
}

function anchorsOf(html: string): Anchor[] {
	const found: Anchor[] = [];
	const open: Node[] = [...parse(html, { sourceCodeLocationInfo: true }).childNodes];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (!defaultTreeAdapter.isElementNode(node)) continue;
		const { tagName, sourceCodeLocation: place } = node;
		if (tagName === 'a' && place?.startTag !== undefined && place.attrs !== undefined) {
			found.push({
				tagName,
				start: place.startTag.startOffset,
				attributes: place.attrs,
			});
		}
		open.push(...node.childNodes);
		if ('content' in node) open.push(...node.content.childNodes);
	}
	return found;
}
