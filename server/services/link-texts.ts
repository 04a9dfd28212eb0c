import { itemError, PortalError, type ItemError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Keys } from './keys.ts';
import { isTokenOf, tokenCandidates } from './link-token.ts';

/**
 * Finds sign-in links of this server in what callers want stored. A link in a text would work for whoever reads a copy of the
 * database (R23), and a text that goes to several people would sign all of them in as one.
 */
export interface LinkTexts {
	/** For each value, JSON at any depth, the pointer to the first text in it that holds a working form of a link; null for none. */
	among(values: readonly unknown[]): Promise<(string | null)[]>;
}

export function createLinkTexts({ store, keys }: { store: Store; keys: Keys }): LinkTexts {
	return {
		async among(values) {
			const found = values.map((value) => candidatesIn(keys, value));
			// Hardly any text has the form of a token, so hardly any request reads the portals.
			if (found.every((candidates) => candidates.length === 0)) return values.map(() => null);
			const portalIds = await allPortalIds(store);
			const isOurs = ({ token }: Candidate) => portalIds.some((id) => isTokenOf(keys, id, token));
			return found.map((candidates) => candidates.find(isOurs)?.pointer ?? null);
		},
	};
}

/** What is said of a link found at `pointer`. */
export function linkInText(pointer: string): ItemError {
	return itemError('link_in_text', `${pointer}: ${advice}`);
}

/** Throws `link_in_text` when the value holds a link. */
export async function refuseLinks(linkTexts: LinkTexts, value: unknown): Promise<void> {
	const [pointer = null] = await linkTexts.among([value]);
	if (pointer === null) return;
	throw new PortalError('link_in_text', {
		detail: advice,
		violations: [{ pointer, detail: advice }],
	});
}

const advice =
	'This text holds a sign-in link, which signs in whoever reads it. Leave it out; in an e-mail, write << contact.magic_link >> instead, which becomes a link of each recipient’s own.';

interface Candidate {
	pointer: string;
	token: Buffer;
}

function candidatesIn(keys: Keys, value: unknown, pointer = ''): Candidate[] {
	if (typeof value === 'string') {
		return tokenCandidates(keys, value).map((token) => ({ pointer, token }));
	}
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, member]) => {
		const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
		// A name that holds a link is told by where it stands: the pointer is answered, and stored with what was refused.
		return [...candidatesIn(keys, name, pointer), ...candidatesIn(keys, member, at)];
	});
}

const portalsAtOnce = 1000;

async function allPortalIds({ portals }: Store): Promise<string[]> {
	const ids: string[] = [];
	for (;;) {
		const page = await portals.list({ limit: portalsAtOnce, after: ids.at(-1) ?? null });
		ids.push(...page.map(({ id }) => id));
		if (page.length < portalsAtOnce) return ids;
	}
}
