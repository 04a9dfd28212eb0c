import { z } from 'zod';

import { itemError } from '../errors.ts';
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
import { batchOf, checkItems, contactRefShape, itemShape, toContactRef } from './shapes.ts';

const emailItem = z.strictObject({
	contact: contactRefShape,
	content: z.int().min(0).default(0),
	item: itemShape.default({}),
	...itemBase,
});

export const sendEmails = endpoint({
	method: 'post',
	path: '/v1/emails',
	id: 'sendEmails',
	summary: 'E-mails contacts a text of yours with custom values.',
	scope: 'emails:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({
		items: batchOf(emailItem),
		...orderBase,
		contents: z
			.array(contentShape)
			.min(1)
			.max(100)
			.describe('At most 4,000,000 characters and 20,000 tags together, else 413.'),
	}),
	answers: orderAnswers,
	errors: orderErrors,
	async handle(services, call) {
		const { contents } = call.body;
		const items = await checkItems(services, call.body.items, emailItem, (item, index) => {
			if (item.content >= contents.length) {
				return itemError(
					'invalid_request',
					`/items/${String(index)}/content: There is no such content.`,
				);
			}
			return {
				...wanted(item),
				contact: toContactRef(item.contact),
				content: item.content,
				item: item.item,
			};
		});
		return order(services, call, {
			kind: 'email',
			contents,
			lifetimeMs: call.portal.lifetimes.loginEmail,
			items,
		});
	},
});
