import { z } from 'zod';

import type { WantedItem } from '../services/send-types.ts';
import { endpoint } from './endpoint.ts';
import {
	contentShape,
	itemBase,
	order,
	orderAnswers,
	orderBase,
	orderErrors,
	waitQuery,
	wanted,
} from './orders.ts';
import { batchOf, checkItems, contactRefShape, toContactRef } from './shapes.ts';

const loginEmailItem = z.strictObject({ contact: contactRefShape, ...itemBase });
export const sendLoginEmails = endpoint({
	method: 'post',
	path: '/v1/login-emails',
	id: 'sendLoginEmails',
	summary: 'E-mails contacts a link that signs them in.',
	scope: 'emails:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({
		items: batchOf(loginEmailItem),
		...orderBase,
		content: contentShape.optional(),
	}),
	answers: orderAnswers,
	errors: orderErrors,
	async handle(services, call) {
		const items = await checkItems(
			services,
			call.body.items,
			loginEmailItem,
			(item): WantedItem => ({
				...wanted(item),
				contact: toContactRef(item.contact),
			}),
		);
		return order(services, call, {
			kind: 'login_email',
			contents: call.body.content === undefined ? [] : [call.body.content],
			lifetimeMs: call.portal.lifetimes.loginEmail,
			items,
		});
	},
});
