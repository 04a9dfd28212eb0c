import { compile, defineCatalogue, render, type CompiledText, type Values } from 'custom-values';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loginMail, type Spelling } from './login-mail.ts';

interface LoginValues {
	contact: { first_name: string; company: string; email: string; magic_link: string };
	portal: { name: string; url: string; logo_url: string; support_email: string };
	item: { courses: { name: string; url: string }[] };
}

interface Contender {
	name: string;
	render: (values: LoginValues) => string;
}

interface HandlebarsModule {
	compile: (source: string) => (values: unknown) => string;
	precompile: (source: string) => string;
}

const recipients = 500;
const rendersPerTurn = 1_000;
const rounds = 31;

const ours: Spelling = {
	value: (path) => `<< ${path} >>`,
	withFallback: (path, fallback) => `<< ${path} | ${fallback} >>`,
	open: (block) => `<< ${block} >>`,
	otherwise: '<< else >>',
	close: (block) => `<< /${block} >>`,
};

const mustaches: Spelling = {
	value: (path) => `{{${path}}}`,
	withFallback: (path, fallback) => `{{#if ${path}}}{{${path}}}{{else}}${fallback}{{/if}}`,
	open: (block) => `{{${block}}}`,
	otherwise: '{{else}}',
	close: (block) => `{{/${block}}}`,
};

const catalogue = defineCatalogue([
	...['first_name', 'company', 'email'].map((name) => ({
		path: `contact.${name}`,
		type: 'text' as const,
		cost: 'row' as const,
		description: name,
		sample: name,
	})),
	{
		path: 'contact.magic_link',
		type: 'url',
		cost: 'mint',
		secret: true,
		description: 'The link that signs the contact in',
		sample: 'https://portal.example/l/sample',
	},
	...['name', 'support_email', 'url', 'logo_url'].map((name) => ({
		path: `portal.${name}`,
		type: name.endsWith('url') ? ('url' as const) : ('text' as const),
		cost: 'constant' as const,
		description: name,
		sample: name,
	})),
	{ path: 'item.*', type: 'text', cost: 'row', description: 'Anything', sample: 'x' },
]);

/** Distinct recipients; some names need escaping or two bytes a letter. */
function recipient(index: number): LoginValues {
	const names = ['Anna', 'Jürgen', "Siobhán O'Neill", 'Li', 'Maria & Jo'];
	return {
		contact: {
			first_name: `${names[index % names.length]} ${index}`,
			company: index % 3 === 0 ? '' : `Company ${index} Ltd`,
			email: `person.${index}@example.com`,
			magic_link: `https://portal.example.com/l/AAGTq3k0${index.toString(36).padStart(60, 'x')}`,
		},
		portal: {
			name: 'Acme Academy',
			url: 'https://portal.example.com',
			logo_url: 'https://portal.example.com/logo.png',
			support_email: 'help@example.com',
		},
		item: {
			courses: Array.from({ length: 5 }, (_, course) => ({
				name: `Course ${course} of ${index}`,
				url: `https://portal.example.com/courses/${course}`,
			})),
		},
	};
}

/** What a careful developer writes by hand: every value escaped, nothing else checked. */
function byHand(): Contender['render'] {
	const marks = /[&<>"']/;
	const all = /[&<>"']/g;
	const entities: Readonly<Record<string, string>> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#x27;',
	};
	const escape = (text: string) =>
		marks.test(text) ? text.replace(all, (mark) => entities[mark] ?? '') : text;
	const parts = loginMail({
		value: () => '\0',
		withFallback: () => '\0',
		open: () => '\0',
		otherwise: '\0',
		close: () => '\0',
	}).split('\0');
	const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = ''] = parts;
	const [i = '', j = '', k = '', l = '', m = '', n = '', o = '', p = ''] = parts.slice(8);
	return ({ contact, portal, item }) => {
		let out = a + escape(portal.name) + b + escape(portal.logo_url) + c;
		out += contact.first_name ? escape(contact.first_name) : 'there';
		out += d + escape(contact.magic_link) + e;
		out += contact.company ? f + escape(contact.company) + g : h;
		out += i;
		for (const course of item.courses) out += j + escape(course.url) + k + escape(course.name) + l;
		out += m + escape(contact.email) + n + escape(portal.support_email);
		return out + o + escape(portal.url) + p;
	};
}

/** Handlebars by the engine's own copy, compiled by its real compiler before the clock starts. */
function handlebars(): HandlebarsModule {
	const engine = dirname(fileURLToPath(import.meta.resolve('custom-values')));
	return createRequire(`${engine}/`)('handlebars') as HandlebarsModule;
}

function engineRender(compiled: CompiledText): Contender['render'] {
	const options = {
		locale: 'en',
		timeZone: 'Europe/Berlin',
		now: Date.UTC(2026, 10, 22),
		onMissing: 'empty',
	} as const;
	return (values) => render(compiled, values as unknown as Values, options).text;
}

function timePerCall(work: () => void, calls: number): number {
	const start = process.hrtime.bigint();
	for (let call = 0; call < calls; call++) work();
	return Number(process.hrtime.bigint() - start) / calls;
}

function median(numbers: readonly number[]): number {
	return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

/** Renders the mail for each recipient to UTF-8 bytes, the contenders in turns; gives lines to print. */
export async function run(): Promise<string[]> {
	const source = loginMail(ours);
	const compiled = compile(source, { catalogue, context: 'html' });
	const values = Array.from({ length: recipients }, (_, index) => recipient(index));
	const contenders: Contender[] = [
		{ name: 'by hand', render: byHand() },
		{ name: 'custom-values', render: engineRender(compiled) },
		{ name: 'handlebars', render: handlebars().compile(loginMail(mustaches)) },
	];
	checkSameLength(contenders, values);
	const times = contenders.map((): number[] => []);
	for (let round = 0; round < rounds; round++) {
		for (const [index, contender] of contenders.entries()) {
			let next = 0;
			const work = () => {
				Buffer.from(contender.render(values[next++ % recipients] as LoginValues), 'utf8');
			};
			times[index]?.push(timePerCall(work, rendersPerTurn));
		}
	}
	const medians = times.map(median);
	const [hand = NaN] = medians;
	const lines = contenders.map(({ name }, index) => {
		const ns = medians[index] ?? NaN;
		const rate = Math.round(1e9 / ns).toLocaleString('en');
		return `${name.padEnd(14)} ${rate.padStart(9)} renders/s  ${(ns / hand).toFixed(2)} of by hand`;
	});
	const size = (Buffer.byteLength(source) / 1024).toFixed(1);
	return [
		`Login e-mail, ${size} kB, 8 values, 1 condition, a loop of 5, to UTF-8 bytes, medians of ${rounds} rounds:`,
		...lines,
		...compileLines(source),
	];
}

/** The contenders print the same mail, but for the entity of a character or two. */
function checkSameLength(contenders: readonly Contender[], values: readonly LoginValues[]): void {
	const plain = (html: string) => html.replaceAll('&#x3D;', '=').replaceAll('&#39;', '&#x27;');
	for (const value of values) {
		const texts = contenders.map((contender) => plain(contender.render(value)));
		if (new Set(texts).size > 1) throw new Error('The contenders print different mails.');
	}
}

function compileLines(source: string): string[] {
	const theirs = loginMail(mustaches);
	const { precompile } = handlebars();
	const own: number[] = [];
	const other: number[] = [];
	for (let round = 0; round < rounds; round++) {
		own.push(timePerCall(() => compile(source, { catalogue, context: 'html' }), 20));
		other.push(timePerCall(() => precompile(theirs), 20));
	}
	const us = (ns: number) => `${Math.round(ns / 1000)} µs`;
	return [`compile: custom-values ${us(median(own))}, handlebars ${us(median(other))}`];
}

if (import.meta.main) {
	for (const line of await run()) process.stdout.write(`${line}\n`);
}
