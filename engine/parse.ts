import type { Findings } from './errors.ts';
import { parseWithoutProcessing, type ProgramNode } from './handlebars-parser.js';
import type { Tag } from './scan.ts';

/** Broken tags are taken out one by one, so that all are reported; more than this many need no list. */
const maxBroken = 20;

/**
 * Reads the skeleton: each tag on a line of its own, so that a node's line is its tag's number and each line break stands for the
 * literal text there; the line is empty where the parser need not see the tag. Tags that it cannot read are reported and left out.
 */
export function parse(tags: readonly Tag[], findings: Findings): ProgramNode {
	const lines = tags.map(({ skeleton }) => skeleton);
	for (let broken = 0; broken <= maxBroken; broken++) {
		try {
			return parseWithoutProcessing(`\n${lines.join('\n')}\n`);
		} catch (error) {
			const number = brokenLine(error, lines.length);
			const tag = tags[number];
			if (tag === undefined) break;
			findings.unread('tag_syntax', tag, `This tag cannot be read: ${reason(lines[number] ?? '')}`);
			lines[number] = withoutExpression(lines[number] ?? '');
		}
	}
	return { body: [] };
}

/** The number of the tag that an error of the parser is about. */
function brokenLine(error: unknown, tags: number): number {
	const message = error instanceof Error ? error.message : '';
	const [, before, after] = /line (\d+)|- (\d+):\d+$/.exec(message) ?? [];
	// Line 1 is the literal text before the first tag.
	return Math.max(0, Math.min(Number(before ?? after ?? 0) - 2, tags - 1));
}

function reason(skeleton: string): string {
	if (/"\S|\S"/.test(skeleton.replace(/"\d+"/g, ''))) return 'a quote is not closed.';
	if (/[=<>!]=?|\b(?:and|or|not)\b|&&/.test(skeleton.replace(/"\d+"/g, ''))) {
		return 'a condition is a value that is there or is not, without = < > and, or, not. For “not” there is #unless.';
	}
	return 'expected a value’s path, and filters after a | each.';
}

/** A block stays a block, so that what closes it still does. */
function withoutExpression(skeleton: string): string {
	const [opened] = /^\{\{(?:[#^](?:if|unless|each|with)|else (?:if|unless))/.exec(skeleton) ?? [];
	const closes = /(?:\{\{\/\w+\}\})+$/.exec(skeleton)?.[0] ?? '';
	return `${opened === undefined ? '' : `${opened} this}}`}${closes}`;
}
