import { PortalError } from '../errors.ts';
import type { Scope } from '../services/api-keys.ts';
import type { Services } from '../services.ts';
import type { ApiKey, Portal } from '../store/store.ts';

/** Throws `forbidden` when the key lacks the scope. */
export function requireScope(key: ApiKey, scope: Scope | null): void {
	if (scope === null || key.scopes.includes(scope)) return;
	throw new PortalError('forbidden', {
		detail: `The API key "${key.name}" lacks the scope ${scope}.`,
	});
}

/**
 * The portal a call is about: the key's own, or the one that a key for all portals names. Another portal's id and an unknown
 * one are answered alike.
 */
export async function resolvePortal(
	services: Services,
	key: ApiKey,
	about: 'own' | 'none',
	portalId: string | null,
): Promise<Portal> {
	if (key.portalId !== null) {
		if (portalId !== null && portalId !== key.portalId) throw new PortalError('portal_not_found');
		return services.portals.get(key.portalId);
	}
	if (portalId !== null) return services.portals.get(portalId);
	if (about === 'none') return (await services.portals.ensureDefault()).portal;
	throw new PortalError('invalid_request', {
		violations: [
			{
				pointer: '/portalId',
				detail: 'This API key is for all portals: name the portal in the query or the body.',
			},
		],
	});
}
