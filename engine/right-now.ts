import { zonedTime, type Locality } from './locality.ts';
import { formatPattern, formatTime } from './dates.ts';
import type { CatalogueValue } from './types.ts';

interface Part {
	type: CatalogueValue['type'];
	description: string;
	sample: string | number;
	of(here: Locality): string | number;
}

const text = (description: string, sample: string, of: Part['of']): Part => ({
	type: 'text',
	description,
	sample,
	of,
});

const number = (description: string, sample: number, of: Part['of']): Part => ({
	type: 'number',
	description,
	sample,
	of,
});

/** The moment of sending, on the reader's clock: the set that HighLevel has. */
const parts: Readonly<Record<string, Part>> = {
	second: number('Second of the minute, 0 to 59', 5, (here) => zonedTime(here).second),
	minute: number('Minute of the hour, 0 to 59', 30, (here) => zonedTime(here).minute),
	hour: number('Hour of the 12-hour clock', 2, (here) => zonedTime(here).hour % 12 || 12),
	hour_24: number('Hour of the 24-hour clock', 14, (here) => zonedTime(here).hour),
	am_pm: text('AM or PM', 'PM', (here) => (zonedTime(here).hour < 12 ? 'AM' : 'PM')),
	time: text('Time of day', '2:30 PM', (here) => formatTime(here.now, 'short', here)),
	day: number('Day of the month', 22, (here) => zonedTime(here).day),
	day_of_week: text('Name of the weekday', 'Sunday', (here) =>
		formatPattern(here.now, 'EEEE', here),
	),
	month: number('Number of the month', 11, (here) => zonedTime(here).month),
	month_name: text('Name of the month', 'November', (here) =>
		formatPattern(here.now, 'LLLL', here),
	),
	year: number('Year', 2026, (here) => zonedTime(here).year),
	date: {
		type: 'date',
		description: 'Date, written as the reader is used to; takes the filter date',
		sample: '2026-11-22T14:30:05Z',
		of: (here) => here.now,
	},
	little_endian_date: text('Date as day/month/year', '22/11/2026', (here) => {
		const { day, month, year } = zonedTime(here);
		return `${day}/${month}/${year}`;
	}),
	middle_endian_date: text('Date as month/day/year', '11/22/2026', (here) => {
		const { day, month, year } = zonedTime(here);
		return `${month}/${day}/${year}`;
	}),
};

/** The catalogue's entries of `right_now.*`. */
export const rightNowValues: readonly CatalogueValue[] = Object.entries(parts).map(
	([name, { type, description, sample }]) => ({
		path: `right_now.${name}`,
		type,
		cost: 'constant',
		description,
		sample,
	}),
);

/** One part of the moment; undefined for a name that is not in the set. */
export function rightNow(name: string, here: Locality): string | number | undefined {
	return Object.hasOwn(parts, name) ? parts[name]?.of(here) : undefined;
}
