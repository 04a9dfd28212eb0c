import { z } from 'zod';

import { itemError, PortalError } from '../errors.ts';
import { canonicalEmail } from '../services/addresses.ts';
import { importContacts, type CsvContact } from '../services/contact-import.ts';
import type { ContactInput } from '../services/contacts.ts';
import { check, endpoint } from './endpoint.ts';
import { refuseOddJson } from '../services/plain-json.ts';
import {
	batchOf,
	checkItems,
	contactAnswer,
	contactAnswerShape,
	contactFilterShape,
	contactShape,
	contactUpdateShape,
	cursorId,
	given,
	itemErrorShape,
	pageAnswerShape,
	pageOf,
	pageShape,
	toContactFilter,
	toContactInput,
	withoutUndefined,
} from './shapes.ts';

const idParams = z.object({ id: z.uuid() });

const batchAnswer = z.object({
	items: z.array(
		z.union([
			z.object({ ok: z.literal(true), created: z.boolean(), contact: contactAnswerShape }),
			z.object({ ok: z.literal(false), error: itemErrorShape }),
		]),
	),
});

export const writeContacts = endpoint({
	method: 'post',
	path: '/v1/contacts',
	id: 'writeContacts',
	summary: 'Creates or updates one contact by its address, or up to 1,000.',
	scope: 'contacts:write',
	portal: 'own',
	body: z.union([z.strictObject({ items: batchOf(contactShape) }), contactShape]),
	answers: {
		200: {
			description: 'The contact was updated; or, for a batch, one answer per item, in order.',
			shape: z.union([contactAnswerShape, batchAnswer]),
		},
		201: { description: 'The contact was created.', shape: contactAnswerShape },
	},
	errors: ['email_invalid'],
	async handle(services, { portal, body, actor }) {
		const { contacts } = services;
		if (!('items' in body)) {
			const [result] = await contacts.upsertMany(portal, [toContactInput(body)], actor);
			if (result === undefined) throw new PortalError('internal_error');
			return { status: result.created ? 201 : 200, body: contactAnswer(result.contact) };
		}
		const items = await checkItems(services, body.items, contactShape, toContactInput);
		const good = items.filter((item): item is ContactInput => !('code' in item));
		const results = await contacts.upsertMany(portal, good, actor);
		let next = 0;
		const answers = items.map((item) => {
			if ('code' in item) return { ok: false, error: item };
			const result = results[next++];
			if (result === undefined) return { ok: false, error: itemError('internal_error') };
			return { ok: true, created: result.created, contact: contactAnswer(result.contact) };
		});
		return { status: 200, body: { items: answers } };
	},
});

export const importCsv = endpoint({
	method: 'post',
	path: '/v1/contacts/import',
	id: 'importContacts',
	summary: 'Creates or updates a contact for each row of a CSV file with a header row.',
	scope: 'contacts:write',
	portal: 'own',
	bodyType: 'text/csv',
	body: z.string(),
	answers: {
		200: {
			description: 'What was written, and each row that could not be read.',
			shape: z.object({
				created: z.int(),
				updated: z.int(),
				rejected: z.array(z.object({ line: z.int(), code: z.string(), reason: z.string() })),
			}),
		},
	},
	errors: ['csv_unreadable'],
	async handle(services, { portal, body, actor }) {
		return { status: 200, body: await importContacts(services, portal, body, actor, checkRow) };
	},
});

/** Holds a row of a CSV file against the rules for contacts in JSON. */
function checkRow(row: CsvContact): ContactInput {
	refuseOddJson(row);
	return toContactInput(check(contactShape, row, ''));
}

export const listContacts = endpoint({
	method: 'get',
	path: '/v1/contacts',
	id: 'listContacts',
	summary: 'Contacts, newest first.',
	scope: 'contacts:read',
	portal: 'own',
	query: z.strictObject({ ...pageShape, ...contactFilterShape }),
	answers: {
		200: { description: 'A page of contacts.', shape: pageAnswerShape(contactAnswerShape) },
	},
	async handle({ contacts }, { portal, query }) {
		const { limit, cursor, ...asked } = query;
		const page = { limit: limit + 1, after: cursorId(cursor) };
		const rows = await contacts.list(portal, toContactFilter(asked), page);
		return { status: 200, body: pageOf(rows, limit, (row) => row.id, contactAnswer) };
	},
});

export const getContact = endpoint({
	method: 'get',
	path: '/v1/contacts/:id',
	id: 'getContact',
	summary: 'One contact.',
	scope: 'contacts:read',
	portal: 'own',
	params: idParams,
	answers: { 200: { description: 'The contact.', shape: contactAnswerShape } },
	errors: ['contact_not_found'],
	async handle({ contacts }, { portal, params }) {
		return { status: 200, body: contactAnswer(await contacts.get(portal, params.id)) };
	},
});

export const updateContact = endpoint({
	method: 'patch',
	path: '/v1/contacts/:id',
	id: 'updateContact',
	summary:
		'Changes members of one contact. A new address ends links and sessions, and the old one is told.',
	scope: 'contacts:write',
	portal: 'own',
	params: idParams,
	body: contactUpdateShape,
	answers: { 200: { description: 'The contact as it is now.', shape: contactAnswerShape } },
	errors: ['contact_not_found', 'email_invalid', 'email_taken'],
	async handle({ contactChanges }, { portal, params, body, actor }) {
		const { email, fields, ...members } = body;
		const set = {
			...withoutUndefined(members),
			...given({ email: email === undefined ? email : canonicalEmail(email), fields }),
		};
		const contact = await contactChanges.update(portal, params.id, set, actor);
		return { status: 200, body: contactAnswer(contact) };
	},
});

export const revokeContact = endpoint({
	method: 'post',
	path: '/v1/contacts/:id/revoke',
	id: 'revokeContact',
	summary: "Ends a contact's access: links and sign-ins stop working at once.",
	scope: 'contacts:write',
	portal: 'own',
	params: idParams,
	answers: { 200: { description: 'The contact as it is now.', shape: contactAnswerShape } },
	errors: ['contact_not_found'],
	async handle({ contactChanges }, { portal, params, actor }) {
		const contact = await contactChanges.revoke(portal, params.id, actor);
		return { status: 200, body: contactAnswer(contact) };
	},
});

export const deleteContact = endpoint({
	method: 'delete',
	path: '/v1/contacts/:id',
	id: 'deleteContact',
	summary:
		'Deletes a contact with its links, sessions and stored e-mails. What remains of deliveries and events names nobody.',
	scope: 'contacts:write',
	portal: 'own',
	params: idParams,
	answers: { 204: { description: 'The contact is gone.' } },
	errors: ['contact_not_found'],
	async handle({ contactChanges }, { portal, params, actor }) {
		await contactChanges.delete(portal, params.id, actor);
		return { status: 204, body: undefined };
	},
});
