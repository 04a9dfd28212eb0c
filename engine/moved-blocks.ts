import type { Findings } from './errors.ts';
import type { Scanned } from './scan.ts';

const opens = /^\{\{[#^]/;
const closes = /\{\{\/\w+\}\}$/;

/**
 * Reports blocks without any text right before a table: HTML parsers move tags that stand between rows there, and leave the rows that
 * the block was around behind.
 */
export function findMovedBlocks({ tags, texts }: Scanned, findings: Findings): void {
	for (let from = 0; from < tags.length; from++) {
		const first = tags[from];
		if (first === undefined || !opens.test(first.skeleton)) continue;
		let at = from;
		while (at + 1 < tags.length && isBlank(texts[at + 1])) at++;
		const last = tags[at];
		const isBlock = last !== undefined && at > from && closes.test(last.skeleton);
		if (isBlock && /^\s*<table\b/i.test(texts[at + 1] ?? '')) {
			const message =
				'There is nothing inside this block, and a table follows: an e-mail editor moved its start and end out of the table. Put them back between the rows, each in a comment: <!-- << #each item.rows >> -->.';
			findings.error('moved_block', first, message);
		}
		from = at;
	}
}

function isBlank(text: string | undefined): boolean {
	return text !== undefined && text.trim() === '';
}
