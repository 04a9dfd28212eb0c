import { z } from 'zod';

import { itemError, PortalError, type ItemError } from '../errors.ts';
import { canonicalEmail } from '../services/addresses.ts';
import type { ContactInput, ContactRef } from '../services/contacts.ts';
import { linkInText } from '../services/link-texts.ts';
import { fullName, invitationState } from '../services/people.ts';
import type { Services } from '../services.ts';
import type { Contact, ContactFields, ContactFilter } from '../store/store.ts';
import { parse, violations } from './endpoint.ts';

/** The most items a batch may have. */
const batchLimit = 1000;

/** Text of a finite length; what is in it was looked at by `refuseOddJson`. */
export const text = (maximum: number) => z.string().max(maximum);

/** `null` removes a value, a missing member leaves it. */
const optionalText = (maximum: number) => text(maximum).trim().nullable().optional();

export const localeShape = text(35).refine(isLocale, {
	message: 'Expected a language tag such as en, de-AT or pt-BR.',
});

export const timeZoneShape = text(64).refine(isTimeZone, {
	message: 'Expected an IANA time zone such as Europe/Berlin.',
});

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, {
	message: 'A field name has letters, digits and _, starts with a letter, and is at most 64 long.',
});

const fieldsShape = z
	.record(fieldName, z.union([text(5000), z.number(), z.boolean()]))
	.refine((fields) => Object.keys(fields).length <= 100, { message: 'At most 100 fields.' });

const memberShapes = {
	firstName: optionalText(200),
	lastName: optionalText(200),
	phone: optionalText(50),
	company: optionalText(200),
	locale: localeShape.nullable().optional(),
	timeZone: timeZoneShape.nullable().optional(),
	fields: fieldsShape.optional(),
};

export const contactShape = z.strictObject({ email: text(1000), ...memberShapes });
export const contactUpdateShape = z.strictObject({ email: text(1000).optional(), ...memberShapes });

/** A contact by id or by address. */
export const contactRefShape = z.union(
	[z.strictObject({ id: z.uuid() }), z.strictObject({ email: text(1000) })],
	{ error: 'Expected {"id"} or {"email"} of a contact.' },
);

export const contactOrRefShape = z.union([z.strictObject({ id: z.uuid() }), contactShape], {
	error: 'Expected {"id"} of a contact, or {"email"} with the members to write.',
});

export const destinationShape = text(2048);
/** Seconds; the portal's maximum is held against it later. */
export const expiresInShape = z.int().min(60, { message: 'At least 60 seconds.' });
export const itemKeyShape = z.string().regex(/^[\x21-\x7e]{1,255}$/, {
	message: 'An idempotency key has 1 to 255 printable ASCII characters without spaces.',
});
export const pageShape = {
	limit: z.coerce.number().int().min(1).max(1000).default(100),
	cursor: text(200).optional(),
};
const timeShape = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

/** Which contacts a request is about. */
export const contactFilterShape = {
	state: z.enum(['none', 'invited', 'joined', 'revoked']).optional(),
	search: text(200).optional(),
	invitedBefore: timeShape.optional(),
	joinedAfter: timeShape.optional(),
};

export function toContactFilter(asked: {
	[Name in keyof ContactFilter]: ContactFilter[Name] | undefined;
}): ContactFilter {
	return given<ContactFilter>({ ...asked, search: asked.search?.toLowerCase() });
}

/** JSON that a template may read as `item.*`. */
export const itemShape = z.record(z.string(), z.unknown());

/** The items of a batch. Each is checked on its own later; the OpenAPI document shows what it should be. */
export function batchOf(item: z.ZodType) {
	const schema = z.toJSONSchema(item, { io: 'input', unrepresentable: 'any' });
	delete schema.$schema;
	return z
		.array(z.unknown().meta({ ...schema }))
		.min(1)
		.max(batchLimit);
}

/** Checks each item on its own: a wrong one is answered in its place and the others go on. */
export async function checkItems<Shape extends z.ZodType, Item>(
	{ linkTexts }: Pick<Services, 'linkTexts'>,
	items: readonly unknown[],
	shape: Shape,
	make: (item: z.output<Shape>, index: number) => Item,
): Promise<(Item | ItemError)[]> {
	const pointers = await linkTexts.among(items);
	return items.map((item, index) => {
		const pointer = pointers[index] ?? null;
		if (pointer !== null) return linkInText(`/items/${String(index)}${pointer}`);
		const parsed = parse(shape, item);
		if (!parsed.success) {
			const list = violations(parsed.error, `items/${String(index)}`);
			return itemError(
				'invalid_request',
				list.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
			);
		}
		try {
			return make(parsed.data, index);
		} catch (error) {
			if (error instanceof PortalError) return itemError(error.code, error.detail);
			throw error;
		}
	});
}

/** Throws `email_invalid`. */
export function toContactInput(contact: z.output<typeof contactShape>): ContactInput {
	const { email, fields, ...members } = contact;
	return { email: canonicalEmail(email), set: withoutUndefined(members), fields: fields ?? {} };
}

/** Throws `email_invalid`. */
export function toContactRef(ref: z.output<typeof contactRefShape>): ContactRef {
	return 'id' in ref ? ref : { email: canonicalEmail(ref.email) };
}

/** Leaves out what was not given, and turns '' into null. */
export function withoutUndefined(members: {
	[Name in keyof ContactFields]?: ContactFields[Name] | undefined;
}): Partial<ContactFields> {
	return Object.fromEntries(
		Object.entries(given(members)).map(([name, value]) => [name, value === '' ? null : value]),
	);
}

/** The members that were given: an optional member of a shape may be undefined, ours are absent then. */
export function given<Members extends object>(members: {
	[Name in keyof Members]?: Members[Name] | undefined;
}): Partial<Members> {
	// Nothing undefined is left, and no other member comes in.
	return Object.fromEntries(
		Object.entries(members).filter(([, value]) => value !== undefined),
	) as Partial<Members>;
}

const time = z.iso.datetime().nullable();

export const contactAnswerShape = z.object({
	id: z.uuid(),
	email: z.string(),
	firstName: z.string().nullable(),
	lastName: z.string().nullable(),
	name: z.string(),
	phone: z.string().nullable(),
	company: z.string().nullable(),
	locale: z.string().nullable(),
	timeZone: z.string().nullable(),
	fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
	state: z.enum(['none', 'invited', 'joined', 'revoked']),
	bounced: z.boolean(),
	invitedAt: time,
	joinedAt: time,
	lastLoginAt: time,
	revokedAt: time,
	bouncedAt: time,
	createdAt: time,
	updatedAt: time,
});

/** A contact as the API answers it. */
export function contactAnswer(contact: Contact): z.input<typeof contactAnswerShape> {
	const { id, email, firstName, lastName, phone, company, locale, timeZone, fields } = contact;
	return {
		...{ id, email, firstName, lastName, name: fullName(contact) },
		...{ phone, company, locale, timeZone, fields },
		state: invitationState(contact),
		bounced: contact.bouncedAt !== null,
		invitedAt: isoTime(contact.invitedAt),
		joinedAt: isoTime(contact.joinedAt),
		lastLoginAt: isoTime(contact.lastLoginAt),
		revokedAt: isoTime(contact.revokedAt),
		bouncedAt: isoTime(contact.bouncedAt),
		createdAt: isoTime(contact.createdAt),
		updatedAt: isoTime(contact.updatedAt),
	};
}

/** Milliseconds since the epoch → ISO 8601 in UTC. */
export function isoTime(ms: number): string;
export function isoTime(ms: number | null): string | null;
export function isoTime(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString();
}

export const itemErrorShape = z.object({
	code: z.string(),
	title: z.string(),
	detail: z.string().optional(),
});

export const refAnswerShape = z.object({ id: z.uuid(), email: z.string() });

/** `{items, nextCursor}`: one row more than asked for was read to know whether there is a next page. */
export function pageOf<Row, Item>(
	rows: readonly Row[],
	limit: number,
	cursorOf: (row: Row) => string,
	toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return {
		items: shown.map(toItem),
		nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
	};
}

export function pageAnswerShape(item: z.ZodType) {
	return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A cursor is the id of the last row of the page before. */
export function cursorId(cursor: string | undefined): string | null {
	if (cursor === undefined) return null;
	if (z.uuid().safeParse(cursor).success) return cursor;
	throw new PortalError('invalid_request', {
		violations: [{ pointer: '/query/cursor', detail: 'This is not a nextCursor of ours.' }],
	});
}

function isLocale(value: string): boolean {
	try {
		return Intl.getCanonicalLocales(value).length === 1;
	} catch {
		return false;
	}
}

function isTimeZone(value: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return true;
	} catch {
		return false;
	}
}
