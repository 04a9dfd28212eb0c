import { escapePrint } from './escape.ts';
import type { CompiledNode, EachNode, Expression, IfNode, PrintNode } from './nodes.ts';
import type { CompiledText } from './types.ts';

/** Nodes in the form that runs fastest: each step with the literal text that follows it. */
export interface Program {
	/** The literal text before the first step. */
	readonly head: string;
	readonly steps: readonly Step[];
}

export interface Step {
	readonly node: PrintNode | IfNode | EachNode;
	readonly source: Source;
	/** What is printed in place of a missing value, escaped for its place; undefined without a plain fallback. */
	readonly fallback: string | undefined;
	readonly tail: string;
	/** For a value that is the same for every recipient: what it printed last, with the tail. */
	readonly memo: { value: unknown; printed: string } | undefined;
	/** Of a block; empty for a print. */
	readonly body: Program;
	readonly otherwise: Program;
}

/** Where a step's value is read. Nearly all are plain paths, which need no walk through an expression. */
export interface Source {
	readonly kind: 'path' | 'other';
	/** A path's first segment, by its place in `Prepared.roots`; -1 for a loop's item. */
	readonly root: number;
	readonly frame: number;
	readonly names: readonly string[];
	/** The only one of the names; '' when there are more, or none. */
	readonly name: string;
	readonly expression: Expression;
}

export interface Prepared {
	readonly program: Program;
	/** First segments of paths: each is looked up once a render. */
	readonly roots: readonly string[];
}

const empty: Program = { head: '', steps: [] };

/** A text is rendered thousands of times: its steps are made once for as long as it lives. */
const known = new WeakMap<CompiledText, Prepared>();

export function prepare(compiledText: CompiledText): Prepared {
	let prepared = known.get(compiledText);
	if (prepared === undefined) {
		const roots: string[] = [];
		prepared = { program: programOf(compiledText.nodes, roots), roots };
		known.set(compiledText, prepared);
	}
	return prepared;
}

const apart = new WeakMap<Program, Program>();

/** The same steps, each without the literal text after it: all of that is the head, so that it counts for limits. */
export function withoutTails(program: Program): Program {
	let made = apart.get(program);
	if (made === undefined) {
		const { head, steps } = program;
		const bare = ({ memo }: Step) => ({
			tail: '',
			memo: memo && { value: undefined, printed: '' },
		});
		made = {
			head: head + steps.map(({ tail }) => tail).join(''),
			steps: steps.map((step) => ({ ...step, ...bare(step) })),
		};
		apart.set(program, made);
	}
	return made;
}

function programOf(nodes: readonly CompiledNode[], roots: string[]): Program {
	let head = '';
	const steps: (Omit<Step, 'tail'> & { tail: string })[] = [];
	for (const node of nodes) {
		if (typeof node === 'string') {
			const last = steps.at(-1);
			if (last === undefined) head += node;
			else last.tail += node;
		} else {
			steps.push(node.kind === 'print' ? printStep(node, roots) : blockStep(node, roots));
		}
	}
	return { head: flat(head), steps: steps.map((step) => ({ ...step, tail: flat(step.tail) })) };
}

/** The same text in one piece: V8 keeps what was cut out or put together as views and trees, which cost time at each use. */
export function flat(text: string): string {
	return JSON.parse(JSON.stringify(text)) as string;
}

function printStep(node: PrintNode, roots: string[]): Step {
	const { value } = node;
	const { input, text } = withoutFallback(value);
	const fallback = text === undefined || text === '' ? text : escapePrint(node, text);
	const plain = fallback === undefined ? value : input;
	const memo = node.constant ? { value: undefined, printed: '' } : undefined;
	return { ...blank, node, fallback, memo, source: sourceOf(plain, roots) };
}

function blockStep(node: IfNode | EachNode, roots: string[]): Step {
	return {
		...blank,
		node,
		source: sourceOf(node.kind === 'if' ? node.test : node.list, roots),
		body: programOf(node.body, roots),
		otherwise: programOf(node.otherwise, roots),
	};
}

const blank = {
	fallback: undefined,
	tail: '',
	memo: undefined,
	body: empty,
	otherwise: empty,
} as const;

/** `value | text`: the text is printed as it is wherever the value prints nothing. */
export function withoutFallback(value: Expression): {
	input: Expression;
	text: string | undefined;
} {
	if (value.kind !== 'call' || value.filter !== 'default') return { input: value, text: undefined };
	const [text] = value.args;
	if (text?.kind !== 'literal') return { input: value, text: undefined };
	return { input: value.input, text: String(text.value) };
}

function sourceOf(expression: Expression, roots: string[]): Source {
	if (expression.kind !== 'path') {
		return { kind: 'other', root: -1, frame: 0, names: [], name: '', expression };
	}
	const { frame, path } = expression;
	const [first = ''] = path;
	const names = frame > 0 ? path : path.slice(1);
	const [only = ''] = names;
	const at = { kind: 'path', frame, names, name: names.length === 1 ? only : '' } as const;
	if (frame > 0) return { ...at, root: -1, expression };
	if (!roots.includes(first)) roots.push(first);
	return { ...at, root: roots.indexOf(first), expression };
}
