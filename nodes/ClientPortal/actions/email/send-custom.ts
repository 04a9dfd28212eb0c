import type { IExecuteFunctions } from 'n8n-workflow';

import {
	batchSizeOption,
	contactField,
	emailTextFields,
	expiresInOption,
	idempotencyKeyOption,
	nameAndValue,
	portalOption,
	sectionOption,
	shownFor,
	waitOption,
} from '../fields';
import type { Operation } from '../operation';
import { readContact, readEmailText, readOptions, readPairs, refusal } from '../read';
import { mailOrder, sendsMails, type MailOrder } from '../send';

const description = shownFor('email', 'sendCustom', [
	contactField,
	...emailTextFields(),
	{
		displayName: 'Item Values',
		name: 'itemValues',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Value',
		default: {},
		description:
			'Values of this item for its e-mail. The value message is &lt;&lt; item.message &gt;&gt; in the text. Values are escaped, and tags in them stay plain text.',
		options: [nameAndValue('message', 'Your order has arrived')],
	},
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
			portalOption,
			sectionOption,
			waitOption,
		],
	},
]);

/** Sends each contact an e-mail of one's own. The server fills in custom values, so that no link comes into n8n. */
export const sendCustomEmail: Operation = {
	description,
	execute: sendsMails('/v1/emails', readEmail),
};

function readEmail(context: IExecuteFunctions, index: number): MailOrder {
	const options = readOptions(context, index);
	const text = readEmailText({
		subject: context.getNodeParameter('subject', index),
		html: context.getNodeParameter('html', index),
		text: context.getNodeParameter('text', index),
	});
	if (text.subject === '' || (text.html === '' && text.text === '')) {
		throw refusal(context, index, 'The e-mail needs a subject and a text', 'Fill them in.');
	}
	const order = mailOrder(context, index, readContact(context, index), options);
	const values = readPairs(context.getNodeParameter('itemValues', index, {}));
	const item = Object.keys(values).length === 0 ? order.item : { ...order.item, item: values };
	return { ...order, item, text };
}
