import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { print } from './support.ts';

const run = promisify(execFile);

/** What a value prints through the date filter, for readers in Berlin unless told otherwise. */
function printed(
	at: string | number,
	pattern = 'yyyy-MM-dd HH:mm:ss',
	more: { locale?: string; timeZone?: string } = {},
): string {
	const source = `<< contact.joined_at | date "${pattern}" | nothing >>`;
	return print(source, 'text', { values: { contact: { joined_at: at } }, ...more });
}

describe('a time without an offset', () => {
	it('is one of the zone of its reader', () => {
		expect(printed('2026-03-04 23:30:00')).toBe('2026-03-04 23:30:00');
		expect(printed('2026-03-04T23:30', 'd MMM HH:mm', { timeZone: 'Asia/Kolkata' })).toBe(
			'4 Mar 23:30',
		);
		expect(
			print('<< item.at | date >>', 'text', { values: { item: { at: '2026-03-04 23:30' } } }),
		).toBe('4 March 2026');
	});

	it.each([
		['goes on where the clocks leave its hour out', '2026-03-29 02:30', '03:30', '01:30'],
		['stays before that hour', '2026-03-29 01:59', '01:59', '00:59'],
		['stays after that hour', '2026-03-29 03:00', '03:00', '01:00'],
		['is the first of two in an hour that comes twice', '2026-10-25 02:30', '02:30', '00:30'],
		['stays before that hour', '2026-10-25 01:59', '01:59', '23:59'],
		['stays after that hour', '2026-10-25 03:00', '03:00', '02:00'],
	])('%s: %s', (_, at, inBerlin, inUtc) => {
		const source = '<< item.at | time "HH:mm" >> << item.ms | time "HH:mm" >>';
		const now = Date.parse(`${at.slice(0, 10)}T${inUtc}Z`) - (inUtc === '23:59' ? 86_400_000 : 0);
		const values = { item: { at, ms: now } };
		expect(print(source, 'text', { values })).toBe(`${inBerlin} ${inBerlin}`);
		expect(print('<< item.at | relative_time >>', 'text', { values, now })).toBe('now');
	});

	it('shows on the clock of any zone what it says, but for hours that are left out', () => {
		const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
		const moment = fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2035, 0) });
		fc.assert(
			fc.property(moment, fc.constantFrom(...zones), (ms, timeZone) => {
				const shown = printed(Math.floor(ms / 1000) * 1000, undefined, { timeZone });
				expect(printed(shown, undefined, { timeZone })).toBe(shown);
			}),
		);
	});
});

describe('a time with an offset', () => {
	it.each([
		['2026-03-04T23:30:00Z', '2026-03-05 00:30:00'],
		['2026-03-04T23:30:00.999z', '2026-03-05 00:30:00'],
		['2026-03-04 23:30:00+00', '2026-03-05 00:30:00'],
		['2026-03-04 23:30:00 UTC', '2026-03-05 00:30:00'],
		['2026-03-04T23:30:00,5 +0530', '2026-03-04 19:00:00'],
		['2026-03-04T23:30-03:30', '2026-03-05 04:00:00'],
		['2026-03-04T24:00Z', '2026-03-05 01:00:00'],
		['  2026-03-04T23:30Z\n', '2026-03-05 00:30:00'],
	])('%s is %s in Berlin', (at, expected) => {
		expect(printed(at)).toBe(expected);
	});
});

describe('years below 100', () => {
	it('are not taken for those of another century', () => {
		const utc = { timeZone: 'UTC' };
		expect(printed('0001-01-01T00:00:00Z', 'd MMM yyyy', utc)).toBe('1 Jan 0001');
		expect(printed('0099-12-31', 'd MMM yyyy', utc)).toBe('31 Dec 0099');
		expect(printed('0050-06-01 12:00', 'd MMM yyyy HH:mm')).toBe('1 Jun 0050 12:00');
	});
});

describe('what is no date', () => {
	it.each([
		'2026-02-30',
		'2026-02-29T10:00Z',
		'2026-13-01',
		'2026-00-10',
		'2026-04-31 10:00',
		'2026-03-04T24:01Z',
		'2026-03-04T10:60',
		'2026-03-04T10:00:60Z',
		'2026-03-04 11:30 PM',
		'2026-03-04T23:30 and so on',
		'4 March 2026',
		8.64e15,
		NaN,
	])('%s is missing', (at) => {
		expect(printed(at)).toBe('nothing');
	});

	it('29 February is one where there is one', () => {
		expect(printed('2028-02-29', 'd.M.')).toBe('29.2.');
	});
});

describe('relative_time', () => {
	/** As somebody in Berlin reads it on Sunday, 22 November 2026, 14:30:05, or at another time. */
	const told = (at: string | number, now = '2026-11-22 13:30:05Z', locale = 'en') =>
		print('<< item.at | relative_time >>', 'text', {
			values: { item: { at } },
			now: Date.parse(now),
			locale,
		});

	it.each([
		['2026-11-22 14:30:05', 'now'],
		['2026-11-22 14:30:45', 'in 40 seconds'],
		['2026-11-22 14:31:04.700', 'in 1 minute'],
		['2026-11-22 14:29:00', '1 minute ago'],
		['2026-11-22 15:29:47', 'in 1 hour'],
		['2026-11-22 13:30:23', '1 hour ago'],
		['2026-11-23 09:00', 'in 18 hours'],
		['2026-11-21 15:30', '23 hours ago'],
		['2026-11-23 14:10', 'tomorrow'],
		['2026-11-23 23:59', 'tomorrow'],
		['2026-11-24 00:00', 'in 2 days'],
		['2026-11-21 00:00', 'yesterday'],
		['2026-11-20 23:59', '2 days ago'],
		['2026-11-28 23:59', 'in 6 days'],
		['2026-11-29 00:01', 'in 1 week'],
		['2026-11-15 00:00', '1 week ago'],
		['2026-12-20 00:00', 'in 4 weeks'],
		['2026-12-23 00:00', 'in 1 month'],
		['2027-11-01 00:00', 'in 11 months'],
		['2027-11-15 00:00', 'in 1 year'],
		['2024-11-22 00:00', '2 years ago'],
	])('%s is %s', (at, expected) => {
		expect(told(at)).toBe(expected);
	});

	it('counts a day without a time in days', () => {
		expect(told('2026-11-22')).toBe('today');
		expect(told('2026-11-22', '2026-11-21 23:30Z')).toBe('today');
		expect(told('2026-11-23')).toBe('tomorrow');
		expect(told('2026-11-23', '2026-11-22 22:59Z')).toBe('tomorrow');
		expect(told('2026-11-21', '2026-11-22 22:59Z')).toBe('yesterday');
		expect(told('2026-11-24', undefined, 'de')).toBe('übermorgen');
	});

	it('goes by the days of the reader', () => {
		expect(told('2026-11-24 00:30', '2026-11-22 21:00Z')).toBe('in 2 days');
		const values = { item: { at: '2026-11-23T23:30:00Z' } };
		const newYork = { values, now: Date.parse('2026-11-22T21:00Z'), timeZone: 'America/New_York' };
		expect(print('<< item.at | relative_time >>', 'text', newYork)).toBe('tomorrow');
	});

	it('keeps to hours on the long day when the clocks go back', () => {
		expect(told('2026-10-25 23:50', '2026-10-24 22:05Z')).toBe('in 25 hours');
	});
});

describe('patterns', () => {
	const day = '2026-03-04';

	it.each([
		['fa', 'd MMMM yyyy', '۴ مارس ۲۰۲۶'],
		['de-u-ca-buddhist', 'd MMMM yyyy', '4 März 2026'],
		['ja-JP-u-ca-japanese', 'yyyy MMMM', '2026 3月'],
		['ja', 'd MMMM yyyy', '4 3月 2026'],
		['ja', 'MMMM yyyy', '3月 2026'],
		['ja', 'LLL', '3月'],
		['zh', 'd MMMM yyyy', '4 三月 2026'],
		['zh', 'd MMM yyyy', '4 3月 2026'],
		['zh-Hant', 'd MMMM yyyy', '4 3月 2026'],
		['ko', 'yyyy MMMM d', '2026 3월 4'],
		['fi', 'd MMM', '4 maalis'],
		['bg', 'd MMM', '4 март'],
		['pl', 'd MMMM', '4 marca'],
		['en', 'MMMM', 'March'],
	])('of %s: %s prints %s', (locale, pattern, expected) => {
		expect(printed(day, pattern, { locale })).toBe(expected);
	});

	it('name every month in every language that Intl has', () => {
		const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
		const names = letters.flatMap((a) =>
			letters.flatMap((b) => [a + b, ...letters.map((c) => a + b + c)]),
		);
		const locales = Intl.DateTimeFormat.supportedLocalesOf(names);
		expect(locales.length).toBeGreaterThan(100);
		const bare = locales.filter((locale) =>
			['MMMM d', 'MMM d', 'MMMM', 'MMM', 'LLLL'].some((pattern) =>
				/^(?:\p{N}+|)$/u.test(printed(day, pattern, { locale }).replace(/ \p{N}+$/u, '')),
			),
		);
		expect(bare).toEqual([]);
	});

	it('leave a style its own calendar', () => {
		const source = '<< contact.fields.birthday | date long >>';
		expect(print(source, 'text', { locale: 'fa' })).toMatch(/۱۳۶۹/);
	});

	it('give right_now names that belong to its numbers', () => {
		const name = (locale: string) => print('<< right_now.month_name >>', 'text', { locale });
		expect(['fa', 'ja', 'zh', 'uz-Arab'].map(name)).toEqual(['نوامبر', '11月', '十一月', 'نومبر']);
	});
});

describe('the process that renders', () => {
	const source = `
		import { compile, defineCatalogue, render } from 'custom-values';
		const catalogue = defineCatalogue([{ path: 'item.*', type: 'text', cost: 'row', description: '', sample: '' }]);
		const text = '<< item.at | date >>, << item.at | time "HH:mm" >>, << item.at | relative_time >>, << item.n | number >>, << item.n | currency EUR >>, << item.n | plural "one" "two" "more" >>, << item.list | list >>, << item.name | upper >>';
		const compiled = compile(text, { catalogue, context: 'text' });
		const item = { at: '2026-03-04 23:30:00', n: 1234.5, list: ['a', 'b'], name: 'mix' };
		for (const locale of ['xx', 'tlh', 'zz-ZZ', 'und', 'ars', 'de']) {
			console.log(render(compiled, { item }, { locale, timeZone: 'Europe/Berlin', now: Date.UTC(2026, 2, 1), onMissing: 'empty' }).text);
		}
	`;
	const english = 'March 4, 2026, 23:30, in 3 days, 1,234.5, €1,234.50, two, a and b, MIX';

	it.each([
		['UTC', 'C'],
		['America/New_York', 'de_DE.UTF-8'],
		['Asia/Tokyo', 'tr_TR.UTF-8'],
	])('is of no concern: %s, %s', async (TZ, LC_ALL) => {
		const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], {
			cwd: import.meta.dirname,
			env: { ...process.env, TZ, LC_ALL },
		});
		const lines = stdout.trim().split('\n');
		expect(lines.slice(0, 4)).toEqual([english, english, english, english]);
		expect(lines.slice(4)).toEqual([
			'٤ مارس ٢٠٢٦, ٢٣:٣٠, خلال ٣ أيام, ١٬٢٣٤٫٥, \u200f١٬٢٣٤٫٥٠\u00a0€, more, a and b, MIX',
			'4. März 2026, 23:30, in 3 Tagen, 1.234,5, 1.234,50\u00a0€, two, a und b, MIX',
		]);
	});
});
