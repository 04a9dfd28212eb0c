import { describe, expect, it } from '@jest/globals';

import { PortalError } from '../../../server/errors.ts';
import { compileContents } from '../../../server/services/compile-content.ts';
import { expectLinear } from '../../support/growth.ts';
import { portalOf } from '../mail/batch.ts';

const link = '<a href="<< contact.magic_link >>">in</a>';

/** Each makes HTML of about the given length; hostile to what builds a tree of it. */
const hostile: Record<string, (length: number) => string> = {
	'formatting elements without end': (length) =>
		'<p>' +
		Array.from({ length: length / 30 }, (_, n) => `<b id=${String(n)}>`).join('') +
		'<p>x'.repeat(length / 8) +
		link,
	'elements in elements': (length) => '<div>'.repeat(length / 5) + link,
	'elements in as many elements as are allowed': (length) =>
		'<div>'.repeat(190) + '<i>a</i>'.repeat(length / 8) + link,
	'lines in quotations': (length) => `${'<blockquote>'.repeat(9)}<pre>${'a\n'.repeat(length / 2)}`,
	'end tags': (length) => '<div>'.repeat(190) + '</x>'.repeat(length / 4),
	'items of a list': (length) => `<ol>${'<li>a'.repeat(length / 8)}`,
	'start tags with quotes': (length) =>
		`<a title='" ' href="<< contact.magic_link >>">`.repeat(length / 128),
};

describe('compileContents takes time that grows with the length of the HTML, not with its square', () => {
	/** A text of its own each time, which was not compiled before. */
	let made = 0;
	const compile = (html: string) => {
		const content = { subject: `No. ${String(made++)}`, html, text: '' };
		try {
			compileContents(portalOf(), 'email', [content]);
		} catch (error) {
			if (!(error instanceof PortalError)) throw error;
			expect(error.code).toBe('template_invalid');
		}
	};
	const small = 15_000;
	const factor = 8;
	const expectGrowth = (make: (length: number) => string) => {
		const [short, long] = [make(small), make(small * factor)];
		expectLinear(
			factor,
			() => {
				compile(short);
			},
			() => {
				compile(long);
			},
		);
	};

	it('what is too long for the engine is not looked at any further', () => {
		expectGrowth((length) => '<div>'.repeat(length));
	});

	it.each(Object.entries(hostile))('%s', (_name, make) => {
		expectGrowth(make);
	});
});
