import { filterNames } from './filters.ts';
import { readPath, type PathReference } from './path.ts';
import { resolve, type Scope } from './scope.ts';
import { Names } from './suggest.ts';
import type { Catalogue } from './types.ts';

/** What stands at the start of a `<<`. */
export interface Head {
	/** `#`, `/`, `^`, `!`, `&`, `{`, `>`, `*`, `#>`, `#*` or ''. */
	sigil: string;
	/** Where what follows the sigil starts. */
	at: number;
	/** The path or keyword there. */
	reference: PathReference | undefined;
	/** The first word as written, for keywords. */
	word: string;
	/** Where that path ends. */
	end: number;
}

/** Whether a `<<` opens a tag: yes, no, or no unless it is like one, which the function tells. */
type Verdict = 'tag' | 'literal' | (() => string | undefined);

export const blockNames = ['if', 'unless', 'each', 'with'];

/** What stands between a root and a name in other languages. */
const slip = /^(?:[./]|(?:->|::?|\[)["']?[a-z_])/i;

const opening = /~?\s*(#[>*]|[#/^!&{>*]?)\s*/y;
/** How other languages write `else` and `else if`. */
const elseLike = /^[:#]?(?:els|esle|elze|else):?$/i;
const elseIfLike = /^[:#]?(?:else[_-]?if|elsif|elif):?$/i;
const loopLike = /^(?:for|foreach|loop|repeat)$/i;
const endLike = /(?:\s+(?:if|for|each|with|unless))?\s*~?>>/iy;
const keywords = ['@index', '@key', '@first', '@last', '@root'];
const similarBlocks = Names.of(blockNames);
const similarKeywords = Names.of(keywords);

/** Reads what follows a `<<` that ends at `at`. */
export function readHead(source: string, at: number): Head {
	opening.lastIndex = at;
	const [matched = '', sigil = ''] = opening.exec(source) ?? [];
	const start = at + matched.length;
	const path = sigil === '!' ? undefined : readPath(source, start);
	const end = path?.end ?? start;
	return { sigil, at: start, reference: path?.reference, word: source.slice(start, end), end };
}

/**
 * A `<<` opens a tag only if what follows is known: a value of the catalogue, a filter, a keyword, or a name of a block around
 * it. Everything else, such as C++, is literal text.
 */
export function recognise(
	head: Head,
	source: string,
	scope: Scope,
	openBlocks: readonly string[],
	catalogue: Catalogue,
): Verdict {
	const { sigil, reference, word } = head;
	if (sigil === '!') return 'tag';
	const meant =
		(openBlocks.length > 0 ? elseMeant(head, source) : undefined) ??
		endMeant(head, source, openBlocks) ??
		blockMeant(head, source, catalogue);
	if (meant !== undefined) return () => meant;
	if (sigil === '^' && (reference === undefined || blockNames.includes(word))) return 'tag';
	// A partial may be named by a helper.
	if (reference === undefined)
		return sigil.endsWith('>') && source[head.at] === '(' ? 'tag' : 'literal';
	if (sigil === '>' || sigil === '*' || sigil.length === 2) return 'tag';
	if (sigil === '#' || sigil === '^' || sigil === '/')
		return recogniseBlock(head, openBlocks, catalogue);
	const follows = source[head.end] ?? '';
	const clean = /[\s|~>}]/.test(follows);
	if (clean && isKeyword(word, scope, openBlocks)) return 'tag';
	if (!clean && reference.parts.length < 2) {
		// `contact..first_name` and `contact[first_name]` are slips, `contact’s` is prose.
		const isSlip = slip.test(source.slice(head.end, head.end + 4));
		return isSlip && catalogue.hasRoot(reference.parts[0] ?? '') ? 'tag' : 'literal';
	}
	return recogniseValue(head, scope, catalogue);
}

/** What a slip of the pen, or another language’s word, for `else` means; undefined for `else` itself. */
function elseMeant({ sigil, word, end }: Head, source: string): string | undefined {
	if (sigil !== '' && sigil !== '#') return undefined;
	if (elseIfLike.test(word)) return 'else if';
	const isElse = sigil === '' && word === 'else' && /[\s~>}]/.test(source[end] ?? '');
	return elseLike.test(word) && !isElse ? 'else' : undefined;
}

/** `end if`, `endif`, `/endif`: the end of the innermost block. */
function endMeant(
	{ sigil, word, end }: Head,
	source: string,
	openBlocks: readonly string[],
): string | undefined {
	const innermost = openBlocks.at(-1);
	if (innermost === undefined || (sigil !== '' && sigil !== '#' && sigil !== '/')) return undefined;
	endLike.lastIndex = end;
	const isLoop = sigil === '/' && loopLike.test(word);
	const isEnd = /^end_?(?:if|for|each|with|unless)?$/i.test(word) || isLoop;
	return isEnd && endLike.test(source) ? `/${innermost}` : undefined;
}

/** `if contact.vip`, a block without its sign, and `#for item.rows`. */
function blockMeant(
	{ sigil, word, end }: Head,
	source: string,
	catalogue: Catalogue,
): string | undefined {
	const name = loopLike.test(word) ? 'each' : word.toLowerCase();
	const isSpelled = sigil === '#' && name === word;
	if ((sigil !== '' && sigil !== '#') || isSpelled || !blockNames.includes(name)) return undefined;
	const start = end + (/^\s+/.exec(source.slice(end, end + 20))?.[0].length ?? 0);
	const path = start === end ? undefined : readPath(source, start)?.reference;
	const isKnown = path?.scoped === true || catalogue.hasRoot(path?.parts[0] ?? '');
	return isKnown ? `#${name}` : undefined;
}

function recogniseBlock(
	{ sigil, word, reference }: Head,
	openBlocks: readonly string[],
	catalogue: Catalogue,
): Verdict {
	if (blockNames.includes(word) || word === 'raw') return 'tag';
	const [first = ''] = reference?.parts ?? [];
	if (openBlocks.includes(word) || catalogue.hasRoot(first) || filterNames.includes(word)) {
		return 'tag';
	}
	return () => {
		const suggestion = similarBlocks.nearest(word);
		return suggestion === undefined ? undefined : sigil + suggestion;
	};
}

function isKeyword(word: string, scope: Scope, openBlocks: readonly string[]): boolean {
	if (word === 'else') return openBlocks.length > 0;
	if (word === 'this' || word === '.' || word === '..') return scope.contexts.length > 1;
	return word === 'raw' || word === 'log' || word === 'lookup' || filterNames.includes(word);
}

function recogniseValue({ reference, word }: Head, scope: Scope, catalogue: Catalogue): Verdict {
	if (reference === undefined) return 'literal';
	const place = resolve(reference, scope, catalogue);
	if (place.kind === 'loop') return 'tag';
	if (reference.data) {
		if (keywords.includes(`@${reference.parts[0] ?? ''}`)) return 'tag';
		return scope.loops > 0 ? () => similarKeywords.nearest(word) : 'literal';
	}
	if (place.kind === 'nowhere') return reference.depth > 0 ? 'tag' : 'literal';
	const [root = ''] = place.absolute;
	const inside = place.frame > 0 || scope.contexts.at(-1)?.absolute.length !== 0;
	if (place.frame > 0 || (!inside && catalogue.hasRoot(root))) return 'tag';
	if (catalogue.find(place.absolute) !== undefined || catalogue.isNamespace(place.absolute)) {
		return 'tag';
	}
	if (catalogue.hasRoot(reference.parts[0] ?? '')) return 'tag';
	return () => catalogue.suggest(inside ? place.absolute : reference.parts);
}
