import { z } from 'zod';

import { endpoint } from './endpoint.ts';

export const getStats = endpoint({
	method: 'get',
	path: '/v1/stats',
	id: 'getStats',
	summary: 'The portal URL, how many contacts were invited and how many joined.',
	scope: 'stats:read',
	portal: 'own',
	answers: {
		200: {
			description:
				'invited: ever invited; joined: ever joined; pending: invited, not joined, not revoked.',
			shape: z.object({
				portalUrl: z.string(),
				contacts: z.int(),
				invited: z.int(),
				joined: z.int(),
				pending: z.int(),
				joinedWithoutInvitation: z.int(),
				bounced: z.int(),
				revoked: z.int(),
			}),
		},
	},
	async handle({ store, urls }, { portal }) {
		const stats = await store.contacts.stats(portal.id);
		return { status: 200, body: { portalUrl: urls.origin(portal), ...stats } };
	},
});
