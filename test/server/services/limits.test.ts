import { describe, expect, it } from '@jest/globals';

import { networkOf } from '../../../server/services/limits.ts';

describe('networkOf', () => {
	it.each([
		['192.0.2.7', '192.0.2.7'],
		['::ffff:192.0.2.7', '192.0.2.7'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
		['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
		['2001:db8::', '2001:db8:0:0'],
		['2001:db8::1:2:3:4:5', '2001:db8:0:1'],
		['fe80::1%eth0', 'fe80:0:0:0'],
		['::1', '0:0:0:0'],
	])('R37 %s counts as %s', (address, network) => {
		expect(networkOf(address)).toBe(network);
	});
});
