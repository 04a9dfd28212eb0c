import { decodeEntities } from './entities.ts';

/** Of a run without end: enough to see what it is. */
const longest = 400;
/** Stands for what an earlier turn of a loop may have printed. */
const earlierTurn = '\ufffb';
const space = /\s/;
/** How mail programs know an address in a text. */
const address = /:\/\/|www\./i;

/**
 * The characters before a place without white space or a tag between them, which mail programs read as one word. `before` is such a
 * run before the literal text.
 */
export function runAfter(before: string, literal: string): string {
	let at = literal.length;
	while (at > 0 && !isBoundary(literal.charCodeAt(at - 1))) at--;
	return shorten(at > 0 ? literal.slice(at) : before + literal);
}

function isBoundary(code: number): boolean {
	if (code < 0x80) return code <= 0x20 || code === 0x3c || code === 0x3e;
	return space.test(String.fromCharCode(code));
}

/** The run after a value that may be an address. */
export function runAfterAddress(before: string): string {
	return shorten(`${before}://`);
}

/** The run at the start of each turn of a loop. */
export function runInLoop(before: string): string {
	return before + earlierTurn;
}

/** Whether the run goes back to what an earlier turn printed. */
export function startsInEarlierTurn(run: string): boolean {
	return run.includes(earlierTurn);
}

/** The run after a loop that this one was before. */
export function runAfterLoop(before: string, run: string): string {
	return startsInEarlierTurn(before) ? run : run.replaceAll(earlierTurn, '');
}

function shorten(run: string): string {
	if (run.length <= longest) return run;
	return (holdsAddress(run) ? '://' : '') + run.slice(-longest / 2);
}

/** Whether what comes right after this run is part of an address to a mail program. */
export function holdsAddress(run: string): boolean {
	return address.test(decodeEntities(run).split(space).at(-1) ?? '');
}

/** Of two branches, the run that is more likely to spoil what follows. */
export function joinRuns(a: string, b: string): string {
	if (a === b || holdsAddress(a)) return a;
	return holdsAddress(b) || b.length > a.length ? b : a;
}

/** How far to look for the end of what may stand after an address. */
const near = 40;
/** Marks that end a sentence or a bracket, and then a character that an address may have. */
const goesOn = /^[.,;:!?')\]}]*([\w/#&=%@~+$-]|$)/;

/**
 * What comes of an address when this follows: it `goes_on` as mail programs read it, has ended, or it is `open` whether it does, as
 * after a full stop.
 */
export function afterAddress(literal: string): 'goes_on' | 'ended' | 'open' {
	const end = literal.search(/[\s<]/);
	const text = decodeEntities(literal.slice(0, end === -1 ? near : Math.min(end, near)));
	const [, next] = goesOn.exec(end === -1 ? text : `${text} `) ?? [];
	if (next === undefined) return 'ended';
	return next === '' ? 'open' : 'goes_on';
}
