import { OpenBlocks } from '../blocks.ts';
import { blockNames, recognise, type Head } from '../candidate.ts';
import type { Span } from '../errors.ts';
import { findFilter } from '../filters.ts';
import { limits } from '../limits.ts';
import { resolve, type Scope } from '../scope.ts';
import type { Catalogue, CatalogueValue } from '../types.ts';

/** A tag with its brackets, and its head. */
interface TagHere {
	text: string;
	head: Head;
}

/** What is known at a place of the text: the catalogue, and the blocks around. */
export class KnownNames {
	readonly #catalogue: Catalogue;
	readonly #blocks: OpenBlocks;
	/** For each open block, whether guillemets opened it. */
	readonly #quoted: boolean[] = [];

	constructor(catalogue: Catalogue) {
		this.#catalogue = catalogue;
		this.#blocks = new OpenBlocks(catalogue);
	}

	get scope(): Scope {
		return this.#blocks.scope;
	}

	/** Whether what stands at this place of the source is a tag as it is. */
	isTagAt(source: string, head: Head): boolean {
		const { scope, names } = this.#blocks;
		return recognise(head, source, scope, names, this.#catalogue) === 'tag';
	}

	/** Whether the tag would be one if it stood here. */
	isTag({ text, head }: TagHere): boolean {
		const { scope, names } = this.#blocks;
		const verdict = recognise(head, text, scope, names, this.#catalogue);
		return typeof verdict === 'function' ? verdict() !== undefined : verdict === 'tag';
	}

	/** Guillemets are quotation marks, too: between them only what cannot be prose is a tag. */
	isNoQuotation({ head: { sigil, reference, word } }: TagHere): boolean {
		if (this.#quoted.at(-1) === true) return true;
		if (sigil === '#' || sigil === '/') return blockNames.includes(word);
		return sigil === '' && this.#catalogue.find(reference?.parts ?? []) !== undefined;
	}

	/** Whether the tag prints a whole URL. */
	isWholeUrl(head: Head, text: string): boolean {
		const isChanged = [...text.matchAll(/\|\s*(\w+)/g)].some(
			([, name = '']) => findFilter(name)?.takes !== undefined && name !== 'to',
		);
		return head.sigil === '' && !isChanged && this.valueOf(head)?.type === 'url';
	}

	/** The value of the catalogue that a path means here. */
	valueOf({ reference }: Head): CatalogueValue | undefined {
		const place = reference && resolve(reference, this.#blocks.scope, this.#catalogue);
		return place?.kind === 'place' && place.frame === 0
			? this.#catalogue.find(place.absolute)
			: undefined;
	}

	/** Opens and closes blocks as the tag says. */
	follow({ head, text, start, end }: TagHere & Span, quoted: boolean): void {
		const { sigil, word } = head;
		if ((sigil === '#' || sigil === '^') && blockNames.includes(word)) {
			if (this.#blocks.depth >= limits.depth) return;
			const at = text.indexOf(word, 2) + word.length;
			const expression = text.slice(at, text.lastIndexOf('>>')).replace(/~$/, '').trim();
			this.#blocks.open(word, expression, { start, end });
			this.#quoted.push(quoted);
		} else if (sigil === '/' && this.#blocks.names.includes(word)) {
			while (this.#blocks.close()?.name !== word) this.#quoted.pop();
			this.#quoted.pop();
		} else if (word === 'else' || sigil === '^') {
			this.#blocks.turn(/\belse\s*\w/.test(text));
		}
	}
}
