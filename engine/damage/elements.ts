import type { Span } from '../errors.ts';

/** A tag of ours that closes a block, `<</if>>`, is no end tag. */
const endTag = /(?<!<)<\/([a-z_][^\s<>/]*)\s*>/gi;

/** Elements of HTML: an end tag of one of these is no trace of a tag of ours. */
const htmlElements = new Set(
	'a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta meter nav noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp script search section select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr'.split(
		' ',
	),
);

/** Tags that an HTML parser took for elements, and the end tags that it made for them. */
export class ElementTags {
	readonly #source: string;
	readonly #opened = new Map<string, number[]>();
	#ended: ReadonlySet<string> | undefined;

	constructor(source: string) {
		this.#source = source;
	}

	/** Whether there is an end tag of this name, which no author writes. */
	hasEnd(name: string): boolean {
		this.#ended ??= new Set(
			[...this.#source.matchAll(endTag)].map(([, ended = '']) => ended.toLowerCase()),
		);
		return !htmlElements.has(name.toLowerCase()) && this.#ended.has(name.toLowerCase());
	}

	/** A tag at this place may have an end tag after it. */
	opened(name: string, at: number): void {
		const key = name.toLowerCase();
		if (htmlElements.has(key)) return;
		const places = this.#opened.get(key);
		if (places === undefined) this.#opened.set(key, [at]);
		else places.push(at);
	}

	/** The end tags that belong to those tags: as many as there were tags before them. */
	ends(): Span[] {
		if (this.#opened.size === 0) return [];
		const ends: Span[] = [];
		const used = new Map<string, number>();
		for (const match of this.#source.matchAll(endTag)) {
			const key = (match[1] ?? '').toLowerCase();
			const next = used.get(key) ?? 0;
			if ((this.#opened.get(key)?.[next] ?? Infinity) > match.index) continue;
			used.set(key, next + 1);
			ends.push({ start: match.index, end: match.index + match[0].length });
		}
		return ends;
	}
}
