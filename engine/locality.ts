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

/** The locale when Intl has its dates, else `en`: left to itself, Intl takes the language of the host. Also accepts `de_AT`. */
export function knownLocale(locale: string): string {
	return cached(locales, locale, () => {
		try {
			return Intl.DateTimeFormat.supportedLocalesOf(locale.replaceAll('_', '-'))[0] ?? 'en';
		} catch {
			return 'en';
		}
	});
}

/** For formats that Intl has in fewer languages than dates: English in place of the language of the host. */
export function elseEnglish(locale: string): string[] {
	return [locale, 'en'];
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
		() => new Intl.NumberFormat(elseEnglish(locale), options),
	);
}

const offsets = new Map<string, { quarter: number; offset: number }>();
const quarterMs = 15 * 60_000;
export const dayMs = 86_400_000;

/**
 * What a clock in the zone shows, as the moment at which one in UTC shows it. Clocks change on quarters of an hour, so that the zone's
 * offset is asked of Intl once a quarter.
 */
function localMs({ now, timeZone }: Pick<Locality, 'now' | 'timeZone'>): number {
	const quarter = Math.floor(now / quarterMs);
	let known = offsets.get(timeZone);
	if (known?.quarter !== quarter) {
		if (offsets.size >= maxCached) offsets.clear();
		known = { quarter, offset: offsetAt(quarter * quarterMs, timeZone) };
		offsets.set(timeZone, known);
	}
	return now + known.offset;
}

/** The moment's calendar fields. */
export function zonedTime(at: Pick<Locality, 'now' | 'timeZone'>): ZonedTime {
	const local = new Date(localMs(at));
	return {
		year: local.getUTCFullYear(),
		month: local.getUTCMonth() + 1,
		day: local.getUTCDate(),
		hour: local.getUTCHours(),
		minute: local.getUTCMinutes(),
		second: local.getUTCSeconds(),
	};
}

/** The number of the moment's day on the zone's calendar: of two moments they differ by the nights between. */
export function dayNumber(at: Pick<Locality, 'now' | 'timeZone'>): number {
	return Math.floor(localMs(at) / dayMs);
}

/**
 * The moment at which a clock in the zone shows what one in UTC shows at `local`. Of an hour that comes twice the first is meant; in one
 * that is left out, the clock that was not put forward counts. As ECMAScript does it for the zone of the process.
 */
export function momentOf(local: number, timeZone: string): number {
	const before = offsetAt(local - dayMs, timeZone);
	const after = offsetAt(local + dayMs, timeZone);
	const isAfter =
		before !== after &&
		offsetAt(local - before, timeZone) !== before &&
		offsetAt(local - after, timeZone) === after;
	return local - (isAfter ? after : before);
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
	const text = dateFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).format(ms);
	const [, sign = '+', hours = 0, minutes = 0, seconds = 0] =
		/GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
	const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
	return (sign === '-' ? -size : size) * 1000;
}
