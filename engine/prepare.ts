import type { CompiledNode, EachNode, IfNode, PrintNode } from './nodes.ts';
import type { CompiledText } from './types.ts';

/** Nodes in the form that runs fastest: each step with the literal text that follows it. */
export interface Program {
	/** The literal text before the first step. */
	readonly head: string;
	readonly steps: readonly Step[];
	/** All literal text together. */
	readonly literalCharacters: number;
}

export interface Step {
	readonly node: PrintNode | IfNode | EachNode;
	readonly tail: string;
	/** Of a block; empty for a print. */
	readonly body: Program;
	readonly otherwise: Program;
}

const empty: Program = { head: '', steps: [], literalCharacters: 0 };

/** A text is rendered thousands of times: its steps are made once for as long as it lives. */
const prepared = new WeakMap<CompiledText, Program>();

export function prepare(compiledText: CompiledText): Program {
	let program = prepared.get(compiledText);
	if (program === undefined) {
		program = programOf(compiledText.nodes);
		prepared.set(compiledText, program);
	}
	return program;
}

function programOf(nodes: readonly CompiledNode[]): Program {
	let head = '';
	let literalCharacters = 0;
	const steps: { node: Step['node']; tail: string; body: Program; otherwise: Program }[] = [];
	for (const node of nodes) {
		if (typeof node === 'string') {
			literalCharacters += node.length;
			const last = steps.at(-1);
			if (last === undefined) head += node;
			else last.tail += node;
		} else if (node.kind === 'print') {
			steps.push({ node, tail: '', body: empty, otherwise: empty });
		} else {
			const { body, otherwise } = node;
			steps.push({ node, tail: '', body: programOf(body), otherwise: programOf(otherwise) });
		}
	}
	return { head, steps, literalCharacters };
}
