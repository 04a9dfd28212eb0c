import { isTruthy } from './analyse.ts';
import { TemplateError } from './errors.ts';
import { escapeFor, oneLine } from './escape.ts';
import { evaluate, type Data, type Turn } from './evaluate.ts';
import { limits } from './limits.ts';
import { knownLocale, knownTimeZone } from './locality.ts';
import type { EachNode, PrintNode } from './nodes.ts';
import { readOwn } from './own.ts';
import { prepare, type Program, type Step } from './prepare.ts';
import type { CompiledText, Finding, Rendered, RenderOptions, Values } from './types.ts';
import { toText } from './words.ts';

/**
 * Renders a compiled text for one recipient. Throws TemplateError with a finding `value_missing` for each value that is required
 * and missing, or with the finding of the limit that was exceeded.
 */
export function render(
	compiledText: CompiledText,
	values: Values,
	{ locale, timeZone, now, onMissing }: RenderOptions,
): Rendered {
	const here = { locale: knownLocale(locale), timeZone: knownTimeZone(timeZone), now };
	const run = new Run({ values, turns: [], here }, onMissing === 'block');
	const text = run.program(prepare(compiledText));
	if (run.blocking.length > 0) throw new TemplateError(run.blocking);
	return {
		text: compiledText.context === 'subject' ? oneLine(text) : text,
		missing: run.missing,
	};
}

class Run {
	/** Paths of what was missing and printed as nothing. */
	readonly missing: string[] = [];
	/** What stops the render; collected, so that all is told at once. */
	readonly blocking: Finding[] = [];
	readonly #data: Data & { turns: Turn[] };
	readonly #blocksAll: boolean;
	#steps = 0;
	#characters = 0;

	constructor(data: Data & { turns: Turn[] }, blocksAll: boolean) {
		this.#data = data;
		this.#blocksAll = blocksAll;
	}

	program(program: Program): string {
		const { steps } = program;
		const [first] = steps;
		this.#steps += steps.length;
		if (first !== undefined && this.#steps > limits.steps) {
			throw limitError('too_many_steps', `A render runs at most ${limits.steps} tags.`, first.node);
		}
		this.#grow(program.literalCharacters, first);
		let out = program.head;
		for (const step of steps) {
			out += this.#step(step);
			out += step.tail;
		}
		return out;
	}

	#step(step: Step): string {
		const { node } = step;
		if (node.kind === 'print') return this.#print(step, node);
		if (node.kind === 'each') return this.#each(step, node);
		const holds = isTruthy(evaluate(node.test, this.#data), node.zero);
		return this.program(holds ? step.body : step.otherwise);
	}

	#print(step: Step, node: PrintNode): string {
		const text = toText(evaluate(node.value, this.#data));
		const escaped = text === undefined ? undefined : escapeFor(node.sink, text);
		if (escaped === undefined) {
			this.#miss(node);
			return '';
		}
		this.#grow(escaped.length, step);
		return escaped;
	}

	#grow(characters: number, step: Step | undefined): void {
		this.#characters += characters;
		if (this.#characters <= limits.outputCharacters) return;
		const message = `A rendered text has at most ${limits.outputCharacters} characters.`;
		throw limitError('output_too_long', message, step?.node ?? { line: 1, column: 1 });
	}

	#miss({ name, required, line, column }: PrintNode): void {
		if (!required && !this.#blocksAll) {
			if (name !== '' && !this.missing.includes(name)) this.missing.push(name);
			return;
		}
		const message = `“${name}” is missing.`;
		if (this.blocking.some((finding) => finding.message === message)) return;
		this.blocking.push({
			code: 'value_missing',
			severity: 'error',
			line,
			column,
			length: 0,
			message,
		});
	}

	#each(step: Step, node: EachNode): string {
		const list = evaluate(node.list, this.#data);
		const keys = keysOf(list, node);
		if (keys.length === 0) return this.program(step.otherwise);
		const { turns } = this.#data;
		const turn: Turn = { item: undefined, key: 0, index: 0, length: keys.length };
		turns.push(turn);
		let out = '';
		for (const key of keys) {
			turn.item = readOwn(list, String(key));
			turn.key = key;
			out += this.program(step.body);
			turn.index++;
		}
		turns.pop();
		return out;
	}
}

/** What a loop runs over: the places of an array, or the own names of a plain object. */
function keysOf(list: unknown, node: EachNode): (string | number)[] {
	if (typeof list !== 'object' || list === null) return [];
	const keys = Array.isArray(list) ? indexes(list.length, node) : Object.keys(list);
	if (keys.length > limits.loopItems) throw tooManyItems(node);
	return keys;
}

function indexes(length: number, node: EachNode): number[] {
	if (length > limits.loopItems) throw tooManyItems(node);
	return Array.from({ length }, (_, index) => index);
}

function tooManyItems(node: EachNode): TemplateError {
	return limitError('too_many_items', `A loop has at most ${limits.loopItems} items.`, node);
}

function limitError(
	code: string,
	message: string,
	{ line, column }: { line: number; column: number },
): TemplateError {
	return new TemplateError([{ code, severity: 'error', line, column, length: 0, message }]);
}
