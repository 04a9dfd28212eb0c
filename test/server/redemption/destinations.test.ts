import { describe, expect, it } from '@jest/globals';

import { checkDestination } from '../../../server/services/destinations.ts';
import type { Portal } from '../../../server/store/store.ts';
import { allowedDestinations, badDestinations, goodDestinations } from './checks/destinations.ts';

const portal = { destinations: allowedDestinations } as Portal;

describe('R32 checkDestination', () => {
	it.each(goodDestinations)('takes %j', (destination) => {
		expect(checkDestination(portal, destination)).toBe(destination);
	});

	it.each(badDestinations)('refuses %j', (destination) => {
		expect(() => checkDestination(portal, destination)).toThrow(
			expect.objectContaining({ code: 'destination_not_allowed' }),
		);
	});
});
