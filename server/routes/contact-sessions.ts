import { z } from 'zod';

import { deviceOf } from '../services/devices.ts';
import type { Session } from '../store/store.ts';
import { endpoint } from './endpoint.ts';
import { isoTime } from './shapes.ts';

const idParams = z.object({ id: z.uuid() });

const sessionAnswerShape = z.object({
	id: z.uuid(),
	browser: z.string().nullable(),
	system: z.string().nullable(),
	userAgent: z.string().nullable(),
	visitingAdminId: z
		.uuid()
		.nullable()
		.describe('The admin who looks at the portal as this contact; null for the contact’s own.'),
	createdAt: z.iso.datetime(),
	lastSeenAt: z.iso.datetime(),
	expiresAt: z.iso.datetime(),
});

function sessionAnswer(session: Session): z.input<typeof sessionAnswerShape> {
	const { id, userAgent, visitingAdminId, createdAt, lastSeenAt, expiresAt } = session;
	return {
		...{ id, ...deviceOf(userAgent), userAgent, visitingAdminId },
		createdAt: isoTime(createdAt),
		lastSeenAt: isoTime(lastSeenAt),
		expiresAt: isoTime(expiresAt),
	};
}

export const listSessions = endpoint({
	method: 'get',
	path: '/v1/contacts/:id/sessions',
	id: 'listSessions',
	summary: 'Where the contact is signed in, newest first.',
	scope: 'contacts:read',
	portal: 'own',
	params: idParams,
	answers: {
		200: {
			description: 'The live sessions.',
			shape: z.object({ items: z.array(sessionAnswerShape) }),
		},
	},
	errors: ['contact_not_found'],
	async handle({ contactSessions }, { portal, params }) {
		const items = (await contactSessions.list(portal, params.id)).map(sessionAnswer);
		return { status: 200, body: { items } };
	},
});

export const endSessions = endpoint({
	method: 'delete',
	path: '/v1/contacts/:id/sessions',
	id: 'endSessions',
	summary: 'Signs the contact out everywhere, at once.',
	scope: 'contacts:write',
	portal: 'own',
	params: idParams,
	answers: {
		200: { description: 'How many sessions ended.', shape: z.object({ ended: z.int() }) },
	},
	errors: ['contact_not_found'],
	async handle({ contactSessions }, { portal, params, actor }) {
		const ended = await contactSessions.endAll(portal, params.id, actor);
		return { status: 200, body: { ended } };
	},
});

export const endSession = endpoint({
	method: 'delete',
	path: '/v1/contacts/:id/sessions/:sessionId',
	id: 'endSession',
	summary: 'Signs the contact out of one browser, at once.',
	scope: 'contacts:write',
	portal: 'own',
	params: idParams.extend({ sessionId: z.uuid() }),
	answers: { 204: { description: 'It has ended.' } },
	errors: ['contact_not_found', 'session_not_found'],
	async handle({ contactSessions }, { portal, params, actor }) {
		await contactSessions.end(portal, params.id, params.sessionId, actor);
		return { status: 204, body: undefined };
	},
});
