import { describe, expect, it } from '@jest/globals';
import { compile, repair } from 'custom-values';
import { catalogue, codes, errors } from './support.ts';

const inIf = (tag: string) => `<< #if contact.vip >>a${tag}b<< /if >>`;
const inEach = (tag: string) => `<< #each item.rows as |row| >>${tag}<< /each >>`;

describe('what is nearly a tag', () => {
	it.each([
		['<< elseif contact.vip >>', 'else if'],
		['<< elsif contact.vip >>', 'else if'],
		['<< elif contact.vip >>', 'else if'],
		['<< #elseif contact.vip >>', 'else if'],
		['<< else: >>', 'else'],
		['<< else. >>', 'else'],
		['<< :else >>', 'else'],
		['<< #else >>', 'else'],
		['<< ELSE >>', 'else'],
		['<< if contact.vip >>', '#if'],
		['<< #If contact.vip >>', '#if'],
		['<< #for item.rows >>', '#each'],
	])('says what %s is called here', (tag, fix) => {
		expect(errors(inIf(tag))).toEqual([
			expect.objectContaining({ code: 'near_miss', column: 26, fix }),
		]);
	});

	it.each([
		['<< end if >>', 6],
		['<< endif >>', 5],
		['<< /endif >>', 6],
		['<< end >>', 3],
		['<< /for >>', 4],
	])('says how %s is written here', (tag, length) => {
		expect(errors(`<< #if contact.vip >>a${tag}`)).toContainEqual(
			expect.objectContaining({ code: 'near_miss', column: 26, length, fix: '/if' }),
		);
	});

	it.each([
		'<< first name >>',
		'<< contact:first_name >>',
		'<< contact->first_name >>',
		'<< contact, first_name >>',
		'<< .contact.first_name >>',
		'<< @contact.first_name >>',
		'<< "contact.first_name" >>',
		'<< (contact.first_name) >>',
		'<<= contact.first_name >>',
	])('says how %s is written here', (tag) => {
		expect(errors(`Hi ${tag}`)).toEqual([
			expect.objectContaining({
				...{ code: 'near_miss', column: 4, length: tag.length },
				fix: '<< contact.first_name >>',
			}),
		]);
	});

	it.each([
		['< contact.first_name >>', '<< contact.first_name >>'],
		['<contact.first_name>', '<< contact.first_name >>'],
		['< contact.first_name | there >', '<< contact.first_name | there >>'],
		['< #if contact.vip >>', '<< #if contact.vip >>'],
	])('misses a bracket before %s', (tag, fix) => {
		expect(errors(`Hi ${tag}`)).toEqual([
			expect.objectContaining({ code: 'unclosed_tag', column: 4, length: tag.length, fix }),
		]);
	});

	it.each([
		inEach('<< name >'),
		inEach('<< @index >'),
		inEach('<< this >'),
		inEach('<< row.name > , '),
		inIf('<< else >'),
		'<< upper contact.first_name >',
		'<< contact.first_name | there >',
	])('misses a bracket behind, in %s', (source) => {
		expect(codes(source)).toEqual(['unclosed_tag']);
		expect(errors(source)[0]?.fix).toMatch(/^<< [^<>]+ >>$/);
	});

	it.each([
		'std::cout << contact->name << std::endl;',
		'<code><contact.first_name> << contact->name >></code>',
		'<< contact’s choice >>',
		'<< if you like >>',
		'<< item, or two >>',
		'if (a < contact.length) b = c >> 2;',
		'<p>5 < 6 and 7 > 3</p>',
		'\\<< contact->name >>',
	])('is not found in %s', (source) => {
		expect(codes(source)).toEqual([]);
	});
});

describe('a block next to a table', () => {
	it.each([
		'<< #if item.note >><< item.note >><< /if >>\n<table></table>',
		'<< #each item.rows >><< name >><< /each >>\n<table></table>',
		'<< #unless contact.vip >><< contact.first_name | there >><< /unless >> <table></table>',
	])('is none that was moved when it prints something: %j', (source) => {
		expect(errors(source)).toEqual([]);
	});
});

describe('a note', () => {
	it.each([
		['<< !-- internal --> Anna', '<< !-- internal -- >>'],
		['<< !-- internal > Anna', '<< !-- internal -- >>'],
		['<< ! internal > Anna', '<< ! internal >>'],
		['<< !-- a >> and << !-- b -- >>', '<< !-- a -- >>'],
		['<< !-- internal', undefined],
		['&lt;&lt; !-- internal --&gt; Anna', undefined],
	])('that does not end is told: %s', (source, fix) => {
		const [finding, more] = errors(`Hi ${source}`);
		expect(finding).toMatchObject({ code: 'unclosed_tag', column: 4 });
		expect(finding?.fix).toBe(fix);
		expect(more).toBeUndefined();
	});

	it('ends at the first plain end, whatever stands encoded in it', () => {
		const source = 'a<< !-- the old tag was &lt;&lt; x --&gt;&gt; << contact.magic_link >> -- >>b';
		expect(errors(source)).toEqual([]);
		expect(repair(source, { catalogue, context: 'html' })).toEqual({ source, findings: [] });
		expect(compile(source, { catalogue, context: 'html' }).uses).toEqual([]);
	});
});
