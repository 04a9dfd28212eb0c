import { z } from 'zod';

import { itemError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Delivery, Portal } from '../store/store.ts';
import { endpoint } from './endpoint.ts';
import { deliveryStatus, sendAnswer, sendShape } from './orders.ts';
import {
	given,
	isoTime,
	itemErrorShape,
	pageAnswerShape,
	pageOf,
	refAnswerShape,
} from './shapes.ts';

const idParams = z.object({ id: z.uuid() });

export const getSend = endpoint({
	method: 'get',
	path: '/v1/sends/:id',
	id: 'getSend',
	summary: 'How far a send is.',
	scope: 'emails:send',
	portal: 'own',
	params: idParams,
	answers: { 200: { description: 'The send.', shape: sendShape } },
	errors: ['send_not_found'],
	async handle(services, { portal, params: { id } }) {
		return { status: 200, body: sendAnswer(services, await services.sends.get(portal, id)) };
	},
});

export const listDeliveries = endpoint({
	method: 'get',
	path: '/v1/sends/:id/deliveries',
	id: 'listDeliveries',
	summary: 'The e-mails of a send, in the order of its items.',
	scope: 'emails:send',
	portal: 'own',
	params: idParams,
	query: z.strictObject({
		limit: z.coerce.number().int().min(1).max(1000).default(100),
		cursor: z.coerce.number().int().min(0).optional(),
		status: deliveryStatus.optional(),
	}),
	answers: {
		200: {
			description: 'A page of deliveries.',
			shape: pageAnswerShape(
				z.object({
					index: z.int(),
					contact: refAnswerShape,
					status: deliveryStatus,
					skipped: z.string().nullable(),
					error: itemErrorShape.nullable(),
					repeated: z.boolean(),
					attempts: z.int(),
					messageId: z.string().nullable(),
					updatedAt: z.iso.datetime(),
				}),
			),
		},
	},
	errors: ['send_not_found'],
	async handle({ sends }, { portal, params: { id }, query }) {
		const rows = await deliveryRows(sends, portal, id, query);
		const body = pageOf(rows, query.limit, (row) => String(row.index), deliveryAnswer);
		return { status: 200, body };
	},
});

function deliveryRows(
	sends: Services['sends'],
	portal: Portal,
	id: string,
	query: { limit: number; cursor?: number | undefined; status?: Delivery['status'] | undefined },
): Promise<Delivery[]> {
	const page = { limit: query.limit + 1, after: query.cursor ?? null };
	return sends.listDeliveries(portal, id, given({ status: query.status }), page);
}

function deliveryAnswer(row: Delivery): unknown {
	return {
		index: row.index,
		contact: { id: row.contactId, email: row.email },
		status: row.status,
		skipped: row.skipped,
		error: row.error === null ? null : itemError(row.error.code, row.error.detail ?? undefined),
		repeated: row.repeated,
		attempts: row.attempts,
		messageId: row.messageId,
		updatedAt: isoTime(row.updatedAt),
	};
}
