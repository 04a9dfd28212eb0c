import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { maskEmail } from '../../../server/pages/mask.ts';

describe('maskEmail', () => {
	it.each([
		['ada.lovelace@example.com', 'a•••@e•••.com'],
		['a.very.long.address+tag@a-very-long-domain.example', 'a•••@a•••.example'],
		['ada@mail.example.co.uk', 'a•••@m•••.uk'],
		['x@y.io', '•••@•••.io'],
		['xy@zz.io', 'x•••@z•••.io'],
		['zoe@xn--mnchen-3ya.de', 'z•••@m•••.de'],
		['li@xn--fiq228c5hs.xn--fiqs8s', 'l•••@中•••.中国'],
		['😀😀@example.com', '😀•••@e•••.com'],
		['e\u0301va@example.com', 'e\u0301•••@e•••.com'],
		['root@localhost', 'r•••@l•••'],
		['nonsense', '•••@n•••'],
		['', '•••@•••'],
	])('%s → %s', (address, masked) => {
		expect(maskEmail(address)).toBe(masked);
	});

	it('R15 shows the same for all addresses that share first letters and top-level domain', () => {
		const part = fc.stringMatching(/^[a-z0-9]{1,20}$/);
		fc.assert(
			fc.property(part, part, (local, host) => {
				expect(maskEmail(`a${local}@e${host}.example.com`)).toBe('a•••@e•••.com');
			}),
		);
	});
});
