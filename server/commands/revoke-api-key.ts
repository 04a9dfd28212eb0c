import type { Config } from '../config.ts';
import type { Output } from './output.ts';
import { StartProblem } from './start-problem.ts';
import { withServices } from './with-services.ts';

/** Ends an API key at once, for running servers too, and records it. Again, it changes nothing. */
export async function revokeApiKey(config: Config, id: string): Promise<Output> {
	return withServices(config, async ({ apiKeys, events, portals }) => {
		const revoked = await apiKeys.revoke(id);
		if (revoked === null) throw new StartProblem(`There is no API key with the id ${id}.`);
		const { key, revokedNow } = revoked;
		if (revokedNow) {
			await events.record({
				portalId: key.portalId ?? (await portals.ensureDefault()).portal.id,
				type: 'api_key.revoked',
				actor: 'system',
				data: { id: key.id, name: key.name },
			});
		}
		return {
			json: { id: key.id, name: key.name, revokedNow },
			text: `${key.name} (${key.id}) ${revokedNow ? 'is revoked.' : 'was revoked before.'}`,
		};
	});
}
