import { dateFormat, numberFormat, zonedTime, type Locality } from './locality.ts';

type Style = 'short' | 'medium' | 'long' | 'full';

const styles: ReadonlySet<string> = new Set<Style>(['short', 'medium', 'long', 'full']);

export function isStyle(word: string): word is Style {
	return styles.has(word);
}

/** A moment, and the zone whose clock it is read on. */
interface Moment {
	ms: number;
	timeZone: string;
}

const dayOnly = /^\d{4}-\d{2}-\d{2}$/;
const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

/**
 * What a value says about time: a number is milliseconds since 1970, a string is ISO 8601. A day without a time is that day
 * everywhere, so that no zone moves a birthday. Undefined for anything else.
 */
export function readMoment(value: unknown, timeZone: string): Moment | undefined {
	if (typeof value === 'number') return validMoment(value, timeZone);
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (dayOnly.test(text)) return validMoment(Date.parse(text), 'UTC');
	return isoTime.test(text) ? validMoment(Date.parse(text), timeZone) : undefined;
}

function validMoment(ms: number, timeZone: string): Moment | undefined {
	return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? { ms, timeZone } : undefined;
}

/** The date in a style of the locale, or by a pattern such as `d MMMM yyyy`. */
export function formatDate(value: unknown, how: string, here: Locality): string | undefined {
	const moment = readMoment(value, here.timeZone);
	if (moment === undefined) return undefined;
	if (!isStyle(how)) return formatPattern(moment.ms, how, { ...here, timeZone: moment.timeZone });
	return dateFormat(here.locale, { timeZone: moment.timeZone, dateStyle: how }).format(moment.ms);
}

/** The time of day in a style of the locale, or by a pattern such as `HH:mm`. */
export function formatTime(value: unknown, how: string, here: Locality): string {
	const moment = readMoment(value, here.timeZone);
	if (moment === undefined) return '';
	if (!isStyle(how)) return formatPattern(moment.ms, how, { ...here, timeZone: moment.timeZone });
	return dateFormat(here.locale, { timeZone: moment.timeZone, timeStyle: how }).format(moment.ms);
}

/** Letters of Unicode's date patterns (UTS 35) that a pattern may use; the longest runs allowed. */
const patternLetters: Readonly<Record<string, number>> = {
	y: 4,
	M: 4,
	L: 4,
	d: 2,
	E: 4,
	H: 2,
	h: 2,
	m: 2,
	s: 2,
	a: 1,
};

const patternToken = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g;

/** What is wrong with a pattern, or undefined. */
export function patternProblem(pattern: string): string | undefined {
	for (const [token, , letter] of pattern.matchAll(patternToken)) {
		if (letter === undefined) continue;
		const longest = Object.hasOwn(patternLetters, letter) ? (patternLetters[letter] ?? 0) : 0;
		if (token.length > longest) {
			return `The date pattern does not know “${token}”. It knows yyyy, yy, MMMM, MMM, MM, M, d, dd, EEEE, EEE, HH, H, hh, h, mm, ss and a; other words go between single quotes.`;
		}
	}
	return undefined;
}

/** The moment by a pattern of UTS 35 letters; text between single quotes is printed as it is. */
export function formatPattern(ms: number, pattern: string, here: Locality): string {
	const at = { ...here, now: ms };
	const withDay = /d/.test(pattern);
	return pattern.replace(patternToken, (token: string, quoted?: string, letter?: string) => {
		if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'");
		return letter === undefined ? token : formatField(letter, token.length, at, withDay);
	});
}

function formatField(letter: string, length: number, at: Locality, withDay: boolean): string {
	const time = zonedTime(at);
	switch (letter) {
		case 'y':
			return length === 2 ? digits(time.year % 100, 2, at) : digits(time.year, length, at);
		case 'd':
			return digits(time.day, length, at);
		case 'H':
			return digits(time.hour, length, at);
		case 'h':
			return digits(time.hour % 12 || 12, length, at);
		case 'm':
			return digits(time.minute, length, at);
		case 's':
			return digits(time.second, length, at);
		case 'a':
			return namePart(at, 'dayPeriod', { hour: 'numeric', hourCycle: 'h12' });
		case 'E':
			return namePart(at, 'weekday', { weekday: length === 4 ? 'long' : 'short' });
		default: {
			if (length < 3) return digits(time.month, length, at);
			const month = length === 4 ? 'long' : 'short';
			// Beside a day, many languages bend the month's name: "22 listopada", but "listopad".
			const day = withDay && letter === 'M' ? ({ day: 'numeric' } as const) : {};
			return namePart(at, 'month', { month, ...day });
		}
	}
}

function namePart(
	at: Locality,
	part: Intl.DateTimeFormatPartTypes,
	options: Intl.DateTimeFormatOptions,
): string {
	const parts = dateFormat(at.locale, { timeZone: at.timeZone, ...options }).formatToParts(at.now);
	return parts.find(({ type }) => type === part)?.value ?? '';
}

function digits(value: number, length: number, { locale }: Locality): string {
	return numberFormat(locale, { useGrouping: false, minimumIntegerDigits: length }).format(value);
}
