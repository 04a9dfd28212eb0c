import { dateFormat, dayMs, momentOf, numberFormat, zonedTime, type Locality } from './locality.ts';

type Style = 'short' | 'medium' | 'long' | 'full';

const styles: ReadonlySet<string> = new Set<Style>(['short', 'medium', 'long', 'full']);

export function isStyle(word: string): word is Style {
	return styles.has(word);
}

/** A moment, and the zone whose clock it is read on. */
interface Moment {
	ms: number;
	timeZone: string;
	/** A day without a time: UTC's beginning of it. */
	isDay: boolean;
}

/** ISO 8601 as programs and databases write it: also with a space for the T, with hours only as the offset, or with UTC for the Z. */
const iso =
	/^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * What a value says about time: a number is milliseconds since 1970, a string is ISO 8601. A time without an offset is one of
 * the zone; a day without a time is that day everywhere, so that no zone moves a birthday. Undefined for anything else, and for
 * days and times that there are not.
 */
export function readMoment(value: unknown, timeZone: string): Moment | undefined {
	if (typeof value === 'number') return validMoment(value, timeZone);
	if (typeof value !== 'string') return undefined;
	const match = iso.exec(value.trim());
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction, offset] = match;
	const date = dateOf(Number(year), Number(month), Number(day));
	if (hour === undefined) return validMoment(date, 'UTC', true);
	const local = date + timeOf(Number(hour), Number(minute), Number(second ?? 0), fraction);
	if (Number.isNaN(local)) return undefined;
	const ms = offset === undefined ? momentOf(local, timeZone) : local - offsetOf(offset);
	return validMoment(ms, timeZone);
}

/** Milliseconds from 1970 to the day, NaN for a day that there is not, such as 30 February. */
function dateOf(year: number, month: number, day: number): number {
	const date = new Date(0);
	// Date.UTC takes the years 0 to 99 for 1900 to 1999.
	date.setUTCFullYear(year, month - 1, day);
	return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN;
}

/** Milliseconds from midnight to the time; 24:00 is the end of a day. NaN for a time that there is not. */
function timeOf(hour: number, minute: number, second: number, fraction = ''): number {
	const ms = hour * 3_600_000 + minute * 60_000 + second * 1000;
	if (minute > 59 || second > 59 || ms > dayMs) return NaN;
	return ms + Math.floor(Number(`0.${fraction}`) * 1000);
}

function offsetOf(offset: string): number {
	const [, sign, hours = 0, minutes = 0] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [];
	const size = Number(hours) * 3_600_000 + Number(minutes) * 60_000;
	return sign === '-' ? -size : size;
}

/** A day less than Date takes, so that no zone leads out of it. */
const mostMs = 8.64e15 - dayMs;

function validMoment(ms: number, timeZone: string, isDay = false): Moment | undefined {
	return Math.abs(ms) <= mostMs ? { ms, timeZone, isDay } : undefined;
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

/** What is wrong with a pattern, or undefined. The slips of `dd/mm/yyyy` and `HH:MM` would print numbers that look right. */
export function patternProblem(pattern: string): string | undefined {
	const letters = pattern.replace(/'[^']*'/g, '');
	if (/m/.test(letters) && /[dyML]/.test(letters) && !/[Hh]/.test(letters)) {
		return 'The letter m is for minutes. Write M for the month: dd/MM/yyyy.';
	}
	if (/[Hh][:.]M{1,2}(?!M)/.test(letters)) {
		return 'The letter M is for the month. Write m for minutes: HH:mm.';
	}
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
		default:
			if (length < 3) return digits(time.month, length, at);
			// Beside a day, many languages bend the month's name: "22 listopada", but "listopad".
			return monthName(length === 4 ? 'long' : 'short', withDay && letter === 'M', at);
	}
}

/** The month's name. Where a language has a bare number beside a day or for short, the name that stands alone, or the long one. */
function monthName(month: 'long' | 'short', besideDay: boolean, at: Locality): string {
	const number = zonedTime(at).month;
	const isName = (text: string) => text !== digits(number, 1, at) && text !== digits(number, 2, at);
	const bent = besideDay ? namePart(at, 'month', { month, day: 'numeric' }) : '';
	if (bent !== '' && isName(bent)) return bent;
	const alone = namePart(at, 'month', { month });
	if (isName(alone)) return alone;
	// Japanese has 3月, of which Intl calls only the 3 the month.
	const whole = named(at, { month }).format(at.now);
	return isName(whole) ? whole : named(at, { month: 'long' }).format(at.now);
}

function namePart(
	at: Locality,
	part: Intl.DateTimeFormatPartTypes,
	options: Intl.DateTimeFormatOptions,
): string {
	const parts = named(at, options).formatToParts(at.now);
	return parts.find(({ type }) => type === part)?.value ?? '';
}

/** Patterns are of the Gregorian calendar, as their numbers are: another calendar's months would not fit to them. */
function named(
	{ locale, timeZone }: Locality,
	options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
	return dateFormat(locale, { calendar: 'gregory', timeZone, ...options });
}

function digits(value: number, length: number, { locale }: Locality): string {
	return numberFormat(locale, { useGrouping: false, minimumIntegerDigits: length }).format(value);
}
