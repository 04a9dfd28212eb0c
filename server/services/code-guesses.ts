import type { Config } from '../config.ts';
import type { MagicLink, Portal, Store } from '../store/store.ts';
import type { Keys } from './keys.ts';
import type { Limits } from './limits.ts';
import { isLoginCode, readLoginCode } from './login-code.ts';

export interface CodeGuesses {
	/**
	 * Whether what a person typed is the code of this link. A guess is counted before it is looked at (R5), so that any number of
	 * guesses at once admits no more than the limits; a right one is taken out of the counts again, so that the same browser may send
	 * it once more (R9, R16).
	 */
	check(portal: Portal, link: MagicLink | null, typed: string): Promise<boolean>;
}

export function createCodeGuesses(parts: {
	store: Store;
	config: Config;
	keys: Keys;
	limits: Limits;
}): CodeGuesses {
	const { store, config, keys, limits } = parts;
	return {
		async check(portal, link, typed) {
			const code = readLoginCode(typed);
			if (code === null || link === null || !link.hasCode) return false;
			const contactId = link.subject.id;
			if (!(await limits.countCode(portal, contactId))) return false;
			const mayTry = await store.magicLinks.countCodeTry(link.id, config.limitCodeTries);
			const isRight = mayTry && isLoginCode(keys, link, code);
			if (isRight) await store.magicLinks.giveBackCodeTry(link.id);
			// A code that is out of tries was not looked at: it cannot use up those of the contact's other codes.
			if (isRight || !mayTry) await limits.giveBackCode(portal, contactId);
			return isRight;
		},
	};
}
