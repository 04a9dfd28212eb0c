import type { IExecuteFunctions } from 'n8n-workflow';

import { asRecord } from '../../transport/explain';
import {
	batchSizeOption,
	contactField,
	expiresInOption,
	idempotencyKeyOption,
	ownTextOption,
	portalOption,
	sectionOption,
	shownFor,
	waitOption,
} from '../fields';
import type { Operation } from '../operation';
import { readContact, readEmailText, readOptions } from '../read';
import { mailOrder, sendsMails, type MailOrder } from '../send';

const description = shownFor('email', 'sendLogin', [
	contactField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			batchSizeOption,
			expiresInOption('24 hours'),
			idempotencyKeyOption,
			ownTextOption,
			portalOption,
			sectionOption,
			waitOption,
		],
	},
]);

/** Sends each contact an e-mail with a sign-in link of its own. The link never comes into n8n. */
export const sendLoginEmail: Operation = {
	description,
	execute: sendsMails('/v1/login-emails', readLoginEmail),
};

function readLoginEmail(context: IExecuteFunctions, index: number): MailOrder {
	const options = readOptions(context, index);
	const order = mailOrder(context, index, readContact(context, index), options);
	const { text } = asRecord(options.all.ownText);
	if (text === undefined) return order;
	const settings = { ...order.settings, content: readEmailText(asRecord(text)) };
	return { ...order, settings };
}
