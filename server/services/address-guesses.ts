import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { PortalError } from '../errors.ts';
import type { MagicLink, Store } from '../store/store.ts';
import { canonicalEmail } from './addresses.ts';
import type { Keys } from './keys.ts';

const day = 24 * 60 * 60_000;

export interface AddressGuesses {
	/**
	 * Whether what a person typed is the address that a link is for. A guess is counted before it is looked at, so that any number at
	 * once admits no more than the limit; a right one is taken out of the count again. `spent` when there is none left for a day:
	 * a new link can be had.
	 */
	check(link: MagicLink, typed: string): Promise<'right' | 'wrong' | 'spent'>;
}

export function createAddressGuesses(parts: {
	store: Store;
	clock: Clock;
	config: Pick<Config, 'limitAddressTries'>;
	keys: Keys;
}): AddressGuesses {
	const { store, clock, config, keys } = parts;
	return {
		async check(link, typed) {
			const key = keys.macNewest('limit', ['address-link', link.id]).toString('base64url');
			const rules = [{ key, limit: config.limitAddressTries, windowMs: day }];
			if (!(await store.limits.hit(rules, clock.now())).ok) return 'spent';
			if (!isAddressOf(link, typed)) return 'wrong';
			await store.limits.giveBack(rules, clock.now());
			return 'right';
		},
	};
}

function isAddressOf(link: MagicLink, typed: string): boolean {
	try {
		return canonicalEmail(typed) === link.email;
	} catch (error) {
		if (error instanceof PortalError) return false;
		throw error;
	}
}
