import { escapeFallback } from './escape.ts';
import type { CompiledNode, EachNode, Expression, IfNode, PrintNode, Sink } from './nodes.ts';
import type { CompiledText } from './types.ts';

/** Nodes in the form that runs fastest: each step with the literal text that follows it. */
export interface Program {
	/** The literal text before the first step. */
	readonly head: string;
	readonly steps: readonly Step[];
	/** Of all its literal text. */
	readonly length: number;
}

export interface Step extends Source {
	readonly node: PrintNode | IfNode | EachNode;
	readonly isPrint: boolean;
	/** The sink, where a text may turn out to be plain for it. */
	readonly look: Sink | 'none';
	/** What is printed in place of a missing value, escaped for its place; undefined without a plain fallback. */
	readonly fallback: string | undefined;
	readonly tail: string;
	/** For a value that is the same for every recipient: what it printed last. */
	readonly memo: { value: unknown; printed: string } | undefined;
	/** Of a block; empty for a print. */
	readonly body: Program;
	readonly otherwise: Program;
}

/** Where a step's value is read. Nearly all are plain paths, which need no walk through an expression. */
interface Source {
	readonly isPath: boolean;
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

const empty: Program = { head: '', steps: [], length: 0 };

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

function programOf(nodes: readonly CompiledNode[], roots: string[]): Program {
	let head = '';
	let length = 0;
	const steps: (Omit<Step, 'tail'> & { tail: string })[] = [];
	for (const node of nodes) {
		if (typeof node === 'string') {
			const last = steps.at(-1);
			if (last === undefined) head += node;
			else last.tail += node;
			length += node.length;
		} else {
			steps.push(node.kind === 'print' ? printStep(node, roots) : blockStep(node, roots));
		}
	}
	for (const step of steps) step.tail = flat(step.tail);
	return { head: flat(head), steps, length };
}

/** The same text in one piece: V8 keeps what was cut out or put together as views and trees, which cost time at each use. */
function flat(text: string): string {
	return JSON.parse(JSON.stringify(text)) as string;
}

function printStep(node: PrintNode, roots: string[]): Step {
	const { input, text } = withoutFallback(node.value);
	const fallback = text === undefined || text === '' ? text : escapeFallback(node, text);
	return {
		...sourceOf(fallback === undefined ? node.value : input, roots),
		node,
		isPrint: true,
		look: node.inComment || node.constant ? 'none' : node.sink,
		fallback,
		tail: '',
		memo: node.constant ? { value: undefined, printed: '' } : undefined,
		body: empty,
		otherwise: empty,
	};
}

function blockStep(node: IfNode | EachNode, roots: string[]): Step {
	return {
		...sourceOf(node.kind === 'if' ? node.test : node.list, roots),
		node,
		isPrint: false,
		look: 'none',
		fallback: undefined,
		tail: '',
		memo: undefined,
		body: programOf(node.body, roots),
		otherwise: programOf(node.otherwise, roots),
	};
}

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
		return { isPath: false, root: -1, frame: 0, names: [], name: '', expression };
	}
	const { frame, path } = expression;
	const [first = ''] = path;
	if (frame === 0 && !roots.includes(first)) roots.push(first);
	const root = frame > 0 ? -1 : roots.indexOf(first);
	const names = frame > 0 ? path : path.slice(1);
	const name = names.length === 1 ? (names[0] ?? '') : '';
	return { isPath: true, root, frame, names, name, expression };
}
