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
import { batchOf, checkItems, contactOrRefShape, given, toContactInput } from './shapes.ts';

const invitationFlags = {
	resend: z.boolean().optional(),
	restoreAccess: z.boolean().optional(),
};
const invitationItem = z.strictObject({
	contact: contactOrRefShape,
	...itemBase,
	...invitationFlags,
});
export const sendInvitations = endpoint({
	method: 'post',
	path: '/v1/invitations',
	id: 'sendInvitations',
	summary: 'Invites contacts: makes or updates them and e-mails each one a link. Safe to repeat.',
	scope: 'invitations:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({
		items: batchOf(invitationItem),
		...orderBase,
		...invitationFlags,
		content: contentShape.optional(),
	}),
	answers: orderAnswers,
	errors: orderErrors,
	async handle(services, call) {
		const items = await checkItems(
			services,
			call.body.items,
			invitationItem,
			(item): WantedItem => ({
				...wanted(item),
				contact: 'id' in item.contact ? item.contact : toContactInput(item.contact),
				...given({ resend: item.resend, restoreAccess: item.restoreAccess }),
			}),
		);
		return order(services, call, {
			kind: 'invitation',
			contents: call.body.content === undefined ? [] : [call.body.content],
			lifetimeMs: call.portal.lifetimes.invitation,
			items,
		});
	},
});
