import { limits } from './limits.ts';

/** A path as it is written, before anybody knows what it means. */
export interface PathReference {
	/** Starts with `@`. */
	data: boolean;
	/** How often `../` leads up. */
	depth: number;
	/** Starts with `this` or `./`: never a block parameter or a root of the catalogue. */
	scoped: boolean;
	parts: string[];
}

/** A name in a path: what Handlebars' lexer takes for an ID. */
const namePattern = /[^\s!"#%-,./;->@[-^`{-~]+/y;

/**
 * Reads a path that starts at `at`, such as `contact.first_name`, `../this.[a name]` or `@root/contact`. Undefined when there is
 * none; `end` is where it stops.
 */
export function readPath(
	text: string,
	at: number,
): { reference: PathReference; end: number } | undefined {
	const data = text[at] === '@';
	let position = data ? at + 1 : at;
	let depth = 0;
	let scoped = false;
	const parts: string[] = [];
	while (text.startsWith('..', position)) {
		depth++;
		position += 2;
		if (text[position] !== '/' && text[position] !== '.') return stop();
		position++;
	}
	if (text[position] === '.') {
		scoped = true;
		position++;
		if (text[position] !== '/') return stop();
		position++;
	}
	for (;;) {
		const name = readName(text, position);
		if (name === undefined) return parts.length === 0 && depth === 0 ? undefined : stop();
		position = name.end;
		if (name.text === 'this' && parts.length === 0) scoped = true;
		else parts.push(name.text);
		if (text[position] !== '.' && text[position] !== '/') return stop();
		if (readName(text, position + 1) === undefined) return stop();
		position++;
	}

	function stop() {
		return { reference: { data, depth, scoped, parts }, end: position };
	}
}

function readName(text: string, at: number): { text: string; end: number } | undefined {
	if (text[at] === '[') {
		// No further than a tag may reach: a source of nothing but brackets is read once, not once a bracket.
		const name = text.slice(at + 1, at + limits.tagCharacters);
		const length = name.indexOf(']');
		return length === -1 ? undefined : { text: name.slice(0, length), end: at + length + 2 };
	}
	namePattern.lastIndex = at;
	const [name] = namePattern.exec(text) ?? [];
	return name === undefined ? undefined : { text: name, end: at + name.length };
}
