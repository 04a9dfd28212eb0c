import { readHtml, readPlain } from './contexts.ts';
import {
	afterValue,
	endsAsItStarts,
	enterBlock,
	htmlStart,
	joinHtml,
	leaveBlock,
	type HtmlState,
	type UrlStart,
} from './html-state.ts';
import type { Findings } from './errors.ts';
import { ExpressionChecker } from './expressions.ts';
import { guardOf, withGuard } from './guards.ts';
import type {
	BlockNode,
	ContentNode,
	ExpressionNode,
	Located,
	ProgramNode,
} from './handlebars-parser.js';
import type { CompiledNode, Expression, IfNode } from './nodes.ts';
import { PlaceChecker } from './places.ts';
import { repeatsAlike } from './positions.ts';
import { runAfterLoop, runInLoop } from './runs.ts';
import type { Scanned, Tag } from './scan.ts';
import { enterEach, enterWith, rootScope, type Scope } from './scope.ts';
import type { CompileOptions, Guard, Need } from './types.ts';
import type { Typed } from './typed.ts';
import { Uses, type PlaceOfUse } from './uses.ts';

/** What a compiled text consists of. */
export interface Checked {
	nodes: CompiledNode[];
	uses: Need[];
}

/** Where the walk is: what names mean, which conditions hold. */
interface Where {
	scope: Scope;
	guards: readonly Guard[];
}

/** Checks the syntax tree against the catalogue and the places where its values stand, and makes the nodes that are rendered. */
export function check(
	program: ProgramNode,
	source: string,
	scanned: Scanned,
	options: CompileOptions,
	findings: Findings,
): Checked {
	return new Checker(source, scanned, options, findings).run(program);
}

class Checker {
	readonly #scanned: Scanned;
	readonly #options: CompileOptions;
	readonly #findings: Findings;
	readonly #expressions: ExpressionChecker;
	readonly #places: PlaceChecker;
	readonly #uses: Uses;
	#html: HtmlState = htmlStart;

	constructor(source: string, scanned: Scanned, options: CompileOptions, findings: Findings) {
		this.#scanned = scanned;
		this.#options = options;
		this.#findings = findings;
		this.#expressions = new ExpressionChecker(source, options, scanned.strings, findings);
		this.#uses = new Uses(options.catalogue, findings);
		this.#places = new PlaceChecker(source, options.context, findings);
	}

	run(program: ProgramNode): Checked {
		const nodes = this.#program(program, { scope: rootScope, guards: [] });
		this.#places.finish();
		return { nodes, uses: this.#uses.all };
	}

	#program(program: ProgramNode | undefined, where: Where): CompiledNode[] {
		const nodes: CompiledNode[] = [];
		for (const node of program?.body ?? []) {
			if (node.type === 'ContentStatement') {
				this.#content(node, where, nodes);
			} else if (node.type === 'MustacheStatement') {
				this.#print(node, this.#tagOf(node), where, nodes);
			} else if (node.type === 'BlockStatement') {
				for (const made of this.#block(node, where)) {
					if (typeof made === 'string') appendText(nodes, made);
					else nodes.push(made);
				}
			}
		}
		return nodes;
	}

	/** Line breaks of the skeleton: each stands for literal text, and between two of them is a tag that the parser need not see. */
	#content({ value, loc }: ContentNode, where: Where, nodes: CompiledNode[]): void {
		const { texts, starts, tags } = this.#scanned;
		const first = loc.start.line - 1;
		for (let line = first; line < first + value.length; line++) {
			const tag = line > first ? tags[line - 1] : undefined;
			if (tag?.read !== undefined) this.#print(tag.read, tag, where, nodes);
			const text = texts[line] ?? '';
			this.#html =
				this.#options.context === 'html'
					? readHtml(this.#html, text, starts[line] ?? 0)
					: readPlain(this.#html, text);
			appendText(nodes, text);
		}
	}

	#tagOf(node: Located): Tag {
		const tag = this.#scanned.tags[node.loc.start.line - 2];
		return tag ?? { start: 0, end: 0, skeleton: '', read: undefined, unescaped: false };
	}

	#print(node: ExpressionNode, tag: Tag, where: Where, nodes: CompiledNode[]): void {
		const typed = this.#expressions.check(node, { tag, scope: where.scope });
		const start: UrlStart = { whole: true };
		const inComment = this.#html.mode === 'comment' || this.#html.conditional;
		const place = this.#places.check(tag, typed, this.#html, start);
		const required = typed !== undefined && (typed.secret || typed.value?.required === true);
		this.#html = afterValue(this.#html, start, { sure: required, address: addressOf(typed) });
		if (typed === undefined || place === undefined) return;
		this.#uses.add(typed.expression, place.use, this.#placeOf(tag, where));
		this.#places.adviseFallback(tag, typed, where.guards);
		nodes.push({
			kind: 'print',
			value: typed.value?.type === 'date' ? withDates(typed.expression) : typed.expression,
			sink: place.sink,
			name: typed.path,
			required,
			inComment,
			constant: typed.value?.cost === 'constant' && typed.place?.frame === 0,
			...this.#findings.positionOf(tag.start),
		});
	}

	#placeOf({ start }: Tag, { guards }: Where): PlaceOfUse {
		return { start, guards, html: this.#html };
	}

	#block(node: BlockNode, where: Where): CompiledNode[] {
		const tag = this.#tagOf(node);
		const { original: name } = node.path;
		if (this.#findings.unreadable.has(tag.start)) {
			this.#branches(
				tag,
				() => this.#program(node.program, where),
				() => this.#program(node.inverse, where),
			);
			return [];
		}
		const [test, more] = node.params;
		if (test === undefined || more !== undefined) {
			this.#findings.error(
				'tag_syntax',
				tag,
				`#${name} takes one value, or one filter in brackets. There are no comparisons, and no and, or, not; for “not” there is #unless.`,
			);
			return [];
		}
		if (name === 'each') return this.#each(node, test, tag, where);
		if (name === 'with') return this.#with(node, test, tag, where);
		const typed = this.#expressions.check(test, { tag, scope: where.scope });
		const zero = this.#includesZero(node, tag);
		const holds = name === 'if';
		const guard = typed && guardOf(typed.expression);
		if (typed) this.#uses.add(typed.expression, 'condition', this.#placeOf(tag, where));
		const given = (truthy: boolean): Where =>
			guard === undefined || zero
				? where
				: { ...where, guards: withGuard(where.guards, { path: guard, truthy }) };
		const [body, otherwise] = this.#branches(
			tag,
			() => this.#program(node.program, given(holds)),
			() => this.#program(node.inverse, given(!holds)),
		);
		if (typed === undefined) return [];
		const [then, instead] = holds ? [body, otherwise] : [otherwise, body];
		return [this.#if(typed.expression, zero, then, instead, tag)];
	}

	#includesZero({ hash }: BlockNode, tag: Tag): boolean {
		let zero = false;
		for (const { key, value } of hash?.pairs ?? []) {
			if (key === 'includeZero' && value.type === 'BooleanLiteral') zero = value.value === true;
			else
				this.#findings.error(
					'tag_syntax',
					tag,
					'The only named argument here is includeZero=true.',
				);
		}
		return zero;
	}

	#with(node: BlockNode, test: ExpressionNode, tag: Tag, where: Where): CompiledNode[] {
		const place = this.#expressions.place(test, { tag, scope: where.scope });
		const names = node.program?.blockParams ?? [];
		const inside =
			place === undefined ? where : { ...where, scope: enterWith(where.scope, place, names) };
		const isNamespace = place !== undefined && this.#expressions.isNamespace(place);
		const typed = isNamespace
			? undefined
			: this.#expressions.check(test, { tag, scope: where.scope });
		if (typed) this.#uses.add(typed.expression, 'condition', this.#placeOf(tag, where));
		const [body, otherwise] = this.#branches(
			tag,
			() => this.#program(node.program, inside),
			() => this.#program(node.inverse, where),
		);
		// The namespaces of the catalogue are always there.
		if (isNamespace) return body;
		if (typed === undefined) return [];
		if (place === undefined) {
			this.#findings.error('tag_syntax', tag, '#with takes a path.');
			return [];
		}
		return [this.#if(typed.expression, true, body, otherwise, tag)];
	}

	#if(
		test: Expression,
		zero: boolean,
		body: CompiledNode[],
		otherwise: CompiledNode[],
		{ start }: Tag,
	): IfNode {
		return { kind: 'if', test, zero, body, otherwise, ...this.#findings.positionOf(start) };
	}

	#each(node: BlockNode, list: ExpressionNode, tag: Tag, where: Where): CompiledNode[] {
		const typed = this.#expressions.check(list, { tag, scope: where.scope });
		const place = typed?.place;
		if (typed && (place === undefined || (typed.type !== 'any' && typed.type !== 'list'))) {
			this.#findings.error('not_a_list', tag, '#each takes the path of a list.');
		}
		if (typed) this.#uses.add(typed.expression, 'loop', this.#placeOf(tag, where));
		const names = node.program?.blockParams ?? [];
		const guard = typed && guardOf(typed.expression);
		const given = (truthy: boolean) =>
			guard === undefined
				? where.guards
				: withGuard(where.guards, { path: guard, truthy, each: true });
		const scope = place === undefined ? where.scope : enterEach(where.scope, place, names);
		const [body, otherwise] = this.#branches(
			tag,
			() => this.#program(node.program, { scope, guards: given(true) }),
			() => this.#program(node.inverse, { scope: where.scope, guards: given(false) }),
			true,
		);
		if (typed === undefined) return [];
		return [
			{
				kind: 'each',
				list: typed.expression,
				body,
				otherwise,
				...this.#findings.positionOf(tag.start),
			},
		];
	}

	/** Both branches start where the block starts, and have to end at one place of the HTML; so has each turn of a loop. */
	#branches(
		tag: Tag,
		body: () => CompiledNode[],
		otherwise: () => CompiledNode[],
		repeats = false,
	): [CompiledNode[], CompiledNode[]] {
		const start = enterBlock(this.#html);
		this.#html = start;
		if (repeats) this.#html = { ...start, run: runInLoop(start.run) };
		const first = body();
		const afterBody = this.#html;
		if (repeats) this.#places.endTurn(start, afterBody);
		this.#html = start;
		const second = otherwise();
		const joined = joinHtml(afterBody, this.#html);
		if (joined === undefined || (repeats && !endsAsItStarts(start, afterBody))) {
			const message =
				'The branches of this block end at different places of the HTML, such as inside and outside of a tag.';
			this.#findings.error('branches_differ', tag, message);
		} else if (repeats && !repeatsAlike(start, afterBody)) {
			const message =
				'Each turn of this loop would go on with the address that the turn before began. Begin the address before the loop, up to its first /, or put the whole link into the loop.';
			this.#findings.error('branches_differ', tag, message);
		}
		this.#html = leaveBlock(joined ?? afterBody);
		if (repeats) this.#html = { ...this.#html, run: runAfterLoop(start.run, this.#html.run) };
		return [first, second];
	}
}

function appendText(nodes: CompiledNode[], text: string): void {
	const last = nodes.length - 1;
	const before = nodes[last];
	if (typeof before === 'string') nodes[last] = before + text;
	else if (text !== '') nodes.push(text);
}

function addressOf(typed: Typed | undefined): 'own' | 'foreign' | 'none' {
	if (typed?.type !== 'url' && typed?.type !== 'any') return 'none';
	return typed.secret ? 'own' : 'foreign';
}

/** Dates are written for their reader unless a filter says how. */
function withDates(expression: Expression): Expression {
	if (expression.kind === 'call' && expression.filter === 'default') {
		return { ...expression, input: withDates(expression.input) };
	}
	const bare = expression.kind === 'path' || expression.kind === 'now';
	return bare ? { kind: 'call', filter: 'date', input: expression, args: [] } : expression;
}
