import type { MagicLink } from '../store/store.ts';
import { readEmail } from './addresses.ts';
import type { Limits } from './limits.ts';

export interface AddressGuesses {
	/**
	 * Whether what a person typed is the address that a link is for. A guess is counted before it is looked at, so that any number at
	 * once admits no more than the limit; a right one is taken out of the count again. `spent` when there is none left for a day:
	 * a new link can be had.
	 */
	check(link: MagicLink, typed: string): Promise<'right' | 'wrong' | 'spent'>;
}

export function createAddressGuesses({ limits }: { limits: Limits }): AddressGuesses {
	return {
		async check(link, typed) {
			if (!(await limits.countAddress(link.id))) return 'spent';
			if (readEmail(typed) !== link.email) return 'wrong';
			await limits.giveBackAddress(link.id);
			return 'right';
		},
	};
}
