import { describe, it } from '@jest/globals';
import { analyse, compile, lint, render, repair } from 'custom-values';
import { expectLinear } from '../support/growth.ts';
import { catalogue, options } from './support.ts';

/** Each makes a text of about the given length; hostile to a scanner that looks ahead again and again. */
const hostile: Record<string, (length: number) => string> = {
	openers: (length) => '<<'.repeat(length / 2),
	'openers with space': (length) => '<< '.repeat(length / 3),
	'tags without end': (length) => '<< contact.first_name '.repeat(length / 22),
	'unknown tags without end': (length) => '<< contatc.frist_name '.repeat(length / 22),
	'unknown tags': (length) => '<< contcat_frist >>'.repeat(length / 19),
	quotes: (length) => '<< contact.first_name | " '.repeat(length / 26),
	'quotes in one tag': (length) => `<< contact.first_name | ${`" '`.repeat(length / 3)} >>`,
	'white space in a tag': (length) => `<<${' '.repeat(length)}contact.first_name >>`,
	'white space before trimming tags': (length) =>
		`${' '.repeat(length)}x<<~ contact.first_name ~>>`,
	'comments without end': (length) => '<< !-- '.repeat(length / 7),
	'notes that a dash may end': (length) => '<< !-- a – >> '.repeat(length / 14),
	'a note with dashes': (length) => `<< !-- ${'– -- '.repeat(length / 5)}`,
	'blocks around halves of lists': (length) =>
		'<< #if contact.vip >><ul><li>a</li><< /if >>'.repeat(length / 45),
	'comments that are shown': (length) => '&lt;!-- << #if contact.vip >> --&gt;'.repeat(length / 36),
	'raw without end': (length) => '<< raw >>'.repeat(length / 9),
	closers: (length) => '>>'.repeat(length / 2),
	brackets: (length) => '<< contact.[ '.repeat(length / 13),
	backslashes: (length) => `${'\\'.repeat(length)}<< contact.first_name >>`,
	'angle brackets': (length) => '<'.repeat(length),
	'HTML comments': (length) => '<!--'.repeat(length / 4),
	'conditional comments': (length) => '<!--[if mso'.repeat(length / 11),
	dashes: (length) => `<!--${'-'.repeat(length)}`,
	'HTML tags without end': (length) => '<a href="'.repeat(length / 9),
	attributes: (length) => `<a ${'b '.repeat(length / 2)}`,
	'attributes with space': (length) => `<a b${' '.repeat(length)}c`,
	'odd quotes': (length) => `<a b="${` c='"`.repeat(length / 5)}`,
	images: (length) => '<img src="&#47;">'.repeat(length / 17),
	'images without end': (length) => '<img '.repeat(length / 5),
	'styles without end': (length) => '<style><a>'.repeat(length / 10),
	'long addresses': (length) => `<a href="http://${'a.'.repeat(length / 2)}">`,
	titles: (length) => `<title>${'</titl'.repeat(length / 6)}`,
	'other tags with more in them': (length) => '{{ab | {{#if ab {{~&nbsp;'.repeat(length / 25),
	'a block of another product with space': (length) => `{{#if${' '.repeat(length)}`,
	'a test of another product with space': (length) =>
		`{{if${' '.repeat(length / 2)}a${' '.repeat(length / 2)}`,
	'notes with marks between their brackets': (length) => '<\u200b< !--'.repeat(length / 7),
	'encoded notes with marks between': (length) => '&lt;&shy;&lt; !-- '.repeat(length / 18),
	'notes that nothing ends': (length) => `<< ! ${' '.repeat(50)}`.repeat(length / 55),
	'encoded fallbacks with space': (length) =>
		`&lt;&lt; contact.first_name | a${' '.repeat(7900)}b &gt;&gt;`.repeat(length / 7950),
	'half a tag with space': (length) => `<${' '.repeat(length)}contact.first_name >`,
	'half tags': (length) => '< contact.first_name | '.repeat(length / 23),
	'half blocks with space': (length) => `< #if${' '.repeat(190)}`.repeat(length / 195),
	'words with signs between': (length) => '<< contact->first_name '.repeat(length / 23),
	'a long word': (length) => `<< ${'a'.repeat(length)} >>`,
	'other tags': (length) => '{{ab}} %ab '.repeat(length / 11),
	braces: (length) => '{{ '.repeat(length / 3),
	'encoded openers': (length) => '&lt;&lt; '.repeat(length / 9),
	'encoded openers without space': (length) => '&lt;&lt;'.repeat(length / 8),
	'encoded tags without end': (length) => '&lt;&lt; contact.first_name '.repeat(length / 28),
	'tags encoded often': (length) => `&${'amp;'.repeat(length / 4)}lt;`,
	'entities without end': (length) => '&amp;'.repeat(length / 5),
	'an encoded tag with white space': (length) =>
		`&lt;&lt;${' '.repeat(length)}contact.first_name &gt;&gt;`,
	'an encoded tag with bars': (length) =>
		`&lt;&lt; contact.first_name ${'| " '.repeat(length / 4)}&gt;&gt;`,
	'encoded tags with quotes': (length) =>
		`&lt;&lt; contact.first_name | default ${`“ ' "`.repeat(300)}&gt;&gt;`.repeat(length / 1560),
	'markup between brackets': (length) => `&lt;${'<b>'.repeat(length / 3)}`,
	'brackets with markup between': (length) => '&lt;<b>'.repeat(length / 7),
	'markup in a tag': (length) => `<< contact.${'<b>'.repeat(length / 3)}first_name >>`,
	'tags with markup': (length) => '<< contact.<b>first_name</b> >>'.repeat(length / 31),
	'brackets with zero-width marks between': (length) => '<\u200b'.repeat(length / 2),
	'encoded brackets with soft hyphens between': (length) => '&lt;&shy;'.repeat(length / 9),
	'percent-encoded brackets with marks between': (length) => '%3C\u200b'.repeat(length / 4),
	'zero-width marks': (length) => `<${'\u200b'.repeat(length)}`,
	'elements made of tags': (length) =>
		'&lt;<contact.first_name a="" b="">&gt; '.repeat(length / 80) +
		'</contact.first_name>'.repeat(length / 42),
	'end tags': (length) => '</contact.first_name>'.repeat(length / 21),
	'unspaced tags and end tags': (length) =>
		'<<contact.first_name>></contact.first_name>'.repeat(length / 43),
	'guillemets in guillemets': (length) => '« contact.first_name | «'.repeat(length / 24),
	guillemets: (length) => '« contact.first_name '.repeat(length / 21),
	'percent-encoded openers': (length) => '%3C%3C%20'.repeat(length / 9),
	'percent signs': (length) => '%contact.first_name'.repeat(length / 19),
	'lost names': (length) => 'a <> '.repeat(length / 5),
	'lost names in code': (length) => '<code><>'.repeat(length / 8),
	'empty tags': (length) => `<<${' '.repeat(length / 2)}`.repeat(2),
	'raw blocks encoded': (length) => '&lt;&lt; raw &gt;&gt; '.repeat(length / 22),
	'unknown names': (length) => '<< nothing_known | x >> '.repeat(length / 24),
	'unknown names with space': (length) => `<< nothing_known${' '.repeat(length)}`,
	'unknown names with bars': (length) => '<< nothing_known | '.repeat(length / 19),
	'a long path': (length) => `<< ${'a.'.repeat(length / 2)}a >>`,
	'a long URL before a tag': (length) =>
		`<a href="https://${'a/'.repeat(length / 2)}<< portal.url >>">`,
	'URLs before tags': (length) => '<a href="http://<< portal.url >>">'.repeat(length / 34),
	'empty blocks': (length) => '<< #if contact.vip >><< /if >>'.repeat(length / 30),
	'a long word before links': (length) =>
		`${'x'.repeat(length)}&nbsp;${'<< contact.magic_link >>'.repeat(20)}`,
	'no-break spaces': (length) => '&nbsp;'.repeat(length / 6),
	'addresses that never begin': (length) =>
		'<a href="'.concat('<< contact.company >>x'.repeat(Math.min(1_900, length / 22)), '">'),
	'lists of addresses': (length) => `<img srcset="${'x 1x,'.repeat(length / 5)}<< portal.url >>">`,
	'line breaks': (length) => '\n'.repeat(length),
};

const small = 32_000;
const factor = 8;

describe('time less than 2.5 times as long for a text twice as long', () => {
	it.each(Object.entries(hostile))('%s', (_name, make) => {
		const [short, long] = [make(small), make(small * factor)];
		for (const context of ['html', 'text'] as const) {
			expectLinear(
				factor,
				() => lint(short, { catalogue, context }),
				() => lint(long, { catalogue, context }),
			);
			expectLinear(
				factor,
				() => repair(short, { catalogue, context }),
				() => repair(long, { catalogue, context }),
			);
		}
	});

	it('analysis of links under many conditions, too', () => {
		const make = (links: number) =>
			compile(
				Array.from(
					{ length: links },
					(_, n) => `<< #if item.x${n} >><< contact.magic_link >><< /if >>`,
				).join(''),
				{ catalogue, context: 'text' },
			);
		const [short, long] = [make(80), make(80 * factor)];
		const times = (text: typeof short) => () => {
			for (let n = 0; n < 20; n++) analyse([text]);
		};
		expectLinear(factor, times(short), times(long));
	});

	it('rendering, too', () => {
		const make = (rows: number) => ({
			item: { rows: Array.from({ length: rows }, () => ({ name: '&'.repeat(500) })) },
		});
		const source = '<p title="<< #each item.rows >><< name >><< /each >>">';
		const compiled = compile(source, { catalogue, context: 'html' });
		const [short, long] = [make(40), make(40 * factor)];
		expectLinear(
			factor,
			() => render(compiled, short, options),
			() => render(compiled, long, options),
		);
	});
});
