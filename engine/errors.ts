import { limits } from './limits.ts';
import type { Finding, Need, Position } from './types.ts';

/** A text cannot be compiled or rendered. `findings` says all that is wrong, each with its position. */
export class TemplateError extends Error {
	readonly findings: readonly Finding[];
	/** Which values a text that does not compile uses, as far as its tags could be read; absent where reading stopped before the end, and of a render. */
	readonly uses: readonly Need[] | undefined;

	constructor(findings: readonly Finding[], uses?: readonly Need[]) {
		super(findings.map(describe).join('\n'));
		this.name = 'TemplateError';
		this.findings = findings;
		this.uses = uses;
	}
}

function describe({ line, column, message }: Finding): string {
	return `${line}:${column} ${message}`;
}

/** A limit was exceeded by values that a filter takes; the render it happens in knows the place. */
export class LimitError extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

/** A range of the source. */
export interface Span {
	start: number;
	end: number;
}

/** Collects findings of one source text; offsets become lines and columns. */
export class Findings {
	#all: Finding[] = [];
	/** Where the tags start whose inside could not be read: nothing more is to be said about them. */
	readonly unreadable = new Set<number>();
	readonly #counts = new Map<Finding['severity'], number>();
	readonly #lineStarts: number[] = [0];

	constructor(source: string) {
		for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
			this.#lineStarts.push(at + 1);
		}
	}

	get all(): readonly Finding[] {
		return this.#all;
	}

	/** 1-based line and column of an offset. */
	positionOf(offset: number): { line: number; column: number } {
		let low = 0;
		let high = this.#lineStarts.length;
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.#lineStarts[middle] ?? Infinity) <= offset) low = middle;
			else high = middle;
		}
		return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
	}

	add(severity: Finding['severity'], code: string, at: Span, message: string, fix?: string): void {
		const known = this.#counts.get(severity) ?? 0;
		if (known >= limits.findings) return;
		this.#counts.set(severity, known + 1);
		this.#all.push({
			code,
			severity,
			...this.positionOf(at.start),
			length: at.end - at.start,
			message,
			...(fix === undefined ? {} : { fix }),
		});
	}

	/** Takes back what was said about this part of the text. */
	forget({ start, end }: Span): void {
		const [from, to] = [this.positionOf(start), this.positionOf(end)];
		const isBefore = (a: Position, b: Position) =>
			a.line < b.line || (a.line === b.line && a.column < b.column);
		const stays = (finding: Finding) => isBefore(finding, from) || !isBefore(finding, to);
		for (const { severity } of this.#all.filter((finding) => !stays(finding))) {
			// Room for what is said in its place: an error that is not told would let the text compile.
			this.#counts.set(severity, (this.#counts.get(severity) ?? 0) - 1);
		}
		this.#all = this.#all.filter(stays);
	}

	error(code: string, at: Span, message: string, fix?: string): void {
		this.add('error', code, at, message, fix);
	}

	warn(code: string, at: Span, message: string, fix?: string): void {
		this.add('warning', code, at, message, fix);
	}

	/** Reports a tag whose inside cannot be read. */
	unread(code: string, at: Span, message: string): void {
		this.error(code, at, message);
		this.unreadable.add(at.start);
	}

	/** Reports what makes going on pointless, such as a limit, and throws. */
	stop(code: string, at: Span, message: string): never {
		this.error(code, at, message);
		throw new TemplateError(this.all);
	}
}
