import { describe, expect, it } from '@jest/globals';
import { lint } from 'custom-values';
import { catalogue, codes, errors, print } from './support.ts';

describe('paths', () => {
	it.each([
		'<< contact.first_name >>',
		'<<contact.first_name>>',
		'<<\n\tcontact.first_name\u00a0>>',
		'<< contact/first_name >>',
		'<< contact.[first_name] >>',
		'<< [contact].first_name >>',
		'<< this.contact.first_name >>',
		'<< this/contact/first_name >>',
		'<< ./contact.first_name >>',
		'<< @root.contact.first_name >>',
		'<< @root/contact/first_name >>',
		'<< lookup contact "first_name" >>',
		'<< #with contact >><< first_name >><< /with >>',
		'<< #with contact >><< this.first_name >><< /with >>',
		'<< #with contact >><< ./first_name >><< /with >>',
		'<< #with contact as |c| >><< c.first_name >><< /with >>',
		'<< #with portal >><< ../contact.first_name >><< /with >>',
		'<< #with portal >><< contact.first_name >><< /with >>',
		'<< #with portal >><< @root.contact.first_name >><< /with >>',
		'<< #with contact >><< #with fields >><< ../first_name >><< /with >><< /with >>',
		'<< #with contact.first_name >><< this >><< /with >>',
		'<< #with contact.first_name >><< . >><< /with >>',
		'<< #with contact.first_name as |n| >><< n >><< /with >>',
	])('%s is the first name', (source) => {
		expect(print(source)).toBe('Anna');
	});

	it('reads names with spaces, and names at any depth of an item', () => {
		expect(print('<< contact.fields.[Favourite colour] >>')).toBe('teal');
		expect(print('<< item.rows.[1].name >> << item.rows.0.price >> << item.rows.length >>')).toBe(
			'Ink <blue> 1.5 2',
		);
	});

	it('prints scalars only', () => {
		const source = '[<< item.rows >>][<< item.prices >>][<< item.count >>][<< contact.vip >>]';
		expect(print(source)).toBe('[][][2][true]');
	});
});

describe('fallbacks', () => {
	it.each([
		['<< contact.fields.x | there >>', 'there'],
		['<< contact.fields.x|there>>', 'there'],
		["<< contact.fields.x | don't know  yet >>", "don't know yet"],
		['<< contact.fields.x | “friend” >>', '“friend”'],
		['<< contact.fields.x | >>', ''],
		['<< contact.fields.x | default "time" >>', 'time'],
		["<< contact.fields.x | default 'a | b' >>", 'a | b'],
		['<< contact.fields.x | default "a >> b" >>', 'a >> b'],
		['<< contact.fields.x | default plain text >>', 'plain text'],
		['<< default contact.fields.x "there" >>', 'there'],
		['<< default contact.fields.x contact.last_name >>', 'Ödegård'],
		['<< contact.fields.x | there | upper >>', 'THERE'],
		['<< contact.first_name | there >>', 'Anna'],
		['<< contact.fields.x | title of honour >>', 'title of honour'],
	])('%s prints %s', (source, expected) => {
		expect(print(source)).toBe(expected);
	});

	it('stands in for white space too', () => {
		const values = { contact: { first_name: ' \t' } };
		expect(print('<< contact.first_name | there >>', 'text', { values })).toBe('there');
	});

	it('means in HTML what HTML means', () => {
		expect(print('<< contact.fields.x | M&uuml;ller &amp; Co >>', 'html')).toBe('Müller &amp; Co');
		expect(print('<< contact.fields.x | a <b> >>', 'html')).toBe('a &lt;b&gt;');
	});

	it('tells when one looks like a filter', () => {
		expect(codes('<< contact.first_name | uper >>')).toContain('fallback_like_filter');
		expect(codes('<< contact.first_name | title of honour >>')).toContain('fallback_like_filter');
		expect(codes('<< contact.first_name | upper >>')).not.toContain('fallback_like_filter');
		for (const word of ['uppercase', 'lowercase', 'capitalise', 'titlecase', 'date_format']) {
			expect(codes(`<< contact.first_name | ${word} >>`)).toContain('fallback_like_filter');
		}
		for (const words of [
			'friend',
			'team',
			'customer',
			'everyone',
			'our "best" friend',
			'Area 51',
		]) {
			expect(codes(`<< contact.first_name | ${words} >>`)).toEqual([]);
		}
		expect(codes('<< contact.first_name | there >>')).toEqual([]);
		expect(codes('<< contact.first_name | default "upper" >>')).toEqual([]);
	});
});

describe('a word with an argument in quotes', () => {
	it.each([
		['<< contact.joined_at | dte "d MMMM" >>', 'dte', '| date "d MMMM yyyy"'],
		['<< contact.visits | curency "EUR" >>', 'curency', '| currency EUR'],
		['<< contact.visits | plurals "visit" "visits" >>', 'plurals', '| plural "course" "courses"'],
	])('%s is an error with the filter that may be meant', (source, word, usage) => {
		const [finding] = errors(source);
		expect(finding).toMatchObject({ code: 'unknown_filter', severity: 'error' });
		expect(finding?.message).toContain(`There is no filter ${word}. Did you mean ${usage}?`);
	});

	it('is an error, too, when it is like no filter', () => {
		const [finding] = errors('<< contact.first_name | shout "!" >>');
		expect(finding?.message).toBe(
			`There is no filter shout. If readers shall see this text, write | default "shout '!'".`,
		);
	});
});

describe('a filter as other languages write it', () => {
	it.each([
		['first_name | default: "there"', '| default "there"'],
		['first_name | default: there', '| default "there"'],
		[`first_name | default: 'Hello, you'`, '| default "Hello, you"'],
		['first_name | default("there")', '| default "there"'],
		[`first_name | default('say "hi"')`, `| default 'say "hi"'`],
		['joined_at | date: "d MMMM"', '| date "d MMMM"'],
		['joined_at | date:"d MMMM"', '| date "d MMMM"'],
		['joined_at | date : "d MMMM"', '| date "d MMMM"'],
		['joined_at | date("d MMMM")', '| date "d MMMM"'],
		['joined_at | date(long)', '| date long'],
		['visits | number(2)', '| number 2'],
		['visits | currency:EUR', '| currency EUR'],
		[`visits | currency('EUR')`, '| currency EUR'],
		['company | truncate(5)', '| truncate 5'],
		['company | truncate: 5, "a,b"', '| truncate 5 "a,b"'],
		['visits | plural("visit","visits")', '| plural "visit" "visits"'],
		['company | upper()', '| upper'],
		['magic_link | to: /courses', '| to /courses'],
	])('%s is an error with how it is written here', (inside, mend) => {
		const [finding, more] = errors(`<< contact.${inside} >>`, 'text');
		expect(finding).toMatchObject({ code: 'filter_misuse', severity: 'error' });
		expect(finding?.message).toMatch(/takes no (?:colon|brackets)\. Write \|/);
		expect(finding?.message.endsWith(`Write ${mend}.`)).toBe(true);
		expect(more).toBeUndefined();
		expect(errors(`<< contact.${inside.split(' | ')[0]} ${mend} >>`, 'text')).toEqual([]);
	});

	it('tells what is wrong with its arguments', () => {
		const [finding] = errors('<< contact.joined_at | date: "%B %d" >>');
		expect(finding).toMatchObject({ code: 'filter_misuse' });
		expect(finding?.message).toContain('does not know “B”');
	});

	it.each(['dte: "d MMMM"', 'uppercase("x")', 'replace("a", "b")'])(
		'%s is an error though there is no such filter',
		(pipe) => {
			expect(errors(`<< contact.company | ${pipe} >>`).map(({ code }) => code)).toEqual([
				'unknown_filter',
			]);
		},
	);

	it.each([
		'title: none',
		'date: to be announced',
		'list (none)',
		'number: 2024',
		'time:',
		'append: "!"',
		'truncat: 5',
	])('%s may be meant for readers, and is a warning', (pipe) => {
		const source = `<< contact.fields.x | ${pipe} >>`;
		expect(codes(source)).toEqual(['fallback_like_filter']);
		expect(print(source)).toBe(pipe);
	});

	it.each([
		'Title: none',
		'Price: 5 EUR',
		'Anna (the boss)',
		'Hi: there',
		'Note:',
		'Mr. (unknown)',
	])('%s is for readers', (pipe) => {
		const source = `<< contact.fields.x | ${pipe} >>`;
		expect(codes(source)).toEqual([]);
		expect(print(source)).toBe(pipe);
	});
});

describe('a near miss of a filter with its arguments', () => {
	it.each([
		['truncat 5', '| truncate 5'],
		['truncate_words 5', '| truncate 5'],
		['curency EUR', '| currency EUR'],
		['numbr 2', '| number 2'],
		['dat long', '| date long'],
		['defualt there', '| default "there"'],
	])('%s is told', (pipe, wish) => {
		const [finding] = lint(`<< contact.fields.x | ${pipe} >>`, { catalogue, context: 'text' });
		expect(finding).toMatchObject({ code: 'fallback_like_filter', severity: 'warning' });
		expect(finding?.message).toContain(`Did you mean the filter ${wish}?`);
	});

	it.each(['Titel 5', 'Dear friend', 'Timed out', 'team 5', 'a date later'])(
		'%s is for readers',
		(pipe) => {
			expect(codes(`<< contact.fields.x | ${pipe} >>`)).toEqual([]);
		},
	);
});

describe('blocks', () => {
	it.each([
		['<< #if contact.vip >>A<< else >>B<< /if >>', 'A'],
		['<< #if contact.fields.x >>A<< else >>B<< /if >>', 'B'],
		['<< #if item.empty >>A<< else >>B<< /if >>', 'B'],
		['<< #unless contact.fields.x >>A<< else >>B<< /unless >>', 'A'],
		['<< ^if contact.vip >>A<< else >>B<< /if >>', 'B'],
		['<< #if contact.vip >>A<< ^ >>B<< /if >>', 'A'],
		['<< #if contact.fields.x >>A<< else if contact.vip >>B<< else >>C<< /if >>', 'B'],
		['<< #if contact.fields.x >>A<< else unless contact.vip >>B<< else >>C<< /if >>', 'C'],
		['<< #if (trim contact.first_name) >>A<< /if >>', 'A'],
		['<< #if contact.first_name | trim >>A<< /if >>', 'A'],
		['<< #each item.rows >><< name >>,<< /each >>', 'Pen,Ink <blue>,'],
		['<< #each item.rows >><< this.name >>,<< /each >>', 'Pen,Ink <blue>,'],
		['<< #each item.rows as |row i| >><< i >>=<< row.name >>,<< /each >>', '0=Pen,1=Ink <blue>,'],
		['<< #each item.empty >>A<< else >>none<< /each >>', 'none'],
		['<< #each contact.tags >><< this >>-<< /each >>', 'red-green-blue-'],
		['<< #each contact.tags >><< @index >><< #if @last >>.<< /if >><< /each >>', '012.'],
		['<< #each contact.tags >><< #if @first >>!<< /if >><< . >><< /each >>', '!redgreenblue'],
		['<< #each item.prices >><< @key >>=<< this >> << /each >>', 'small=1 large=2 '],
		[
			'<< #each item.rows >><< #each tags >><< ../name >>:<< this >>:<< @../index >> << /each >><< /each >>',
			'Pen:a:0 Pen:b:0 ',
		],
		['<< #each item.rows >><< contact.first_name >><< /each >>', 'AnnaAnna'],
		['<< #with item.rows.[0] >><< name >><< /with >>', 'Pen'],
		['<< #with contact.fields.x >>A<< else >>B<< /with >>', 'B'],
	])('%s prints %s', (source, expected) => {
		expect(print(source)).toBe(expected);
	});

	it('counts 0 as false, unless told otherwise', () => {
		const values = { item: { n: 0 } };
		expect(print('<< #if item.n >>A<< else >>B<< /if >>', 'text', { values })).toBe('B');
		expect(
			print('<< #if item.n includeZero=true >>A<< else >>B<< /if >>', 'text', { values }),
		).toBe('A');
		expect(print('<< #with item.n >>A<< else >>B<< /with >>', 'text', { values })).toBe('A');
	});
});

describe('what prints nothing', () => {
	it.each([
		['a<< ! note >>b', 'ab'],
		['a<< !-- a >> b -->>b', 'ab'],
		['a << !-- << contact.nope >> -- ~>> b', 'a b'],
		['a <<~ contact.first_name ~>>\n b', 'aAnnab'],
		['a <<~ ! note ~>> b', 'ab'],
		['a\n<<~ #if contact.vip ~>>\n yes \n<<~ /if ~>>\n b', 'ayesb'],
		['<< raw >><< contact.first_name >> {{x}}<< /raw >>', '<< contact.first_name >> {{x}}'],
		['\\<< contact.first_name >>', '<< contact.first_name >>'],
		['\\<< name >> \\<< NEW >>', '<< name >> << NEW >>'],
		['<< raw >> << x >> << / raw >>', ' << x >> '],
		['\\\\<< contact.first_name >>', '\\Anna'],
	])('%j prints %j', (source, expected) => {
		expect(print(source)).toBe(expected);
	});

	it('takes a block tag alone in an HTML comment for the tag', () => {
		const source =
			'<table><!-- << #each item.rows >> --><tr><td><< name >></td></tr><!--<</each>>--></table>';
		expect(print(source, 'html')).toBe(
			'<table><tr><td>Pen</td></tr><tr><td>Ink &lt;blue&gt;</td></tr></table>',
		);
	});
});

describe('literal text', () => {
	it.each([
		'%3C% is how a URL writes a bracket and a percent sign',
		'cout << x << y >> z;',
		'cin >> a; if (a << 2 >> 1) {}',
		'std::cout << this->name << std::endl;',
		'a << b',
		'<<',
		'{{foo}} {{#if x}} {{{raw}}} \\{{x}} }}',
		'C:\\new\\<<',
		'body { color: red } /* << */',
		'<!-- a << b >> c -->',
		'if (a <<= 2) { }',
		'a <> 1 and <><',
		'<< Click here >>',
	])('%j stays as it is', (source) => {
		expect(print(source, 'html')).toBe(source);
		expect(print(source, 'text')).toBe(source);
	});
});
