import { readHead } from '../candidate.ts';
import { blank, marks, matcher } from './marks.ts';
import type { Mended } from './mend.ts';

const begin = `~?${blank}*!${blank}*--`;
const beginsAt = matcher(begin);
const dash = '[–—]|&(?:amp;)*(?:[mn]dash|#821[12]);';
/** A note's end, an end whose two hyphens became a dash, or the start of another note. */
const edges = new RegExp(
	`(--|(${dash}))${blank}*(~?)(?:${marks.greater}){2}|${marks.less}(?:${marks.noise})?${marks.less}${begin}`,
	'gi',
);
const plainEnd = /^--\s*~?>>$/;
const plain = /^<<~?\s*!\s*--[^]*--\s*~?>>$/;

/** Whether a long note starts behind these brackets. */
export function startsNote(source: string, start: number, opening: string): boolean {
	return beginsAt(source, start + opening.length) !== -1;
}

/**
 * The long note, `<< !-- … -- >>`, whose opening brackets are these, in any spelling of brackets and hyphens; undefined when there is
 * none. It may hold anything: in plain brackets only plain ones end it, if there are any before the next note, and a dash ends it only
 * where nothing else does. Reads no further than to the next note.
 */
export function mendNote(source: string, start: number, opening: string): Mended | undefined {
	const from = start + opening.length;
	const begun = beginsAt(source, from);
	if (begun === -1) return undefined;
	let found: RegExpExecArray | undefined;
	edges.lastIndex = begun;
	for (let match = edges.exec(source); match !== null; match = edges.exec(source)) {
		const [text, hyphens, dashed] = match;
		if (hyphens === undefined) break;
		const ends = opening === '<<' ? plainEnd.test(text) : dashed === undefined;
		const isBetter = found?.[2] !== undefined && dashed === undefined;
		if (found === undefined || ends || isBetter) found = match;
		if (ends) break;
	}
	if (found === undefined) return undefined;
	const end = found.index + found[0].length;
	const left = source[from] === '~' ? '~' : '';
	const inside = source.slice(begun, found.index).trim();
	const isWhole = plain.test(source.slice(start, end));
	const text = isWhole
		? source.slice(start, end)
		: `<<${left} !-- ${inside} -- ${found[3] ?? ''}>>`;
	const cause = isWhole ? undefined : opening === '<<' ? 'inside' : 'encoded';
	return {
		...{ text, head: readHead(text, 2), before: '', after: '', end, cause },
		...{ doubtful: false, lost: false },
	};
}
