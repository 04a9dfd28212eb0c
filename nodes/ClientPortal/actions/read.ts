import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { asRecord } from '../transport/explain';

/** A contact as the API names it. */
export type ContactName = { id: string } | { email: string };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the Contact field of an item. */
export function readContact(context: IExecuteFunctions, index: number): ContactName {
	const locator = asRecord(context.getNodeParameter('contact', index));
	const value = scalarText(locator.value);
	if (value === '') {
		throw refusal(
			context,
			index,
			'The contact is empty',
			'Give its e-mail address or its ID. Is the expression right for this item?',
		);
	}
	if (locator.mode === 'email') return { email: value };
	if (uuid.test(value)) return { id: value };
	throw refusal(
		context,
		index,
		`“${value}” is not the ID of a contact`,
		'To name a contact by its address, choose By E-Mail.',
	);
}

export interface Options {
	batchSize: number;
	/** In seconds. */
	wait: number;
	/** In seconds; null: what the portal says. */
	expiresIn: number | null;
	section: string;
	portalId: string;
	idempotencyKey: string;
	all: IDataObject;
}

/** Reads the options of an item; those that the operation lacks have their defaults. */
export function readOptions(context: IExecuteFunctions, index: number): Options {
	const all = context.getNodeParameter('options', index, {}) as IDataObject;
	const within = (name: string, fallback: number, minimum: number, maximum: number) => {
		const value = Number(all[name] ?? fallback);
		if (value >= minimum && value <= maximum) return value;
		throw refusal(
			context,
			index,
			`“${scalarText(all[name])}” is out of range`,
			`The option must be a number from ${minimum} to ${maximum}.`,
		);
	};
	return {
		batchSize: Math.floor(within('batchSize', 100, 1, 1000)),
		wait: within('wait', 10, 0, 30),
		expiresIn:
			all.expiresIn === undefined ? null : Math.round(within('expiresIn', 60, 1, 527_040) * 60),
		section: scalarText(all.section),
		portalId: scalarText(asRecord(all.portal).value),
		idempotencyKey: scalarText(all.idempotencyKey),
		all,
	};
}

/** Reads contact details from a collection; what is empty is left out, so that it keeps what is known. */
export function readDetails(collection: IDataObject): IDataObject {
	const details: IDataObject = {};
	for (const name of ['firstName', 'lastName', 'phone', 'company', 'locale', 'timeZone']) {
		const value = scalarText(collection[name]);
		if (value !== '') details[name] = value;
	}
	const fields = readPairs(collection.fields);
	return Object.keys(fields).length === 0 ? details : { ...details, fields };
}

/** The names and values of a fixed collection. */
export function readPairs(collection: unknown): IDataObject {
	const { entries } = asRecord(collection);
	const pairs: IDataObject = {};
	for (const entry of Array.isArray(entries) ? entries.map(asRecord) : []) {
		const name = scalarText(entry.name);
		if (name !== '') pairs[name] = scalar(entry.value);
	}
	return pairs;
}

/** Subject, HTML and plain text, from the parameters of an e-mail. */
export function readEmailText(source: Record<string, unknown>): IDataObject {
	return {
		subject: scalarText(source.subject),
		html: scalarText(source.html),
		text: scalarText(source.text),
	};
}

function scalar(value: unknown): string | number | boolean {
	return typeof value === 'number' || typeof value === 'boolean' ? value : scalarText(value);
}

/** Text of a scalar, without space around it; '' for anything else, since expressions may give null or objects. */
export function scalarText(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function refusal(
	context: IExecuteFunctions,
	itemIndex: number,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}
