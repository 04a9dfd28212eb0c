import { defineCatalogue, type Catalogue, type CatalogueValue } from 'custom-values';

import type { Contact, Portal } from '../store/store.ts';

/** Stands for a login code where none is made. */
export const sampleCode = '123456';

const contactValues: readonly CatalogueValue[] = [
	row('first_name', 'text', 'First name', 'Ada'),
	row('last_name', 'text', 'Last name', 'Lovelace'),
	row('name', 'text', 'First and last name', 'Ada Lovelace'),
	row('email', 'text', 'E-mail address', 'ada@example.com'),
	row('phone', 'text', 'Phone number', '+44 20 7946 0000'),
	row('company', 'text', 'Company', 'Analytical Engines'),
	row('locale', 'text', 'Language tag', 'en-GB'),
	row('time_zone', 'text', 'Time zone', 'Europe/London'),
	row('invited_at', 'date', 'When the contact was first invited', '2026-01-15T09:30:00Z'),
	row('joined_at', 'date', 'When the contact first signed in', '2026-01-16T18:05:00Z'),
	row('fields.*', 'text', 'A field of your own that the contact has', 'Gold'),
	row(
		'magic_link_expires_at',
		'date',
		'Until when the links of this e-mail work',
		'2026-01-17T09:30:00Z',
	),
	secret(
		'magic_link',
		'A link that signs this contact in, made for this e-mail; a section may follow: << contact.magic_link | to /courses >>',
	),
	secret(
		'invitation_link',
		'A link that accepts the invitation and signs this contact in, made for this e-mail',
	),
	{
		path: 'contact.login_code',
		type: 'text',
		cost: 'mint',
		secret: true,
		description: 'Six digits that go with the link of this e-mail, for pages that ask for them',
		sample: sampleCode,
	},
];

const portalValues: readonly CatalogueValue[] = [
	constant('portal.name', 'text', 'Name of the portal', 'Client Portal'),
	constant('portal.url', 'url', 'Address of the portal', 'https://portal.example.com'),
	constant('portal.logo_url', 'url', 'Address of the logo', 'https://portal.example.com/logo.png'),
	constant('portal.support_email', 'text', 'Whom clients may ask for help', 'help@example.com'),
	constant('portal.sender_name', 'text', 'Name that e-mails come from', 'Client Portal'),
	constant('portal.sender_email', 'text', 'Address that e-mails come from', 'portal@example.com'),
	constant('portal.time_zone', 'text', 'Time zone of times in e-mails', 'Europe/Berlin'),
];

const itemValue: CatalogueValue = {
	path: 'item.*',
	type: 'text',
	cost: 'row',
	description: 'What the request or the n8n item brought for this e-mail, at any depth',
	sample: 'INV-2026-001',
};

/** Stands for the portal's own values while it has none, so that their tags are tags all the same and are refused. */
const noCustomValue = constant('custom_values.*', 'text', 'A text of the portal’s own', '');

/** Every value a template of this portal may use, the engine's `right_now.*` included: for pickers. */
export function catalogueValues(portal: Portal): readonly CatalogueValue[] {
	return defineCatalogue(valuesOf(portal)).values;
}

/** The catalogue that a portal's templates are compiled with. */
export function portalCatalogue(portal: Portal): Catalogue {
	const hasOwn = Object.keys(portal.customValues).length > 0;
	return defineCatalogue(hasOwn ? valuesOf(portal) : [...valuesOf(portal), noCustomValue]);
}

function valuesOf(portal: Portal): CatalogueValue[] {
	const own = Object.entries(portal.customValues).map(([key, value]) =>
		constant(`custom_values.${key}`, 'text', 'A text of the portal’s own', value),
	);
	return [...contactValues, ...portalValues, ...own, itemValue];
}

/** `portal.*` and `custom_values.*`: the same for every contact. `url` is the portal's origin. */
export function constantValues(portal: Portal, url: string): Record<string, unknown> {
	return {
		portal: {
			name: portal.name,
			url,
			logo_url: portal.brand.logoUrl,
			support_email: portal.supportEmail,
			sender_name: portal.sender.name === '' ? portal.name : portal.sender.name,
			sender_email: portal.sender.email,
			time_zone: portal.timeZone,
		},
		custom_values: portal.customValues,
	};
}

/** `contact.*` as far as the contact's own row gives it. */
export function contactRowValues(contact: Contact, name: string): Record<string, unknown> {
	return {
		first_name: contact.firstName,
		last_name: contact.lastName,
		name,
		email: contact.email,
		phone: contact.phone,
		company: contact.company,
		locale: contact.locale,
		time_zone: contact.timeZone,
		invited_at: contact.invitedAt,
		joined_at: contact.joinedAt,
		fields: contact.fields,
	};
}

function row(
	name: string,
	type: CatalogueValue['type'],
	description: string,
	sample: string,
): CatalogueValue {
	return { path: `contact.${name}`, type, cost: 'row', description, sample };
}

function secret(name: string, description: string): CatalogueValue {
	const sample = 'https://portal.example.com/l/sample';
	return { path: `contact.${name}`, type: 'url', cost: 'mint', secret: true, description, sample };
}

function constant(
	path: string,
	type: CatalogueValue['type'],
	description: string,
	sample: string,
): CatalogueValue {
	return { path, type, cost: 'constant', description, sample };
}
