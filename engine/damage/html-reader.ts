import type { Head } from '../candidate.ts';
import { readHtml } from '../contexts.ts';
import type { Span } from '../errors.ts';
import { afterValue, htmlStart, type HtmlState } from '../html-state.ts';

/** Says where in the HTML a place of the source is. Reads the source once, and only as far as it is asked. */
export class HtmlReader {
	readonly #source: string;
	#state: HtmlState = htmlStart;
	/** Up to where the HTML has been read. */
	#read = 0;
	/** Tags after that. */
	#unread: (Span & { head: Head })[] = [];

	constructor(source: string) {
		this.#source = source;
	}

	/** The walk has passed a tag. */
	passed(tag: Span & { head: Head }): void {
		this.#unread.push(tag);
	}

	/** The state at an offset, which must not be before the last one asked for. */
	stateAt(offset: number): HtmlState {
		for (const { start, end, head } of this.#unread) {
			this.#readText(start);
			if (head.sigil === '' && head.word !== 'else') {
				this.#state = afterValue(this.#state, { whole: true });
			}
			this.#read = end;
		}
		this.#unread = [];
		this.#readText(offset);
		return this.#state;
	}

	#readText(end: number): void {
		if (end <= this.#read) return;
		this.#state = readHtml(this.#state, this.#source.slice(this.#read, end), this.#read);
		this.#read = end;
	}
}
