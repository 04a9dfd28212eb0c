import { describe, it } from '@jest/globals';
import { analyse, compile, lint, render } from 'custom-values';
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
	titles: (length) => `<title>${'</titl'.repeat(length / 6)}`,
	'other tags': (length) => '{{ab}} %ab '.repeat(length / 11),
	braces: (length) => '{{ '.repeat(length / 3),
	'encoded openers': (length) => '&lt;&lt; '.repeat(length / 9),
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
