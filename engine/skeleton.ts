import { blockNames, type Head } from './candidate.ts';
import type { OpenBlocks } from './blocks.ts';
import type { Findings, Span } from './errors.ts';
import { findFilter } from './filters.ts';
import type { CallNode, LiteralNode, PathNode } from './handlebars-parser.js';
import { limits } from './limits.ts';
import { readPath } from './path.ts';
import { rewrite, takeStrings } from './pipes.ts';

/** A tag's place, its head, and what stands between sigil and `>>`. */
export interface Candidate extends Span {
	head: Head;
	body: string;
}

/** Names with dots between: written like this, a path means the same to everybody. */
const plain = /^[a-z_]\w*(?:\.[a-z_]\w*)+$/i;
/** Words that Handlebars takes for something else than a name, or refuses in a path. */
const reserved = /^else\b|\.(?:this|true|false|null|undefined)\b/;

/** The path of a tag with nothing else in it, as most tags are. */
export function plainPath({ head, body }: Candidate): PathNode | undefined {
	const { sigil, word, reference } = head;
	if (sigil !== '' || reference === undefined || body.trim() !== word) return undefined;
	return isPlain(word) ? pathNode(word, reference.parts, reference) : undefined;
}

/** What nearly all other tags become: a filter of a plain path, with texts by their numbers, and digits. */
const call = /^\{\{(\w+) ([\w.]+)((?: (?:"\d+"|\d{1,9}))*)\}\}$/;

/** A tag with a plain path and one filter; undefined for everything else. */
export function plainCall(skeleton: string): CallNode | undefined {
	const [, name = '', word = '', args = ''] = call.exec(skeleton) ?? [];
	if (findFilter(name) === undefined || !isPlain(word)) return undefined;
	const reference = readPath(word, 0)?.reference;
	if (reference === undefined) return undefined;
	const params = args.split(' ').slice(1).map(literalNode);
	return {
		type: 'MustacheStatement',
		path: pathNode(name, [name]),
		params: [pathNode(word, reference.parts, reference), ...params],
	};
}

function isPlain(word: string): boolean {
	return plain.test(word) && !reserved.test(word);
}

function pathNode(
	original: string,
	parts: string[],
	{ data, depth } = { data: false, depth: 0 },
): PathNode {
	return { type: 'PathExpression', original, data, depth, parts };
}

function literalNode(arg: string): LiteralNode {
	return arg.startsWith('"')
		? { type: 'StringLiteral', value: arg.slice(1, -1) }
		: { type: 'NumberLiteral', value: Number(arg) };
}

const parameterNames = /\sas\s*\|[^|]*\|$/;

/** Writes what Handlebars' parser reads for each tag. Keeps account of open blocks, and reports what is wrong with them. */
export class SkeletonWriter {
	readonly #blocks: OpenBlocks;
	readonly #strings: string[];
	readonly #findings: Findings;

	constructor(blocks: OpenBlocks, strings: string[], findings: Findings) {
		this.#blocks = blocks;
		this.#strings = strings;
		this.#findings = findings;
	}

	/** Empty for what prints nothing, and for what is refused. */
	write(candidate: Candidate): string {
		const { head, body } = candidate;
		switch (head.sigil) {
			case '!':
				return '';
			case '#':
				return this.#open(candidate);
			case '/':
				return this.#close(candidate);
			case '^':
				return body.trim() === '' ? this.#else(candidate, '') : this.#open(candidate);
			case '{':
				return this.#braces(candidate);
			case '':
			case '&':
				if (head.word !== 'else' || this.#blocks.depth === 0) return this.#value(candidate, body);
				return this.#else(candidate, body.trim().slice(head.word.length).trim());
			default:
				this.#findings.error(
					'tag_refused',
					candidate,
					'Partials and decorators are not supported.',
				);
				return '';
		}
	}

	/** Closes what is still open at the end of the source, so that the rest can be checked. */
	closeAll(): string {
		let skeleton = '';
		for (let block = this.#blocks.close(); block; block = this.#blocks.close()) {
			this.#reportOpen(block);
			skeleton += `{{/${block.name}}}`;
		}
		return skeleton;
	}

	#braces(candidate: Candidate): string {
		const body = candidate.body.trimEnd();
		if (body.endsWith('}')) return this.#value(candidate, body.slice(0, -1));
		this.#findings.error('tag_syntax', candidate, 'The brace { in this tag is not closed.');
		return '';
	}

	#value(candidate: Candidate, body: string): string {
		const rewritten = this.#expression(candidate, body);
		return rewritten === undefined ? '' : `{{${rewritten.expression}}}`;
	}

	#expression(at: Span, body: string): { expression: string; pipes: number } | undefined {
		const { doubts, hasBraces, ...rewritten } = rewrite(body, this.#strings);
		for (const { severity, code, message } of doubts) {
			this.#findings.add(severity, code, at, message);
		}
		if (rewritten.pipes > limits.filters) {
			const message = `A tag has at most ${limits.filters} filters.`;
			this.#findings.unread('too_many_filters', at, message);
			return undefined;
		}
		if (!hasBraces) return rewritten;
		this.#findings.unread('tag_syntax', at, 'A tag holds no braces.');
		return undefined;
	}

	#open(candidate: Candidate): string {
		const { head, body } = candidate;
		if (!blockNames.includes(head.word)) {
			const message = `There is no block #${head.word}. Blocks are #if, #unless, #each and #with.`;
			this.#findings.error('unknown_block', candidate, message);
			return '';
		}
		if (this.#blocks.depth >= limits.depth) {
			this.#findings.stop('too_deep', candidate, `Blocks nest at most ${limits.depth} deep.`);
		}
		const expression = body.slice(head.word.length).trim();
		this.#blocks.open(head.word, expression, candidate);
		return `{{${head.sigil}${head.word} ${this.#blockExpression(candidate, expression)}}}`;
	}

	/** A block's test or list may have filters too: `#if contact.company | trim`. */
	#blockExpression(candidate: Candidate, expression: string): string {
		const names = parameterNames.exec(expression)?.[0] ?? '';
		const inner = this.#expression(
			candidate,
			expression.slice(0, expression.length - names.length),
		);
		if (inner === undefined) return 'this';
		const test = inner.pipes > 0 ? `(${inner.expression})` : inner.expression;
		return names === '' ? test : `${test} ${takeStrings(names, this.#strings)}`;
	}

	#else(candidate: Candidate, rest: string): string {
		if (!this.#blocks.turn(rest !== '')) {
			this.#findings.error('unexpected_else', candidate, 'This else belongs to no block.');
			return '';
		}
		if (rest === '') return '{{else}}';
		if (this.#blocks.chained > limits.chain) {
			const message = `A place is under at most ${limits.chain} else if.`;
			this.#findings.stop('too_deep', candidate, message);
		}
		const [, name = '', expression = ''] = /^(\w+)\s*(.*)$/s.exec(rest) ?? [];
		if (name !== 'if' && name !== 'unless') {
			const message = 'After else stands nothing, or if or unless with a condition.';
			this.#findings.error('unknown_block', candidate, message);
			return '';
		}
		return `{{else ${name} ${this.#blockExpression(candidate, expression)}}}`;
	}

	#close(candidate: Candidate): string {
		const name = candidate.head.word;
		if (!this.#blocks.names.includes(name)) {
			const message = `<< /${name} >> closes a block that was not opened.`;
			this.#findings.error('unexpected_close', candidate, message);
			return '';
		}
		let skeleton = '';
		for (let block = this.#blocks.close(); block; block = this.#blocks.close()) {
			skeleton += `{{/${block.name}}}`;
			if (block.name === name) break;
			this.#reportOpen(block);
		}
		return skeleton;
	}

	#reportOpen(block: Span & { name: string }): void {
		const message = `The << #${block.name} >> that starts here never ends. Write << /${block.name} >> where it should end.`;
		this.#findings.error('unclosed_block', block, message);
	}
}
