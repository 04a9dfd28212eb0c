import { TemplateError } from './errors.ts';
import { escapePrint, isPlain, oneLine } from './escape.ts';
import { evaluate, type Data, type Turn } from './evaluate.ts';
import { limits } from './limits.ts';
import { knownLocale, knownTimeZone, type Locality } from './locality.ts';
import type { EachNode, IfNode, PrintNode } from './nodes.ts';
import { readItem, readOwn } from './own.ts';
import {
	flat,
	prepare,
	type Prepared,
	type Program,
	type Source,
	type Step,
	withoutFallback,
	withoutTails,
} from './prepare.ts';
import type { CompiledText, Fallback, Finding, Rendered, RenderOptions, Values } from './types.ts';
import { isTruthy, toText } from './words.ts';

/**
 * Renders a compiled text for one recipient. Throws TemplateError with a finding `value_missing` for each value that is required
 * and missing, or with the finding of the limit that was exceeded.
 */
export function render(
	compiledText: CompiledText,
	values: Values,
	options: RenderOptions,
): Rendered {
	const prepared = prepare(compiledText);
	const run = new Run(prepared, values, options);
	const text = run.program(prepared.program);
	if (run.blocking.length > 0) throw new TemplateError(run.blocking);
	return {
		text: compiledText.context === 'subject' ? oneLine(text) : text,
		missing: run.missing,
		fallbacks: run.fallbacks,
	};
}

/**
 * What each value and each block at the top of a text prints for one recipient, in order and without the literal text between. Reports
 * and throws as `render` does; not for subjects, which are one line only as a whole.
 */
export function renderPieces(
	compiledText: CompiledText,
	values: Values,
	options: RenderOptions,
): { pieces: string[]; missing: string[] } {
	const prepared = prepare(compiledText);
	const run = new Run(prepared, values, options);
	const pieces = run.pieces(withoutTails(prepared.program));
	if (run.blocking.length > 0) throw new TemplateError(run.blocking);
	return { pieces, missing: run.missing };
}

class Run implements Data {
	/** Paths of what was missing and printed as nothing. */
	readonly missing: string[] = [];
	/** What was printed in place of what was missing. */
	readonly fallbacks: Fallback[] = [];
	/** What stops the render; collected, so that all is told at once. */
	readonly blocking: Finding[] = [];
	readonly values: Values;
	readonly turns: Turn[] = [];
	readonly #options: RenderOptions;
	readonly #rows: unknown[] = [];
	/** Where `fallbacks` has been told of it: a loop comes by often. */
	#fellBack: Set<PrintNode> | undefined;
	#here: Locality | undefined;
	#steps = 0;
	#characters = 0;

	constructor({ roots }: Prepared, values: Values, options: RenderOptions) {
		this.values = values;
		this.#options = options;
		for (const root of roots) this.#rows.push(readOwn(values, root));
	}

	get here(): Locality {
		const { locale, timeZone, now } = this.#options;
		this.#here ??= { locale: knownLocale(locale), timeZone: knownTimeZone(timeZone), now };
		return this.#here;
	}

	pieces(program: Program): string[] {
		this.#enter(program);
		return program.steps.map((step) => {
			const printed = this.#step(step);
			if (this.#characters > limits.outputCharacters) throw tooLong(step.node);
			return printed;
		});
	}

	program(program: Program): string {
		this.#enter(program);
		const { head, steps } = program;
		let out = head;
		// An index is quicker here than an iterator: this runs for every value of every e-mail.
		for (let at = 0; at < steps.length; at++) {
			const step = steps[at];
			if (step === undefined) break;
			out += this.#step(step);
			if (this.#characters > limits.outputCharacters) throw tooLong(step.node);
		}
		return out;
	}

	#enter({ head, steps }: Program): void {
		const [first] = steps;
		this.#steps += steps.length;
		if (first !== undefined && this.#steps > limits.steps) {
			const message = `A render runs at most ${limits.steps} tags.`;
			throw limitError('too_many_steps', message, first.node);
		}
		this.#characters += head.length;
	}

	/** What a step prints, and the literal text after it. */
	#step(step: Step): string {
		const { node } = step;
		return node.kind === 'print' ? this.#print(step, node) : this.#block(step, node);
	}

	#block(step: Step, node: IfNode | EachNode): string {
		this.#characters += step.tail.length;
		const value = this.#read(step.source);
		if (node.kind === 'each') return this.#each(step, node, value) + step.tail;
		return this.program(isTruthy(value, node.zero) ? step.body : step.otherwise) + step.tail;
	}

	#read(source: Source): unknown {
		const { root, frame, name } = source;
		if (name === '') return this.#readAll(source);
		return readOwn(root === -1 ? this.turns[frame - 1]?.item : this.#rows[root], name);
	}

	#readAll({ kind, root, frame, names, expression }: Source): unknown {
		if (kind === 'other') return evaluate(expression, this);
		let value = root === -1 ? this.turns[frame - 1]?.item : this.#rows[root];
		for (const name of names) value = readOwn(value, name);
		return value;
	}

	#print(step: Step, node: PrintNode): string {
		const value = this.#read(step.source);
		const { memo, tail } = step;
		if (typeof value === 'string') {
			if (memo?.value === value) {
				this.#characters += memo.printed.length;
				return memo.printed;
			}
			if (memo === undefined && isPlain(node, value)) {
				this.#characters += value.length + tail.length;
				return value + tail;
			}
		}
		return this.#printOther(step, node, value);
	}

	/** Prints what needs a second look, or is missing. */
	#printOther(step: Step, node: PrintNode, value: unknown): string {
		const { memo, tail } = step;
		const text = toText(value);
		const escaped = text === undefined ? undefined : escapePrint(node, text);
		if (escaped === undefined) {
			const instead = (this.#instead(step, node) ?? '') + tail;
			this.#characters += instead.length;
			return instead;
		}
		const printed = escaped + tail;
		this.#characters += printed.length;
		if (memo !== undefined && typeof value === 'string')
			Object.assign(memo, { value, printed: flat(printed) });
		return printed;
	}

	/** What is printed in place of a missing value, if anything. */
	#instead({ fallback }: Step, node: PrintNode): string | undefined {
		if (fallback === undefined) {
			this.#miss(node);
			return undefined;
		}
		if (this.#fellBack?.has(node) !== true) this.#tellFallback(node);
		return fallback;
	}

	#tellFallback(node: PrintNode): void {
		this.#fellBack ??= new Set();
		this.#fellBack.add(node);
		const { name: path, value } = node;
		const text = withoutFallback(value).text ?? '';
		const isKnown = this.fallbacks.some((known) => known.path === path && known.text === text);
		if (path !== '' && !isKnown) this.fallbacks.push({ path, text });
	}

	#miss({ name, required, line, column }: PrintNode): void {
		if (!required && this.#options.onMissing === 'empty') {
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

	#each(step: Step, node: EachNode, list: unknown): string {
		const keys = Array.isArray(list) ? undefined : namesOf(list);
		const length = Array.isArray(list) ? list.length : (keys?.length ?? 0);
		if (length === 0) return this.program(step.otherwise);
		if (length > limits.loopItems) {
			const message = `A loop has at most ${limits.loopItems} items.`;
			throw limitError('too_many_items', message, node);
		}
		const turn: Turn = { item: undefined, key: 0, index: 0, length };
		this.turns.push(turn);
		let out = '';
		for (let index = 0; index < length; index++) {
			turn.index = index;
			turn.key = keys?.[index] ?? index;
			turn.item = keys === undefined ? readItem(list, index) : readOwn(list, turn.key);
			out += this.program(step.body);
		}
		this.turns.pop();
		return out;
	}
}

function namesOf(list: unknown): string[] {
	return typeof list === 'object' && list !== null ? Object.keys(list) : [];
}

function tooLong(at: { line: number; column: number }): TemplateError {
	const message = `A rendered text has at most ${limits.outputCharacters} characters.`;
	return limitError('output_too_long', message, at);
}

function limitError(
	code: string,
	message: string,
	{ line, column }: { line: number; column: number },
): TemplateError {
	return new TemplateError([{ code, severity: 'error', line, column, length: 0, message }]);
}
