import { z } from 'zod';

import { eventTypes } from '../services/events.ts';
import { endpoint } from './endpoint.ts';
import { cursorId, given, isoTime, pageAnswerShape, pageOf, pageShape } from './shapes.ts';

export const listEvents = endpoint({
	method: 'get',
	path: '/v1/events',
	id: 'listEvents',
	summary: 'What happened, newest first.',
	scope: 'contacts:read',
	portal: 'own',
	query: z.strictObject({
		...pageShape,
		contactId: z.uuid().optional(),
		type: z.enum(eventTypes).optional(),
	}),
	answers: {
		200: {
			description: 'A page of events.',
			shape: pageAnswerShape(
				z.object({
					id: z.string(),
					type: z.string(),
					at: z.iso.datetime(),
					actor: z.string(),
					contactId: z.string().nullable(),
					linkId: z.string().nullable(),
					sendId: z.string().nullable(),
					data: z.record(z.string(), z.unknown()),
				}),
			),
		},
	},
	async handle({ events }, { portal, query: { limit, cursor, contactId, type } }) {
		const filter = given({ contactId, type });
		const page = { limit: limit + 1, after: cursorId(cursor) };
		const rows = await events.list(portal.id, filter, page);
		const body = pageOf(
			rows,
			limit,
			(row) => row.id,
			({ id, type: happened, at, actor, contactId: about, linkId, sendId, data }) => ({
				...{ id, type: happened, at: isoTime(at), actor },
				...{ contactId: about, linkId, sendId, data },
			}),
		);
		return { status: 200, body };
	},
});
