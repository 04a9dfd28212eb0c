import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { asRecord } from '../../transport/explain';
import {
	batchSizeOption,
	contactField,
	detailFields,
	expiresInOption,
	idempotencyKeyOption,
	ownTextOption,
	portalOption,
	sectionOption,
	shownFor,
	waitOption,
} from '../fields';
import type { Operation } from '../operation';
import { readContact, readDetails, readEmailText, readOptions, refusal } from '../read';
import { mailOrder, sendsMails, type MailOrder } from '../send';

const description = shownFor('contact', 'invite', [
	contactField,
	{
		displayName: 'Contact Details',
		name: 'details',
		type: 'collection',
		placeholder: 'Add Detail',
		default: {},
		description:
			'Written to the contact first. A contact named by its e-mail address is made if there is none.',
		options: detailFields,
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			batchSizeOption,
			expiresInOption('7 days'),
			idempotencyKeyOption,
			ownTextOption,
			portalOption,
			{
				displayName: 'Resend',
				name: 'resend',
				type: 'boolean',
				default: false,
				description:
					'Whether to send the invitation again to contacts that were invited and have not joined',
			},
			{
				displayName: 'Restore Access',
				name: 'restoreAccess',
				type: 'boolean',
				default: false,
				description: 'Whether to let contacts in again whose access was revoked',
			},
			sectionOption,
			waitOption,
		],
	},
]);

/** Invites contacts. Those that have joined or were invited are skipped, so that running it again is safe. */
export const inviteContact: Operation = {
	description,
	execute: sendsMails('/v1/invitations', readInvitation),
};

function readInvitation(context: IExecuteFunctions, index: number): MailOrder {
	const options = readOptions(context, index);
	const contact = readContact(context, index);
	const details = readDetails(context.getNodeParameter('details', index, {}) as IDataObject);
	if ('id' in contact && Object.keys(details).length > 0) {
		throw refusal(
			context,
			index,
			'Contact Details need a contact named by its e-mail address',
			'Choose By E-Mail, or write the details with Create or Update before.',
		);
	}
	const order = mailOrder(context, index, contact, options);
	const { text } = asRecord(options.all.ownText);
	return {
		settings: {
			...order.settings,
			...(text === undefined ? {} : { content: readEmailText(asRecord(text)) }),
		},
		item: {
			...order.item,
			contact: { ...contact, ...details },
			...(options.all.resend === true ? { resend: true } : {}),
			...(options.all.restoreAccess === true ? { restoreAccess: true } : {}),
		},
	};
}
