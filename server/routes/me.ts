import { z } from 'zod';

import { endpoint } from './endpoint.ts';

export const me = endpoint({
	method: 'get',
	path: '/v1/me',
	id: 'getMe',
	summary: 'Who this API key is: what the n8n credential test calls.',
	scope: null,
	portal: 'none',
	answers: {
		200: {
			description: 'The key, its portal (null for a key for all portals), the server.',
			shape: z.object({
				apiKey: z.object({ id: z.uuid(), name: z.string(), scopes: z.array(z.string()) }),
				portal: z
					.object({ id: z.uuid(), name: z.string(), slug: z.string(), url: z.string() })
					.nullable(),
				server: z.object({ version: z.string(), mailTransport: z.string() }),
			}),
		},
	},
	async handle(services, { apiKey, portal }) {
		return Promise.resolve({
			status: 200,
			body: {
				apiKey: { id: apiKey.id, name: apiKey.name, scopes: apiKey.scopes },
				portal:
					apiKey.portalId === null
						? null
						: {
								id: portal.id,
								name: portal.name,
								slug: portal.slug,
								url: services.urls.origin(portal),
							},
				server: { version: services.version, mailTransport: services.mailer.transport },
			},
		});
	},
});
