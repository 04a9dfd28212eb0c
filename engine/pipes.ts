import { findFilter, filterNames, type Argument } from './filters.ts';
import { closingQuote, collapse, opensString, unquote } from './text.ts';
import { Names } from './suggest.ts';

/** What should be told about a pipe. */
interface Doubt {
	code: string;
	severity: 'error' | 'warning';
	message: string;
}

/** A tag's body as Handlebars takes it, with strings replaced by their numbers in a table, and what should be told about it. */
interface Rewritten {
	expression: string;
	pipes: number;
	doubts: Doubt[];
	/** Printed where the value is missing, when it was given without a filter's name. */
	hasBraces: boolean;
}

const similarFilters = Names.of(filterNames);

/** `date: "d MMMM"`, as in Liquid, and `date("d MMMM")`, as in Twig. */
const callElsewhere = /^(\w+)\s*(?::(.*)|\((.*)\))$/s;

/** Rewrites `a | f x | text` to `default (f a x) "text"`: Handlebars has no pipes. */
export function rewrite(body: string, strings: string[]): Rewritten {
	const [first = '', ...pipes] = splitPipes(body);
	const base = takeStrings(first, strings);
	const doubts: Doubt[] = [];
	let expression = base;
	for (const pipe of pipes) {
		const input = / /.test(expression.replace(/\[[^\]]*\]/g, '')) ? `(${expression})` : expression;
		expression = call(pipe, input, strings, doubts);
	}
	return { expression, pipes: pipes.length, doubts, hasBraces: /[{}]/.test(base) };
}

function call(pipe: string, input: string, strings: string[], doubts: Doubt[]): string {
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
			doubts.push(misuse(`${word} cannot be used like this. ${problem}`, usageOf(word)));
			return input;
		}
	}
	const doubt = doubtOf(pipe.trim(), text, word, rest);
	if (doubt !== undefined) doubts.push(doubt);
	return doubt?.severity === 'error' ? input : `default ${input} ${write(text, strings)}`;
}

function warning(text: string, hint: string): Doubt {
	const message = `Where the value is missing, readers see “${text}”. ${hint}`;
	return { code: 'fallback_like_filter', severity: 'warning', message };
}

function misuse(what: string, mend: string): Doubt {
	const message = `The filter ${what} Write ${mend}.`;
	return { code: 'filter_misuse', severity: 'error', message };
}

function usageOf(name: string): string {
	return findFilter(name)?.usage ?? name;
}

function unknown(word: string, text: string): Doubt {
	const near = meant(word);
	const wish = near === undefined ? '' : ` Did you mean ${usageOf(near)}?`;
	const message = `There is no filter ${word}.${wish} If readers shall see this text, write | default "${text.replaceAll('"', "'")}".`;
	return { code: 'unknown_filter', severity: 'error', message };
}

function eitherWay(text: string, name: string): Doubt {
	const hint = `If you mean the filter, write ${usageOf(name)}; if you mean the text, write | default "${text}".`;
	return warning(text, hint);
}

/** Nothing but arguments, one of them in quotes: so calls are written, and not what readers are to see. */
function isCall(rest: string): boolean {
	const args = readArguments('', rest) ?? [];
	return args.some((arg) => typeof arg === 'string');
}

/** The filter that a word may stand for: a slip of the pen, or its name with more behind it, as in uppercase. */
function meant(word: string): string | undefined {
	if (word.length < 3) return undefined;
	const near = similarFilters.nearest(word);
	if (near !== undefined || !/^[a-z_]+$/.test(word)) return near;
	return filterNames.find((name) => word.startsWith(name.length > 4 ? name : `${name}_`));
}

/** What is to be said of a pipe that is no filter's call: it may be meant as one. */
function doubtOf(pipe: string, text: string, word: string, rest: string): Doubt | undefined {
	const [, name, colon, brackets] = callElsewhere.exec(pipe) ?? [];
	if (name !== undefined) return doubtElsewhere(text, name, colon, brackets);
	if (findFilter(word) !== undefined) return eitherWay(text, word);
	if (isCall(rest)) return unknown(word, text);
	const bare = wholeString(text);
	if (bare !== undefined) {
		return warning(text, `Take the quotation marks away if they shall not: | ${bare}.`);
	}
	const [first = ''] = text.split(/[ :(]/);
	if (findFilter(first) !== undefined) return eitherWay(text, first);
	if (!text.includes(' ')) {
		const near = meant(text);
		return near === undefined ? undefined : warning(text, `Did you mean the filter ${near}?`);
	}
	return doubtNear(text, word, rest);
}

/** A word like a filter's name, with what would be its arguments. */
function doubtNear(text: string, word: string, rest: string): Doubt | undefined {
	const near = meant(word);
	const args = near === undefined ? [] : (readArguments(near, rest) ?? []);
	if (near === undefined || args.length === 0 || !fits(near, args)) return undefined;
	return warning(text, `Did you mean the filter ${spelled(near, args)}?`);
}

/** Only what can be nothing else is an error: `title: none` may be meant for readers. */
function doubtElsewhere(
	text: string,
	word: string,
	colon: string | undefined,
	brackets: string | undefined,
): Doubt | undefined {
	const given = (colon ?? brackets ?? '').trim();
	const rest = word === 'default' ? given : withoutCommas(given);
	if (findFilter(word) === undefined) {
		if (!isCall(rest)) return doubtNear(text, word, rest);
		if (brackets !== undefined || meant(word) !== undefined) return unknown(word, text);
		return warning(text, `There is no filter ${word}.`);
	}
	const args = readArguments(word, rest) ?? [];
	const isMeant = args.length > 0 ? fits(word, args) : rest === '' && brackets !== undefined;
	if (!isMeant && !isCall(rest)) return eitherWay(text, word);
	const problem = findFilter(word)?.problem(args);
	if (problem !== undefined) {
		return misuse(`${word} cannot be used like this. ${problem}`, usageOf(word));
	}
	const sign = colon === undefined ? 'brackets' : 'colon';
	return misuse(`${word} takes no ${sign}.`, spelled(word, args));
}

function fits(name: string, args: readonly Argument[]): boolean {
	return findFilter(name)?.problem(args) === undefined;
}

/** How a filter with these arguments is written here. */
function spelled(name: string, args: readonly Argument[]): string {
	const bareWord = findFilter(name)?.bareWord;
	const words = args.map((arg) => {
		if (typeof arg !== 'string' || bareWord?.test(arg)) return String(arg);
		return arg.includes('"') ? `'${arg}'` : `"${arg}"`;
	});
	return ['|', name, ...words].join(' ');
}

/** The commas between arguments, outside of strings, as spaces. */
function withoutCommas(args: string): string {
	let result = '';
	let quote = '';
	for (let at = 0; at < args.length; at++) {
		const sign = args[at] ?? '';
		if (quote === '' && (sign === '"' || sign === "'")) quote = sign;
		else if (sign === quote) quote = '';
		if (quote !== '' && sign === '\\') result += sign + (args[++at] ?? '');
		else result += quote === '' && sign === ',' ? ' ' : sign;
	}
	return result;
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
