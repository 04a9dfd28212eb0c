import { describe, expect, it } from '@jest/globals';

import { canonicalEmail } from '../../../server/services/addresses.ts';

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
