/** What is wrong with a text that should be JSON. */
export interface JsonMistake {
	/** Offset in UTF-16 code units. */
	at: number;
	/** What to do about it, in a sentence. */
	advice: string;
}

/** What may follow; `first_` where an end may, too. */
type State = 'value' | 'first_value' | 'name' | 'first_name' | 'colon' | 'after';

const excerptLimit = 30;
const mostEnds = 8;
const space = /[ \t\n\r]*/y;
const token =
	// eslint-disable-next-line no-control-regex -- JSON allows none in a text.
	/[{}[\],:]|"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** Of a text that is no JSON: where the mistake is, with a short excerpt, and what to do about it. */
export function placeAndAdvice(text: string): string {
	const { at, advice } = mistakeInJson(text) ?? { at: 0, advice: 'Write it anew.' };
	const before = text.slice(0, at).split('\n');
	const place = `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}`;
	return `${place}${excerptOf(text, at)}. ${advice}`;
}

function excerptOf(text: string, at: number): string {
	// A line may be as long as the text.
	const [line = ''] = text.slice(at, at + excerptLimit + 1).split('\n', 1);
	if (line.trim() === '') return '';
	return `, at “${excerpt(line)}”`;
}

/** As much of a text as a message needs to name it. */
export function excerpt(text: string): string {
	return text.length > excerptLimit ? `${text.slice(0, excerptLimit)}…` : text;
}

/** The first place where a text is no JSON, and what somebody who is no programmer should do there; null when it is JSON. */
export function mistakeInJson(text: string): JsonMistake | null {
	const open: string[] = [];
	let state: State = 'value';
	for (let at = skip(text, 0); ; at = skip(text, at)) {
		const word = tokenAt(text, at);
		const next: State | null = word === '' ? null : follow(state, word, open);
		if (next === null) {
			const isDone = at === text.length && state === 'after' && open.length === 0;
			return isDone ? null : { at, advice: adviceFor(text, at, state, open) };
		}
		state = next;
		at += word.length;
	}
}

function skip(text: string, at: number): number {
	space.lastIndex = at;
	space.test(text);
	return space.lastIndex;
}

function tokenAt(text: string, at: number): string {
	token.lastIndex = at;
	return token.exec(text)?.[0] ?? '';
}

/** What may follow the token, or null when it may not stand here. `open` has the ends of what is open. */
function follow(state: State, word: string, open: string[]): State | null {
	const mayEnd = state === 'after' || state.startsWith('first_');
	if (mayEnd && word === open.at(-1)) {
		open.pop();
		return 'after';
	}
	switch (state) {
		case 'value':
		case 'first_value':
			return followValue(word, open);
		case 'name':
		case 'first_name':
			return word.startsWith('"') ? 'colon' : null;
		case 'colon':
			return word === ':' ? 'value' : null;
		case 'after':
			if (word !== ',' || open.length === 0) return null;
			return open.at(-1) === '}' ? 'name' : 'value';
	}
}

function followValue(word: string, open: string[]): State | null {
	if (word === '{') {
		open.push('}');
		return 'first_name';
	}
	if (word === '[') {
		open.push(']');
		return 'first_value';
	}
	return /^[}\],:]/.test(word) ? null : 'after';
}

function adviceFor(text: string, at: number, state: State, open: readonly string[]): string {
	const here = text[at] ?? '';
	if (here === '') return `It ends too early. Write ${endsOf(open)} here.`;
	if (here === '"' && tokenAt(text, at) === '') return adviceForText(text, at);
	if (/['‘’‚“”„«»]/.test(here)) return 'Use straight double quotes: "…".';
	if (text.startsWith('{{', at) || (here === '{' && text[at - 1] === '{')) {
		return 'This looks like an expression of n8n. Write what it stands for.';
	}
	if (text.startsWith('//', at) || text.startsWith('/*', at)) return 'Take the comment out.';
	if (here === ',' && state !== 'colon') return 'Take this comma out.';
	return state === 'after' || state === 'colon'
		? adviceAfter(here, state, open)
		: adviceBefore(text, at, state, open);
}

/** What closes all that is open, the innermost first; of many the first few. */
function endsOf(open: readonly string[]): string {
	if (open.length === 0) return '{ }';
	return [...open.slice(-mostEnds).toReversed(), ...(open.length > mostEnds ? ['…'] : [])].join(
		' ',
	);
}

/** Where a name or a value has ended. */
function adviceAfter(here: string, state: 'after' | 'colon', open: readonly string[]): string {
	if (state === 'colon') return 'Write a colon between a name and its value.';
	const end = open.at(-1);
	if (end === undefined) return 'Nothing may follow here. Take it out.';
	return /[}\]]/.test(here) ? `Write ${end} before ${here}.` : 'Write a comma before this.';
}

/** Where a name or a value should begin. */
function adviceBefore(text: string, at: number, state: State, open: readonly string[]): string {
	const here = text[at] ?? '';
	if (open.length === 0) return 'Begin with {, and end with }.';
	if (/[}\]]/.test(here)) {
		return text.slice(0, at).trimEnd().endsWith(',')
			? `Take out the comma before ${here}.`
			: `Write a value before ${here}.`;
	}
	if (state === 'name' || state === 'first_name')
		return 'Put the name between double quotes: "name".';
	if (/[-+.\d]/.test(here)) return 'Write a number as 12 or 12.5, or put it between double quotes.';
	return 'Put a text between double quotes: "…". Only numbers, true, false and null go without.';
}

/** For quotes that are not closed as they should be. */
function adviceForText(text: string, at: number): string {
	const line = /^"[^"\n]*/.exec(text.slice(at, at + 100_000))?.[0] ?? '';
	if (/\\(?!["\\/bfnrt]|u[\da-fA-F]{4})/.test(line))
		return 'Write \\\\ for a backslash in this text.';
	const isClosed = text[at + line.length] === '"';
	return isClosed
		? 'Take tabs and other control characters out of this text.'
		: 'Close this text with a double quote in the same line. A line break in it is written \\n.';
}
