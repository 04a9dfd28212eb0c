const withoutZone = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

/**
 * The ISO 8601 instant of what a date field gives: a text, a Date, or a Luxon DateTime from an expression.
 * A text without a zone is a time on the clock of `timeZone`. Null when it is no date.
 */
export function toInstant(value: unknown, timeZone: string): string | null {
	if (typeof value !== 'string') {
		const ms = value instanceof Date || isDateTime(value) ? Number(value.valueOf()) : NaN;
		return Number.isNaN(ms) ? null : new Date(ms).toISOString();
	}
	const text = value.trim();
	if (!withoutZone.test(text)) return iso(Date.parse(text));
	const asUtc = Date.parse(`${text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')}Z`);
	if (Number.isNaN(asUtc)) return null;
	// Twice, since the offset at the guess may differ from the one at the answer when the clock changes in between.
	const guess = asUtc - offsetMs(asUtc, timeZone);
	return iso(asUtc - offsetMs(guess, timeZone));
}

function isDateTime(value: unknown): value is { valueOf(): number } {
	return typeof value === 'object' && value !== null && 'toMillis' in value;
}

function iso(ms: number): string | null {
	return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** How far the clock of the zone is ahead of UTC at that instant. */
function offsetMs(instant: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(instant);
	const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
	const local = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	);
	return local - Math.floor(instant / 1000) * 1000;
}
