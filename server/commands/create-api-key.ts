import type { Config } from '../config.ts';
import type { Services } from '../services.ts';
import { scopes as allScopes, type Scope } from '../services/api-keys.ts';
import type { Portal } from '../store/store.ts';
import { findPortal } from './find-portal.ts';
import type { Output } from './output.ts';
import { StartProblem } from './start-problem.ts';
import { withServices } from './with-services.ts';

/** Makes an API key. `portal` is a slug, an id or "all". */
export async function createApiKey(
	config: Config,
	wish: { name: string; scopes?: string; portal: string },
): Promise<Output> {
	const scopes = readScopes(wish.scopes);
	return withServices(config, async (services) => {
		const portal = wish.portal === 'all' ? null : await findPortal(services, wish.portal);
		const made = await makeApiKey(services, { portal, name: wish.name, scopes });
		return { json: made, text: `${made.key}\n(shown this once; id ${made.id})` };
	});
}

/** Makes the key and records who made it. Answers id and key, nothing else. */
export async function makeApiKey(
	{ apiKeys, events, portals }: Services,
	wish: { portal: Portal | null; name: string; scopes: readonly Scope[] },
): Promise<{ id: string; key: string }> {
	const { portal, name, scopes } = wish;
	const { id, key } = await apiKeys.create({ portalId: portal?.id ?? null, name, scopes });
	const recordedAt = portal ?? (await portals.ensureDefault()).portal;
	await events.record({
		portalId: recordedAt.id,
		type: 'api_key.created',
		actor: 'system',
		data: { id, name, scopes, allPortals: portal === null },
	});
	return { id, key };
}

function readScopes(text: string | undefined): readonly Scope[] {
	if (text === undefined) return allScopes;
	const asked = text.split(',').map((scope) => scope.trim());
	const known = allScopes.filter((scope) => asked.includes(scope));
	const unknown = asked.filter((scope) => !allScopes.some((one) => one === scope));
	if (unknown.length > 0) {
		throw new StartProblem(
			`There is no scope ${unknown.join(', ')}. The scopes are ${allScopes.join(', ')}.`,
		);
	}
	return known;
}
