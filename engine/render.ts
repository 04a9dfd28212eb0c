import { LimitError, TemplateError } from './errors.ts';
import { escapePrint, isPlain, oneLine } from './escape.ts';
import { evaluate, type Data, type Turn } from './evaluate.ts';
import { limits } from './limits.ts';
import { knownLocale, knownTimeZone, type Locality } from './locality.ts';
import type { EachNode, Expression, PrintNode } from './nodes.ts';
import { readItem, readOwn } from './own.ts';
import { prepare, type Prepared, type Program, type Step, withoutFallback } from './prepare.ts';
import type { CompiledText, Fallback, Finding, Rendered, RenderOptions, Values } from './types.ts';
import { isTruthy, namesOf, toText } from './words.ts';

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
	const text = run.program(prepared.program, '');
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
	const pieces = run.pieces(prepared.program);
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
	/** How long the text may become. */
	#room: number = limits.outputCharacters;

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

	/** What each step prints at the top, without the literal text between. */
	pieces(program: Program): string[] {
		this.#enter(program);
		this.#room -= program.length;
		return program.steps.map((step) => {
			const piece = this.#step(step, '');
			if (piece.length > this.#room) throw tooLong(step.node);
			this.#room -= piece.length;
			return piece;
		});
	}

	/** Appends what a program prints. */
	program(program: Program, before: string): string {
		this.#enter(program);
		const { head, steps } = program;
		let out = before + head;
		// An index is quicker here than an iterator: this runs for every value of every e-mail.
		for (let at = 0; at < steps.length; at++) {
			const step = steps[at];
			if (step === undefined) break;
			out = this.#step(step, out) + step.tail;
			if (out.length > this.#room) throw tooLong(step.node);
		}
		return out;
	}

	#step(step: Step, before: string): string {
		return step.isPrint ? before + this.#print(step) : this.#block(step, before);
	}

	#enter({ steps }: Program): void {
		const [first] = steps;
		this.#steps += steps.length;
		if (first !== undefined && this.#steps > limits.steps) {
			const message = `A render runs at most ${limits.steps} tags.`;
			throw limitError('too_many_steps', message, first.node);
		}
	}

	#block(step: Step, before: string): string {
		const { node } = step;
		const value = this.#read(step);
		if (node.kind === 'each') return this.#each(step, node, value, before);
		const holds = node.kind === 'if' && isTruthy(value, node.zero);
		return this.program(holds ? step.body : step.otherwise, before);
	}

	#read(step: Step): unknown {
		const { root, name } = step;
		if (name === '') return this.#readAll(step);
		return readOwn(root === -1 ? this.turns[step.frame - 1]?.item : this.#rows[root], name);
	}

	#readAll({ isPath, root, frame, names, expression, node }: Step): unknown {
		if (!isPath) return this.#evaluate(expression, node);
		let value = root === -1 ? this.turns[frame - 1]?.item : this.#rows[root];
		for (const name of names) value = readOwn(value, name);
		return value;
	}

	#evaluate(expression: Expression, node: Step['node']): unknown {
		try {
			return evaluate(expression, this);
		} catch (error) {
			throw error instanceof LimitError ? limitError(error.code, error.message, node) : error;
		}
	}

	#print(step: Step): string {
		const value = this.#read(step);
		if (typeof value === 'string') {
			const { memo } = step;
			if (memo?.value === value) return memo.printed;
			if (isPlain(step.look, value)) return value;
		}
		return this.#printOther(step, value);
	}

	/** Prints what needs a second look, or is missing. */
	#printOther(step: Step, value: unknown): string {
		const { node, memo } = step;
		if (node.kind !== 'print') return '';
		const text = toText(value);
		const escaped = text === undefined ? undefined : escapePrint(node, text);
		const printed = escaped ?? this.#instead(step, node) ?? '';
		if (memo !== undefined && escaped !== undefined && typeof value === 'string')
			Object.assign(memo, { value, printed });
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

	#each(step: Step, node: EachNode, list: unknown, before: string): string {
		const keys = Array.isArray(list) ? undefined : namesOf(list);
		const length = Array.isArray(list) ? list.length : (keys?.length ?? 0);
		if (length === 0) return this.program(step.otherwise, before);
		if (length > limits.loopItems) {
			const message = `A loop has at most ${limits.loopItems} items.`;
			throw limitError('too_many_items', message, node);
		}
		const turn: Turn = { item: undefined, key: 0, index: 0, length };
		this.turns.push(turn);
		let out = before;
		for (let index = 0; index < length; index++) {
			turn.index = index;
			turn.key = keys?.[index] ?? index;
			turn.item = keys === undefined ? readItem(list, index) : readOwn(list, turn.key);
			out = this.program(step.body, out);
		}
		this.turns.pop();
		return out;
	}
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
