import type { Position } from 'custom-values';

const off = ' clicktracking="off"';
/** What may stand in a start tag after its name: tags of ours, attributes, slashes. */
const piece = /\s*(?:<<[^<>]*>>|([^\s/>=<]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?|[/=<])/y;

/**
 * Adds `clicktracking="off"` to the start tags whose names end at these places (R28): else the provider may put an address of its
 * own in place of the link that signs in, and would see it. An attribute of that name that is there already goes; should one be
 * overlooked, the first one counts. Takes time linear in the length of the HTML.
 */
export function markUntracked(html: string, anchors: readonly Position[]): string {
	const ends = [...new Set(offsetsOf(html, anchors))].sort((a, b) => a - b);
	const marked = [html.slice(0, ends[0])];
	ends.forEach((end, n) => {
		marked.push(off, withoutTracking(html.slice(end, ends[n + 1])));
	});
	return marked.join('');
}

/** Takes the attribute out of the start tag that this text goes on with. */
function withoutTracking(text: string): string {
	let kept = '';
	let at = 0;
	for (;;) {
		piece.lastIndex = at;
		const found = piece.exec(text);
		if (found === null) return kept + text.slice(at);
		at += found[0].length;
		if (found[1]?.toLowerCase() !== 'clicktracking') kept += found[0];
	}
}

function offsetsOf(html: string, positions: readonly Position[]): number[] {
	const starts = [0];
	for (let at = html.indexOf('\n'); at !== -1; at = html.indexOf('\n', at + 1)) starts.push(at + 1);
	return positions.map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1);
}
