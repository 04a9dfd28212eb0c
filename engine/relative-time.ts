import { readMoment } from './dates.ts';
import { dayNumber, elseEnglish, type Locality } from './locality.ts';

const daysOf = { week: 7, month: 30.4375, year: 365.25 } as const;

type Span = [value: number, unit: Intl.RelativeTimeFormatUnit];

/**
 * How long ago, or in how long: by the clock for less than a day, by the days of the reader's calendar from there on, so that
 * `tomorrow` is the next day and no other. A day without a time is counted in days. Undefined for what is no date.
 */
export function relativeTime(value: unknown, here: Locality): string | undefined {
	const moment = readMoment(value, here.timeZone);
	if (moment === undefined) return undefined;
	const { ms: now, timeZone, isDay } = moment;
	const days = dayNumber({ now, timeZone }) - dayNumber(here);
	const [count, unit] = (isDay ? undefined : byClock(now - here.now, days)) ?? byCalendar(days);
	// Intl's "next week" and "last year" are those of the calendar, which "in 7 days" need not be.
	const numeric = unit === 'day' || unit === 'second' ? 'auto' : 'always';
	return new Intl.RelativeTimeFormat(elseEnglish(here.locale), { numeric }).format(count, unit);
}

/** Undefined for a day and more. A count that rounds to a whole larger unit is one of that. */
function byClock(ms: number, days: number): Span | undefined {
	const seconds = Math.round(ms / 1000);
	if (Math.abs(seconds) < 60) return [seconds, 'second'];
	const minutes = Math.round(ms / 60_000);
	if (Math.abs(minutes) < 60) return [minutes, 'minute'];
	const hours = Math.round(ms / 3_600_000);
	return Math.abs(hours) < 24 || days === 0 ? [hours, 'hour'] : undefined;
}

function byCalendar(days: number): Span {
	const size = Math.abs(days);
	if (size < daysOf.week) return [days, 'day'];
	if (size < daysOf.month) return [Math.round(days / daysOf.week), 'week'];
	const months = Math.round(days / daysOf.month);
	return Math.abs(months) < 12 ? [months, 'month'] : [Math.round(days / daysOf.year), 'year'];
}
