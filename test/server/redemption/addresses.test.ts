import { describe, expect, it } from '@jest/globals';

import { canonicalEmail, readEmail } from '../../../server/services/addresses.ts';

describe('canonicalEmail', () => {
	it.each([
		['  Ada@Example.COM ', 'ada@example.com'],
		['first.last+tag@sub.example.org', 'first.last+tag@sub.example.org'],
		["o'hara@example.com", "o'hara@example.com"],
		['jörg@bücher.example.com', 'jörg@xn--bcher-kva.example.com'],
		['user@例え.example.com', 'user@xn--r8jz45g.example.com'],
		['ａｄａ@example.com', 'ada@example.com'],
		[`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
	])('R35 makes %j into %j', (given, canonical) => {
		expect(canonicalEmail(given)).toBe(canonical);
		expect(canonicalEmail(canonical)).toBe(canonical);
	});

	it.each(['', '\u0301', '\u0300', '\u0345', '\u0327'])(
		'R35 is what it makes of itself, for every letter followed by %j',
		(mark) => {
			const changed: string[] = [];
			for (let code = 0x80; code < 0x20000; code += 1) {
				const letter = String.fromCodePoint(code);
				if (!/[\p{L}\p{N}\p{M}]/u.test(letter)) continue;
				const once = readEmail(`a${letter}${mark}@example.com`);
				if (once !== null && (canonicalEmail(once) !== once || once.normalize('NFKC') !== once)) {
					changed.push(code.toString(16));
				}
			}
			expect(changed).toEqual([]);
		},
	);

	it.each([
		['\u03aa\u0301@example.com', '\u0390@example.com'],
		['\u1fbc\u0301@example.com', '\u1fb4@example.com'],
	])('R35 composes again what lower case has taken apart: %j', (given, canonical) => {
		expect(canonicalEmail(given)).toBe(canonical);
	});

	it.each([
		'',
		'ada',
		'@example.com',
		'ada@',
		'ada@example',
		'ada@@example.com',
		'ada@b@example.com',
		'ada@example.com,eve@example.com',
		'ada@example.com;eve@example.com',
		'ada@example.com eve@example.com',
		'Ada <ada@example.com>',
		'"ada"@example.com',
		'"a@b"@example.com',
		'ada(comment)@example.com',
		'ada@example.com\r\nBcc: eve@example.com',
		'ada@example.com\0',
		'ada\u200b@example.com',
		'.ada@example.com',
		'ada.@example.com',
		'ada..b@example.com',
		'ada@-example.com',
		'ada@example..com',
		'ada@127.0.0.1',
		'ada@example.com/evil',
		'ada@evil.example#victim.example.com',
		'ada@evil.example?victim.example.com',
		'ada@ex%61mple.com',
		'ada@example.com%2eevil.com',
		'ada@example.com:25',
		'ada@example_com.example',
		'ada@[127.0.0.1]',
		`${'a'.repeat(65)}@example.com`,
		`ada@${'a.'.repeat(130)}example.com`,
	])('R33 refuses %j', (given) => {
		expect(() => canonicalEmail(given)).toThrow(
			expect.objectContaining({ code: 'email_invalid', detail: expect.any(String) }),
		);
	});

	it.each(['ada＠example.com', 'ada﹫example.com', 'ada@example.com＠evil.example'])(
		'R34 refuses the look-alike @ of %j',
		(given) => {
			expect(() => canonicalEmail(given)).toThrow(
				expect.objectContaining({ code: 'email_invalid' }),
			);
		},
	);
});
