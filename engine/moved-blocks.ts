import type { Findings } from './errors.ts';
import type { Scanned, Tag } from './scan.ts';

const opens = /^\{\{[#^]/;
const closes = /\{\{\/\w+\}\}$/;
const blockSyntax = /^\{\{(?:[#^/]|else\b)/;

/** What editors put around a table, or around text that stood where none may. */
const wrappers = '(?:<\\/?(?:b|center|div|em|figure|font|i|p|span|strong|u)\\b[^>]*>\\s*){0,8}';
const tableAfter = new RegExp(`^\\s*${wrappers}<table\\b`, 'i');
const tableBefore = /<\/table>\s*$/i;

const listOrEnd = /<(\/?)[ou]l\b/gi;
const listStart = /^\s*<[ou]l\b[^>]*>\s*<li\b/i;
const listEnd = /<\/li>\s*<\/[ou]l>\s*$/i;
const itemAfter = /^\s*<li\b/i;
const itemBefore = /<\/li>\s*$/i;

const outOfTable =
	'There is nothing inside this block, and a table stands next to it: an e-mail editor moved its start and end out of the table. Put them back between the rows, each in a comment: <!-- << #each item.rows >> -->.';
const outOfList =
	'This block holds one end of a list and not the other: an e-mail editor moved a tag out of the list. Put it back between the items.';

/**
 * Reports blocks whose tags were moved. HTML parsers put tags that stand between the rows of a table before it, and an editor that
 * keeps comments puts those behind it: nothing is left inside. Out of a list an editor moves only what stands at its very start or end.
 */
export function findMovedBlocks({ tags, texts }: Scanned, findings: Findings): void {
	findEmptied(tags, texts, findings);
	findSplitLists(tags, texts, findings);
}

function findEmptied(tags: Scanned['tags'], texts: Scanned['texts'], findings: Findings): void {
	for (let from = 0; from < tags.length; from++) {
		const first = tags[from];
		if (first === undefined || !opens.test(first.skeleton)) continue;
		let at = from;
		while (at + 1 < tags.length && isBlank(texts[at + 1]) && !prints(tags[at + 1])) at++;
		const last = tags[at];
		const isBlock = last !== undefined && at > from && closes.test(last.skeleton);
		const isByTable = tableAfter.test(texts[at + 1] ?? '') || tableBefore.test(texts[from] ?? '');
		if (isBlock && isByTable) findings.error('moved_block', first, outOfTable);
		from = at;
	}
}

function prints(tag: Tag | undefined): boolean {
	if (tag === undefined || tag.read !== undefined) return true;
	return tag.skeleton !== '' && !blockSyntax.test(tag.skeleton);
}

function isBlank(text: string | undefined): boolean {
	return text !== undefined && text.trim() === '';
}

function findSplitLists(tags: Scanned['tags'], texts: Scanned['texts'], findings: Findings): void {
	/** The blocks around, with how many more lists start than end before each. With an else each branch may hold an end. */
	const around: { index: number; lists: number; hasElse: boolean }[] = [];
	let lists = 0;
	for (const [index, { skeleton }] of tags.entries()) {
		for (const [, slash] of (texts[index] ?? '').matchAll(listOrEnd))
			lists += slash === '' ? 1 : -1;
		if (opens.test(skeleton)) around.push({ index, lists, hasElse: false });
		const block = around.at(-1);
		if (block === undefined) continue;
		if (skeleton.startsWith('{{else')) {
			block.hasElse = true;
			lists = block.lists;
		}
		if (!closes.test(skeleton)) continue;
		around.pop();
		const tag = tags[block.index];
		if (tag === undefined || block.hasElse) continue;
		const [before = '', start = ''] = texts.slice(block.index, block.index + 2);
		const [end = '', after = ''] = texts.slice(index, index + 2);
		const isStart = lists > block.lists && listStart.test(start) && itemAfter.test(after);
		const isEnd = lists < block.lists && listEnd.test(end) && itemBefore.test(before);
		if (isStart || isEnd) findings.error('moved_block', tag, outOfList);
	}
}
