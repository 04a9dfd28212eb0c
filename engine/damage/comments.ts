import { blank, marks } from './marks.ts';
import type { Damage } from './damage.ts';
import type { Span } from '../errors.ts';

/** How far from a tag the brackets of its comment may stand: they are a few characters, spelled at length. */
const near = 80;
const hyphens = '(?:--|[–—]|&(?:amp;)*[mn]dash;)';
const opened = new RegExp(`${marks.less}!${hyphens}(?:${blank})*$`, 'i');
/** CKEditor makes an arrow of the end. */
const closed = new RegExp(
	`^(?:${blank})*(?:${hyphens}${marks.greater}|-?(?:→|&(?:amp;)*rarr;))`,
	'i',
);
const plainOpening = /<!--\s*$/;
const plainClosing = /^\s*-->/;

const message =
	'An editor made text of the comment around this: readers would see its <!-- and -->.';

/**
 * The same damages, with those of comments that stand around a tag and would be shown. A tag in one is damaged as a whole.
 * `tags` are those of blocks, as they would be without damage.
 */
export function withShownComments(
	source: string,
	tags: readonly (Span & { text: string })[],
	damages: readonly Damage[],
): Damage[] {
	const byEnd = new Map(damages.map((damage) => [damage.end, damage]));
	const shown = tags.flatMap(({ start, end, text }): Damage[] => {
		const before = source.slice(Math.max(0, start - near), start);
		const after = source.slice(end, end + near);
		const [opening] = opened.exec(before) ?? [];
		const [closing] = closed.exec(after) ?? [];
		if (opening === undefined || closing === undefined) return [];
		if (plainOpening.test(opening) && plainClosing.test(closing)) return [];
		const span = { start: start - opening.length, end: end + closing.length };
		// Markup that stood inside the tag is not lost.
		const mended = byEnd.get(end)?.fix ?? text;
		const fix = mended.replace(text, () => `<!-- ${text} -->`);
		return [{ ...span, code: 'damaged_tag', severity: 'error', doubtful: false, message, fix }];
	});
	if (shown.length === 0) return [...damages];
	let next = 0;
	const others = damages.filter(({ start, end }) => {
		while ((shown[next]?.end ?? Infinity) <= start) next++;
		const comment = shown[next];
		return comment === undefined || end <= comment.start;
	});
	return [...others, ...shown].sort((a, b) => a.start - b.start);
}
