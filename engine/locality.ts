/** Whose language, clock and moment a text is rendered for. */
export interface Locality {
	readonly locale: string;
	readonly timeZone: string;
	/** Milliseconds since 1970. */
	readonly now: number;
}

/** Calendar fields on the clock of a time zone; `weekday` 0 is Sunday. */
interface ZonedTime {
	year: number;
	month: number;
	day: number;
	hour: number;
	minute: number;
	second: number;
}

/** Contacts bring locales and zones of their own: the caches are emptied rather than grown without end. */
const maxCached = 500;

function cached<T>(cache: Map<string, T>, key: string, make: () => T): T {
	const known = cache.get(key);
	if (known !== undefined) return known;
	if (cache.size >= maxCached) cache.clear();
	const made = make();
	cache.set(key, made);
	return made;
}

const locales = new Map<string, string>();

/** The locale when Intl knows it, else `en`. Also accepts `de_AT`. */
export function knownLocale(locale: string): string {
	return cached(locales, locale, () => {
		try {
			return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? 'en';
		} catch {
			return 'en';
		}
	});
}

const zones = new Map<string, string>();

/** The time zone when Intl knows it, else UTC. */
export function knownTimeZone(timeZone: string): string {
	return cached(zones, timeZone, () => {
		try {
			return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
		} catch {
			return 'UTC';
		}
	});
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a thousand times what using it does. */
export function dateFormat(
	locale: string,
	options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
	return cached(
		dateFormats,
		`${locale} ${JSON.stringify(options)}`,
		() => new Intl.DateTimeFormat(locale, options),
	);
}

const numberFormats = new Map<string, Intl.NumberFormat>();

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
	return cached(
		numberFormats,
		`${locale} ${JSON.stringify(options)}`,
		() => new Intl.NumberFormat(locale, options),
	);
}

const offsets = new Map<string, { quarter: number; offset: number }>();
const quarterMs = 15 * 60_000;

/**
 * The moment's calendar fields. Clocks change on quarters of an hour, so that the zone's offset is asked of Intl once a quarter.
 */
export function zonedTime({ now, timeZone }: Pick<Locality, 'now' | 'timeZone'>): ZonedTime {
	const quarter = Math.floor(now / quarterMs);
	let known = offsets.get(timeZone);
	if (known?.quarter !== quarter) {
		if (offsets.size >= maxCached) offsets.clear();
		known = { quarter, offset: offsetAt(quarter * quarterMs, timeZone) };
		offsets.set(timeZone, known);
	}
	const local = new Date(now + known.offset);
	return {
		year: local.getUTCFullYear(),
		month: local.getUTCMonth() + 1,
		day: local.getUTCDate(),
		hour: local.getUTCHours(),
		minute: local.getUTCMinutes(),
		second: local.getUTCSeconds(),
	};
}

function offsetAt(ms: number, timeZone: string): number {
	const fields = new Map<string, number>();
	const format = dateFormat('en-US-u-nu-latn-ca-gregory', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	});
	for (const { type, value } of format.formatToParts(ms)) fields.set(type, Number(value));
	const at = (name: string) => fields.get(name) ?? 0;
	const local = Date.UTC(
		at('year'),
		at('month') - 1,
		at('day'),
		at('hour'),
		at('minute'),
		at('second'),
	);
	return local - Math.floor(ms / 1000) * 1000;
}
