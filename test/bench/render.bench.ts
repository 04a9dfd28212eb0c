import { compile } from 'custom-values';
import { guarantees } from './by-hand.ts';
import { contenders, handlebars, handlebarsMail, type Contender } from './contenders.ts';
import { catalogue, ours, recipients, type LoginValues } from './login-data.ts';
import { loginMail } from './login-mail.ts';
import { compare } from './measure.ts';

const people = 500;
const rendersPerTurn = 100;
const rounds = 301;
const compilesPerTurn = 3;
const compileRounds = 301;

/** Renders the mail for each recipient to UTF-8 bytes; gives lines to print. */
export function run(): string[] {
	const source = loginMail(ours);
	const values = recipients(people);
	const all = contenders();
	checkSameMail([...all, ...guarantees], values);
	const works = [...all, ...guarantees].map(({ render }) => {
		let next = 0;
		return () => Buffer.from(render(values[next++ % people] as LoginValues), 'utf8');
	});
	const [hand = NaN, ...ratios] = compare(works, rounds, rendersPerTurn);
	const lines = all.map(({ name }, index) => {
		const ratio = index === 0 ? 1 : (ratios[index - 1] ?? NaN);
		const rate = Math.round(1e9 / hand / ratio).toLocaleString('en');
		return `${name.padEnd(14)} ${rate.padStart(9)} renders/s  ${ratio.toFixed(2)} of by hand`;
	});
	const size = (Buffer.byteLength(source) / 1024).toFixed(1);
	return [
		`Login e-mail, ${size} kB, 8 values, 1 condition, a loop of 5, to UTF-8 bytes, medians of ${rounds} rounds (aim: 1.10):`,
		...lines,
		costLine(ratios[0] ?? NaN, ratios.slice(all.length - 1)),
		compileLine(source),
	];
}

/** What custom-values takes beside the text by hand, and for what. */
function costLine(ours: number, byHand: readonly number[]): string {
	const costs = guarantees.map(
		({ name }, n) => `${name} ${((byHand[n] ?? NaN) - (byHand[n - 1] ?? 1)).toFixed(2)}`,
	);
	const rest = (ours - (byHand.at(-1) ?? NaN)).toFixed(2);
	return `of the ${(ours - 1).toFixed(2)} over by hand: ${costs.join(', ')}; steps, limits and what is reported ${rest}`;
}

/** The contenders print the same mail, but for how they write the entities of some characters. */
function checkSameMail(all: readonly Contender[], values: readonly LoginValues[]): void {
	for (const value of values) {
		const texts = all.map((contender) => decode(contender.render(value)));
		if (new Set(texts).size > 1) throw new Error('The contenders print different mails.');
	}
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decode(html: string): string {
	return html.replace(
		/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
		(_all, hex?: string, decimal?: string, name = '') => {
			if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
			return decimal === undefined ? (entities[name] ?? '?') : String.fromCharCode(Number(decimal));
		},
	);
}

function compileLine(source: string): string {
	const { precompile } = handlebars();
	const works = [
		() => precompile(handlebarsMail),
		() => compile(source, { catalogue, context: 'html' }),
	];
	const [theirs = NaN, ratio = NaN] = compare(works, compileRounds, compilesPerTurn);
	const us = (ns: number) => `${Math.round(ns / 1000)} µs`;
	return `compile: custom-values ${us(theirs * ratio)}, handlebars ${us(theirs)}; ratio ${ratio.toFixed(2)} (aim: 250 µs, or 0.50)`;
}

if (import.meta.main) {
	for (const line of run()) process.stdout.write(`${line}\n`);
}
