import { formatDate, formatTime, isStyle, patternProblem } from './dates.ts';
import { elseEnglish, numberFormat, type Locality } from './locality.ts';
import { LimitError } from './errors.ts';
import { limits } from './limits.ts';
import { readOwn } from './own.ts';
import { titleCase, toText, truncate } from './words.ts';
import { relativeTime } from './relative-time.ts';
import type { ValueType } from './types.ts';

export type Argument = string | number | boolean;

interface Filter {
	/** Types of input; undefined for any that prints. */
	takes?: readonly ValueType[];
	/** How to write it, for messages. */
	usage: string;
	/** What of a pipe may stand without quotes as an argument. */
	bareWord?: RegExp;
	/** What is wrong with the arguments, or undefined. */
	problem(args: readonly Argument[]): string | undefined;
	/** The result; undefined when the input says nothing, which counts as missing. */
	apply(input: unknown, args: readonly Argument[], here: Locality): unknown;
}

const noArguments = (args: readonly Argument[]) =>
	args.length === 0 ? undefined : 'It takes no arguments.';

function onText(change: (text: string, here: Locality) => string, usage: string): Filter {
	return {
		usage,
		takes: ['text', 'url', 'number', 'boolean', 'date'],
		problem: noArguments,
		apply: (input, _args, here) => {
			const text = toText(input);
			return text === undefined ? undefined : change(text, here);
		},
	};
}

function oneStyleOrPattern(args: readonly Argument[]): string | undefined {
	const [how = 'long'] = args;
	if (args.length > 1 || typeof how !== 'string') return 'It takes one pattern or style.';
	return isStyle(how) ? undefined : patternProblem(how);
}

const dateTypes = ['date', 'text', 'number'] as const;
const numberTypes = ['number', 'text'] as const;
const maxDecimals = 20;
/** Nothing less than zero is left of -0.001 with two decimals: it is 0.00. */
const signDisplay = 'negative';

/** The filters, each also a helper: `<< contact.company | upper >>` is `<< upper contact.company >>`. */
const table = {
	default: {
		usage: '| default "text"',
		problem: (args) => (args.length === 1 ? undefined : 'It takes one text.'),
		apply: (input, [text]) => (toText(input) === undefined ? text : input),
	},
	upper: onText((text, { locale }) => text.toLocaleUpperCase(locale), '| upper'),
	lower: onText((text, { locale }) => text.toLocaleLowerCase(locale), '| lower'),
	title: onText(titleCase, '| title'),
	capitalize: onText((text, { locale }) => {
		const [first = ''] = text;
		return first.toLocaleUpperCase(locale) + text.slice(first.length);
	}, '| capitalize'),
	trim: onText((text) => text.trim(), '| trim'),
	truncate: {
		usage: '| truncate 20',
		takes: ['text', 'url'],
		problem: ([length, end = '', ...rest]) =>
			typeof length === 'number' && length >= 1 && typeof end === 'string' && rest.length === 0
				? undefined
				: 'It takes a number of characters and, if wanted, what to put at the end.',
		apply: (input, [length, end = '…'], { locale }) => {
			const text = toText(input);
			return text === undefined ? undefined : truncate(text, Number(length), String(end), locale);
		},
	},
	date: {
		usage: '| date "d MMMM yyyy"',
		takes: dateTypes,
		bareWord: /^(?:short|medium|long|full)$/,
		problem: oneStyleOrPattern,
		apply: (input, [how = 'long'], here) => formatDate(input, String(how), here),
	},
	time: {
		usage: '| time "HH:mm"',
		takes: dateTypes,
		bareWord: /^(?:short|medium|long|full)$/,
		problem: oneStyleOrPattern,
		apply: (input, [how = 'short'], here) => formatTime(input, String(how), here),
	},
	relative_time: {
		usage: '| relative_time',
		takes: dateTypes,
		problem: noArguments,
		apply: (input, _args, here) => relativeTime(input, here),
	},
	number: {
		usage: '| number 2',
		takes: numberTypes,
		problem: ([decimals = 0, ...rest]) =>
			rest.length === 0 && isDecimals(decimals)
				? undefined
				: `It takes a number of decimals from 0 to ${maxDecimals}.`,
		apply: (input, [decimals], { locale }) => {
			const value = readNumber(input);
			if (value === undefined) return undefined;
			const fixed = typeof decimals === 'number' ? decimals : undefined;
			const options =
				fixed === undefined
					? { maximumFractionDigits: maxDecimals }
					: { minimumFractionDigits: fixed, maximumFractionDigits: fixed };
			return numberFormat(locale, { ...options, signDisplay }).format(value);
		},
	},
	currency: {
		usage: '| currency EUR',
		takes: numberTypes,
		bareWord: /^[A-Za-z]{3}$/,
		problem: ([code, ...rest]) =>
			typeof code === 'string' && /^[A-Za-z]{3}$/.test(code) && rest.length === 0
				? undefined
				: 'It takes the three letters of a currency.',
		apply: (input, [code], { locale }) => {
			const value = readNumber(input);
			if (value === undefined) return undefined;
			const options = { style: 'currency', currency: String(code), signDisplay } as const;
			return numberFormat(locale, options).format(value);
		},
	},
	plural: {
		usage: '| plural "course" "courses"',
		takes: numberTypes,
		problem: (args) =>
			args.length >= 2 && args.length <= 6 && args.every((form) => typeof form === 'string')
				? undefined
				: 'It takes two to six forms of a word.',
		apply: (input, forms, here) => {
			const value = readNumber(input);
			return value === undefined ? undefined : pluralForm(value, forms, here);
		},
	},
	list: {
		usage: '| list, | list or, | list ", "',
		takes: ['list'],
		bareWord: /^(?:and|or)$/,
		problem: ([how = 'and', ...rest]) =>
			typeof how === 'string' && rest.length === 0
				? undefined
				: 'It takes the word and, the word or, or what to put between.',
		apply: (input, [how = 'and'], here) => joinList(input, String(how), here),
	},
	url_encode: onText((text) => encodeURIComponent(text.toWellFormed()), '| url_encode'),
	to: {
		usage: '| to /courses',
		takes: ['url'],
		bareWord: /^\/\S*$/,
		problem: ([section, ...rest]) =>
			typeof section === 'string' && section.startsWith('/') && rest.length === 0
				? undefined
				: 'It takes a section of the portal, which starts with a slash.',
		// The section of a minted link is settled when the text is compiled: see check.ts.
		apply: (input) => input,
	},
} satisfies Record<string, Filter>;

export const filterNames: readonly string[] = Object.keys(table);

/** The filter of this name, undefined when there is none. */
export function findFilter(name: string): Filter | undefined {
	const filters: Readonly<Record<string, Filter>> = table;
	return Object.hasOwn(filters, name) ? filters[name] : undefined;
}

function isDecimals(value: Argument): boolean {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxDecimals;
}

function readNumber(input: unknown): number | undefined {
	if (typeof input === 'string' && input.trim() === '') return undefined;
	const value = typeof input === 'string' ? Number(input) : input;
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const pluralOrder = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** Forms stand in the order zero, one, two, few, many, other, of which each language has its own: English one and other. */
function pluralForm(value: number, forms: readonly Argument[], { locale }: Locality): Argument {
	const rules = new Intl.PluralRules(elseEnglish(locale));
	const { pluralCategories } = rules.resolvedOptions();
	const own = pluralOrder.filter((name) => pluralCategories.some((category) => category === name));
	const at = own.indexOf(rules.select(value));
	return forms[Math.min(at, forms.length - 1)] ?? '';
}

function joinList(input: unknown, how: string, { locale }: Locality): string | undefined {
	if (!Array.isArray(input)) return toText(input);
	if (input.length > limits.loopItems) {
		throw new LimitError('too_many_items', `A list has at most ${limits.loopItems} items.`);
	}
	const items: string[] = [];
	for (let index = 0; index < input.length; index++) {
		const text = toText(readOwn(input, String(index)));
		if (text !== undefined) items.push(text);
	}
	if (how !== 'and' && how !== 'or') return items.join(how);
	const type = how === 'and' ? 'conjunction' : 'disjunction';
	return new Intl.ListFormat(elseEnglish(locale), { type }).format(items);
}
