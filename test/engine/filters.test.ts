import { describe, expect, it } from '@jest/globals';
import { codes, errors, print, thrown } from './support.ts';

describe('filters', () => {
	it.each([
		['<< contact.company | upper >>', 'ACME & SONS'],
		['<< upper contact.company >>', 'ACME & SONS'],
		['<< contact.last_name | lower >>', 'ödegård'],
		['<< contact.company | title >>', 'Acme & Sons'],
		['<< contact.company | capitalize >>', 'Acme & sons'],
		['<< contact.fields.x | \ttrim | nobody >>', 'nobody'],
		['<< contact.company | truncate 6 >>', 'acme…'],
		['<< contact.company | truncate 6 "" >>', 'acme &'],
		['<< contact.company | upper | truncate 5 "." >>', 'ACME.'],
		['<< truncate (upper contact.company) 6 >>', 'ACME…'],
		['<< contact.joined_at >>', '5 March 2026'],
		['<< contact.joined_at | date >>', '5 March 2026'],
		['<< contact.joined_at | date short >>', '05/03/2026'],
		['<< contact.joined_at | date "d MMMM yyyy" >>', '5 March 2026'],
		['<< date contact.joined_at "EEEE, dd.MM.yy" >>', 'Thursday, 05.03.26'],
		[`<< contact.joined_at | date "d 'of' MMM, h:mm a" >>`, '5 of Mar, 12:30 am'],
		['<< contact.joined_at | time >>', '00:30'],
		['<< contact.joined_at | time "H:mm:ss" >>', '0:30:00'],
		['<< contact.joined_at | relative_time >>', '9 months ago'],
		['<< contact.joined_at | not yet >>', '5 March 2026'],
		['<< contact.fields.birthday | date "d.M.yyyy" >>', '6.5.1990'],
		['<< contact.fields.city | date | unknown >>', 'unknown'],
		['<< contact.visits >>', '1234.5'],
		['<< contact.visits | number >>', '1,234.5'],
		['<< contact.visits | number 2 >>', '1,234.50'],
		['<< contact.visits | currency EUR >>', '€1,234.50'],
		['<< currency contact.visits "usd" >>', 'US$1,234.50'],
		['<< item.count >> << item.count | plural "course" "courses" >>', '2 courses'],
		['<< item.prices.small | plural "course" "courses" >>', 'course'],
		['<< contact.tags | list >>', 'red, green and blue'],
		['<< contact.tags | list or >>', 'red, green or blue'],
		['<< contact.tags | list "; " >>', 'red; green; blue'],
		['<< contact.company | url_encode >>', 'acme%20%26%20sons'],
		['<< contact.magic_link | to /courses >>', 'https://portal.example/l/def'],
		['<< contact.magic_link | to "/courses" >>', 'https://portal.example/l/def'],
		['<< contact.magic_link | to="/courses" >>', 'https://portal.example/l/def'],
		['<< contact.magic_link to="/courses" >>', 'https://portal.example/l/def'],
		['<< to contact.magic_link "/courses" >>', 'https://portal.example/l/def'],
		['<< contact.magic_link >>', 'https://portal.example/l/abc'],
	])('%s prints %s', (source, expected) => {
		expect(print(source)).toBe(expected);
	});

	it("speaks the contact's language, on the contact's clock", () => {
		const polish = { locale: 'pl', timeZone: 'Europe/Warsaw' };
		expect(print('<< contact.joined_at | date "d MMMM yyyy" >>', 'text', polish)).toBe(
			'5 marca 2026',
		);
		expect(print('<< contact.joined_at | date "LLLL" >>', 'text', polish)).toBe('marzec');
		const forms = '<< item.n | plural "kurs" "kursy" "kursów" >>';
		const print3 = (n: number) => print(forms, 'text', { ...polish, values: { item: { n } } });
		expect([1, 3, 5].map(print3)).toEqual(['kurs', 'kursy', 'kursów']);
		const tokyo = { locale: 'ja', timeZone: 'Asia/Tokyo' };
		expect(print('<< contact.joined_at | date >>', 'text', tokyo)).toBe('2026年3月5日');
		const newYork = { locale: 'en-US', timeZone: 'America/New_York' };
		expect(print('<< contact.joined_at >>', 'text', newYork)).toBe('March 4, 2026');
		expect(print('<< contact.fields.birthday | date >>', 'text', newYork)).toBe('May 6, 1990');
		const turkish = { locale: 'tr', values: { contact: { company: 'istanbul' } } };
		expect(print('<< contact.company | upper >>', 'text', turkish)).toBe('İSTANBUL');
	});

	it('takes an unknown locale for English and an unknown zone for UTC', () => {
		const nonsense = { locale: '??', timeZone: 'Mars/Olympus' };
		expect(print('<< contact.joined_at | date "d MMMM HH:mm" >>', 'text', nonsense)).toBe(
			'4 March 23:30',
		);
	});

	it('cuts between characters, never inside one', () => {
		const values = { contact: { company: '👩‍👩‍👧‍👦👍🏽é end' } };
		expect(print('<< contact.company | truncate 2 "" >>', 'text', { values })).toBe('👩‍👩‍👧‍👦👍🏽');
	});
});

describe('numbers', () => {
	it.each([
		[Infinity, 'none none'],
		[-Infinity, 'none none'],
		[NaN, 'none none'],
		[-0, '0 0.00'],
		[-0.001, '-0.001 0.00'],
		[-5, '-5 -5.00'],
	])('%p prints %s', (visits, expected) => {
		const source = '<< contact.visits | none >> << contact.visits | number 2 | none >>';
		expect(print(source, 'text', { values: { contact: { visits } } })).toBe(expected);
	});

	it('of money have no sign when nothing is left of them', () => {
		const cost = (visits: number) =>
			print('<< contact.visits | currency EUR >>', 'text', { values: { contact: { visits } } });
		expect([-0, -0.001, -5].map(cost)).toEqual(['€0.00', '€0.00', '-€5.00']);
		const source = '<< contact.visits | number >>';
		expect(print(source, 'text', { values: { contact: { visits: -0 } } })).toBe('0');
	});
});

describe('truncate', () => {
	it.each([
		['truncate 2 "...."', '..'],
		['truncate 2 ".."', '..'],
		['truncate 3 ".."', 'a..'],
		['truncate 3 "👩‍👩‍👧‍👦👍🏽"', 'a👩‍👩‍👧‍👦👍🏽'],
		['truncate 6 "…………………"', 'abcdef'],
	])('%s prints at most so many characters of abcdef', (filter, expected) => {
		const values = { contact: { company: 'abcdef' } };
		expect(print(`<< contact.company | ${filter} >>`, 'text', { values })).toBe(expected);
	});
});

describe('a list', () => {
	const source = '\n<< item.rows | list >>';
	const values = (length: number) => ({ item: { rows: Array.from({ length }, () => 'x') } });

	it('has at most as many items as a loop', () => {
		const printed = print(source, 'text', { values: values(500) });
		expect(printed.match(/x/g)).toHaveLength(500);
		for (const text of [source, `${source.slice(0, -3)} | none >>`]) {
			const { findings } = thrown(() => print(text, 'text', { values: values(501) }));
			expect(findings).toEqual([
				{
					code: 'too_many_items',
					severity: 'error',
					line: 2,
					column: 1,
					length: 0,
					message: 'A list has at most 500 items.',
				},
			]);
		}
	});
});

describe('right_now', () => {
	it('is the moment of the render on the reader’s clock', () => {
		const source =
			'<< right_now.year >>-<< right_now.month >>-<< right_now.day >> << right_now.hour_24 >>:<< right_now.minute >>:<< right_now.second >> << right_now.hour >> << right_now.am_pm >> << right_now.day_of_week >> << right_now.month_name >>';
		expect(print(source)).toBe('2026-11-22 14:30:5 2 PM Sunday November');
		const auckland = { timeZone: 'Pacific/Auckland' };
		expect(print('<< right_now.day >> << right_now.hour_24 >>', 'text', auckland)).toBe('23 2');
	});

	it('comes in the usual forms', () => {
		expect(
			print(
				'<< right_now.little_endian_date >> << right_now.middle_endian_date >> << right_now.date >> << right_now.time >>',
			),
		).toBe('22/11/2026 11/22/2026 22 November 2026 14:30');
		expect(print('<< right_now.date | date "yyyy" >>')).toBe('2026');
	});
});

/** `trim (trim (… x))`. */
const nested = (count: number) =>
	`${'trim ('.repeat(count - 1)}trim contact.first_name${')'.repeat(count - 1)}`;

describe('misuse of a filter', () => {
	it.each([
		'<< contact.joined_at | date "YYYY" >>',
		'<< contact.visits | currency "Euro" >>',
		'<< contact.visits | number 99 >>',
		'<< contact.company | truncate "x" >>',
		'<< contact.vip | date >>',
		'<< contact.tags | upper >>',
		'<< contact.first_name | list >>',
		'<< contact.first_name | to /courses >>',
		'<< portal.url | to /courses >>',
		'<< upper >>',
		'<< upper contact.first_name "x" >>',
		'<< date contact.joined_at contact.first_name >>',
		'<< currency contact.visits EUR >>',
	])('%s', (source) => {
		expect(errors(source).map(({ code }) => code)).toEqual(['filter_misuse']);
	});

	it('says how the filter is written', () => {
		expect(errors('<< contact.visits | currency "Euro" >>')[0]?.message).toContain(
			'| currency EUR',
		);
	});

	it('refuses more filters than anybody needs', () => {
		expect(codes(`<< contact.first_name ${'| trim '.repeat(17)}>>`)).toContain('too_many_filters');
	});

	it.each([
		['nested', nested],
		['nested below pipes', (count: number) => `${nested(count - 2)} | lower | upper`],
		['in a condition', (count: number) => `#if (${nested(count)})`],
	])('counts filters %s', (_, inside) => {
		const close = inside(16).startsWith('#if') ? 'x<< /if >>' : '';
		const found = (count: number) =>
			errors(`<< ${inside(count)} >>${close}`).map(({ code }) => code);
		expect(found(16)).toEqual([]);
		expect(found(17)).toEqual(['too_many_filters']);
		expect(found(200)).toEqual(['too_many_filters']);
	});
});

describe('a date pattern', () => {
	it.each([
		['date "dd/mm/yyyy"', 'The letter m is for minutes.'],
		['time "HH:MM"', 'The letter M is for the month.'],
	])('is refused where it mixes months and minutes: %s', (filter, said) => {
		const [finding] = errors(`<< contact.joined_at | ${filter} >>`);
		expect(finding?.code).toBe('filter_misuse');
		expect(finding?.message).toContain(said);
	});

	it.each(['date "HH:mm d.M.yyyy"', 'time "mm:ss"', `date "H 'Uhr', MMMM d"`, 'date "MM/yy"'])(
		'may be %s',
		(filter) => {
			expect(errors(`<< contact.joined_at | ${filter} >>`)).toEqual([]);
		},
	);
});
