import { findFilter, filterNames, type Argument } from './filters.ts';
import { closingQuote, collapse, opensString, unquote } from './text.ts';
import { Names } from './suggest.ts';

/** A tag's body as Handlebars takes it, with strings replaced by their numbers in a table, and what should be told about it. */
interface Rewritten {
	expression: string;
	pipes: number;
	/** Fallback text that looks like a filter. */
	doubts: { code: string; severity: 'error' | 'warning'; message: string }[];
	/** Printed where the value is missing, when it was given without a filter's name. */
	hasBraces: boolean;
}

const similarFilters = Names.of(filterNames);

/** Rewrites `a | f x | text` to `default (f a x) "text"`: Handlebars has no pipes. */
export function rewrite(body: string, strings: string[]): Rewritten {
	const [first = '', ...pipes] = splitPipes(body);
	const base = takeStrings(first, strings);
	const doubts: Rewritten['doubts'] = [];
	let expression = base;
	for (const pipe of pipes) {
		const input = / /.test(expression.replace(/\[[^\]]*\]/g, '')) ? `(${expression})` : expression;
		expression = call(pipe, input, strings, doubts);
	}
	return { expression, pipes: pipes.length, doubts, hasBraces: /[{}]/.test(base) };
}

function call(pipe: string, input: string, strings: string[], doubts: Rewritten['doubts']): string {
	const text = collapse(pipe);
	const [, word = '', rest = ''] = /^(\w+)(?:\s*[\s=]\s*(.*))?$/s.exec(pipe.trim()) ?? [];
	const filter = findFilter(word);
	const args = filter === undefined ? undefined : readArguments(word, rest);
	if (filter !== undefined && args !== undefined) {
		const problem = filter.problem(args);
		if (problem === undefined) {
			return [word, input, ...args.map((arg) => write(arg, strings))].join(' ');
		}
		// Arguments in quotes or numbers are meant as arguments; words may be fallback text.
		if (args.length > 0 && word !== 'default') {
			doubts.push({ code: 'filter_misuse', severity: 'error', message: misuse(word, problem) });
			return input;
		}
	}
	if (filter === undefined && isCall(rest)) {
		doubts.push({ code: 'unknown_filter', severity: 'error', message: unknown(word, text) });
		return input;
	}
	doubt(text, word, doubts);
	return `default ${input} ${write(text, strings)}`;
}

function misuse(word: string, problem: string): string {
	return `The filter ${word} cannot be used like this. ${problem} Write ${findFilter(word)?.usage ?? word}.`;
}

/** Nothing but arguments, one of them in quotes: so calls are written, and not what readers are to see. */
function isCall(rest: string): boolean {
	const args = readArguments('', rest) ?? [];
	return args.some((arg) => typeof arg === 'string');
}

function unknown(word: string, text: string): string {
	const near = meant(word);
	const wish = near === undefined ? '' : ` Did you mean ${findFilter(near)?.usage ?? near}?`;
	return `There is no filter ${word}.${wish} If readers shall see this text, write | default "${text.replaceAll('"', "'")}".`;
}

/** The filter that a word may stand for: a slip of the pen, or its name with more behind it, as in uppercase. */
function meant(word: string): string | undefined {
	if (word.length < 3) return undefined;
	const near = similarFilters.nearest(word);
	if (near !== undefined || !/^[a-z_]+$/.test(word)) return near;
	return filterNames.find((name) => word.startsWith(name.length > 4 ? name : `${name}_`));
}

function doubt(text: string, word: string, doubts: Rewritten['doubts']): void {
	const [first = ''] = text.split(' ');
	if (findFilter(word) !== undefined || findFilter(first) !== undefined) {
		doubts.push({
			code: 'fallback_like_filter',
			severity: 'warning',
			message: `Where the value is missing, readers see “${text}”. If you mean the filter, write ${findFilter(first)?.usage ?? first}; if you mean the text, write | default "${text}".`,
		});
		return;
	}
	const filter = text.includes(' ') ? undefined : meant(text);
	if (filter !== undefined) {
		doubts.push({
			code: 'fallback_like_filter',
			severity: 'warning',
			message: `Where the value is missing, readers see “${text}”. Did you mean the filter ${filter}?`,
		});
	}
}

/** The arguments that a pipe's rest spells, or undefined when it is no list of arguments. */
function readArguments(word: string, rest: string): Argument[] | undefined {
	const bareWord = findFilter(word)?.bareWord;
	if (word === 'default') return rest === '' ? [] : [wholeString(rest) ?? collapse(rest)];
	const args: Argument[] = [];
	let at = 0;
	while (at < rest.length) {
		if (rest[at] === ' ') {
			at++;
			continue;
		}
		const close = opensString(rest, at) ? closingQuote(rest, at) : -1;
		const end = close === -1 ? wordEnd(rest, at) : close + 1;
		const text = rest.slice(at, end);
		if (close !== -1) args.push(unquote(text));
		else if (/^-?\d+(?:\.\d+)?$/.test(text)) args.push(Number(text));
		else if (bareWord?.test(text)) args.push(text);
		else return undefined;
		at = end;
	}
	return args;
}

function wordEnd(text: string, at: number): number {
	const space = text.indexOf(' ', at);
	return space === -1 ? text.length : space;
}

function wholeString(text: string): string | undefined {
	const trimmed = text.trim();
	if (!opensString(trimmed, 0) || closingQuote(trimmed, 0) !== trimmed.length - 1) return undefined;
	return unquote(trimmed);
}

function write(arg: Argument, strings: string[]): string {
	return typeof arg === 'string' ? `"${strings.push(arg) - 1}"` : String(arg);
}

/** Splits at each `|` that stands outside strings, brackets and block parameters. */
export function splitPipes(body: string): string[] {
	const parts: string[] = [];
	let start = 0;
	for (let at = 0; at < body.length; at++) {
		if (opensString(body, at)) {
			const close = closingQuote(body, at);
			if (close !== -1) at = close;
		} else if (body[at] === '[') {
			const close = body.indexOf(']', at);
			if (close !== -1) at = close;
		} else if (body[at] === '|') {
			parts.push(body.slice(start, at));
			start = at + 1;
		}
	}
	parts.push(body.slice(start));
	return parts;
}

/** Normalises white space, and puts a number for each string, so that nothing in a string can meet Handlebars' lexer. */
export function takeStrings(text: string, strings: string[]): string {
	let result = '';
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const close = opensString(text, at) ? closingQuote(text, at) : -1;
		if (close === -1) continue;
		result += text.slice(start, at) + write(unquote(text.slice(at, close + 1)), strings);
		start = close + 1;
		at = close;
	}
	return collapse(result + text.slice(start));
}
