import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

/** Shows properties for one operation only, beside what they ask for themselves. */
export function shownFor(
	resource: string,
	operation: string,
	properties: INodeProperties[],
): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: {
			show: { resource: [resource], operation: [operation], ...property.displayOptions?.show },
		},
	}));
}

export const contactField: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'resourceLocator',
	default: { mode: 'email', value: '' },
	required: true,
	description: 'Whom it is for',
	modes: [
		{
			displayName: 'By E-Mail',
			name: 'email',
			type: 'string',
			placeholder: 'e.g. name@example.com',
		},
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a contact…',
			typeOptions: { searchListMethod: 'searchContacts', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0193d5a2-7f43-7c1e-9b0a-2f6f5f0c8a11',
		},
	],
};

export const detailFields: INodeProperties[] = [
	{ displayName: 'Company', name: 'company', type: 'string', default: '' },
	{
		displayName: 'Custom Fields',
		name: 'fields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Field',
		default: {},
		description:
			'Further facts about the contact. In e-mails, plan is &lt;&lt; contact.fields.plan &gt;&gt;.',
		options: [nameAndValue('plan', 'Gold')],
	},
	{ displayName: 'First Name', name: 'firstName', type: 'string', default: '' },
	{ displayName: 'Last Name', name: 'lastName', type: 'string', default: '' },
	{
		displayName: 'Locale',
		name: 'locale',
		type: 'string',
		default: '',
		placeholder: 'e.g. de-AT',
		description:
			'Language of the pages and built-in e-mails that the contact sees, and region for dates and numbers',
	},
	{ displayName: 'Phone', name: 'phone', type: 'string', default: '' },
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Vienna',
	},
];

/** The pairs of a fixed collection with names and values. */
export function nameAndValue(name: string, value: string): INodePropertyCollection {
	return {
		displayName: 'Field',
		name: 'entries',
		values: [
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: `e.g. ${name}`,
			},
			{
				displayName: 'Value',
				name: 'value',
				type: 'string',
				default: '',
				placeholder: `e.g. ${value}`,
			},
		],
	};
}

export const batchSizeOption: INodeProperties = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 100,
	description: 'How many items go to the server in one request',
};

export const idempotencyKeyOption: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.orderId }}',
	description:
		'With the same key, this node does it once per contact, even in another execution. Without one, it does so once per item and execution.',
};

export const portalOption: INodeProperties = {
	displayName: 'Portal',
	name: 'portal',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'Needed only when the API key was made for all portals',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a portal…',
			typeOptions: { searchListMethod: 'searchPortals' },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0193d5a2-7f43-7c1e-9b0a-2f6f5f0c8a11',
		},
	],
};

export const sectionOption: INodeProperties = {
	displayName: 'Section',
	name: 'section',
	type: 'string',
	default: '',
	placeholder: 'e.g. /courses',
	description: 'Where in the portal the contact arrives after signing in',
};

export const waitOption: INodeProperties = {
	displayName: 'Wait for Delivery',
	name: 'wait',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 30 },
	default: 10,
	description:
		'For how many seconds to wait until the e-mails have left. What is still on its way then has the status queued or sending.',
};

/** How long the links work; `usually` is what holds without this option. */
export function expiresInOption(usually: string): INodeProperties {
	return {
		displayName: 'Expires In',
		name: 'expiresIn',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description: `For how many minutes the sign-in link works. Without this option: ${usually}, unless the portal says otherwise.`,
	};
}

export const ownTextOption: INodeProperties = {
	displayName: 'Own Text',
	name: 'ownText',
	type: 'fixedCollection',
	placeholder: 'Add Text',
	default: {},
	description: 'In place of the built-in e-mail, for contacts of every language',
	options: [
		{
			displayName: 'Text',
			name: 'text',
			values: emailTextFields(),
		},
	],
};

/** Subject, HTML and plain text of an e-mail. */
export function emailTextFields(): INodeProperties[] {
	return [
		{
			displayName: 'Subject',
			name: 'subject',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Your sign-in link for << portal.name >>',
		},
		{
			displayName: 'HTML',
			name: 'html',
			type: 'string',
			typeOptions: { rows: 10 },
			default:
				'<p>Hello << contact.first_name | there >>,</p>\n<p><a href="<< contact.magic_link >>">Sign in to << portal.name >></a></p>',
			required: true,
			description:
				'Custom values such as &lt;&lt; contact.first_name &gt;&gt; are filled in by the server, for each contact. The sign-in link is &lt;&lt; contact.magic_link &gt;&gt;, as the address of a link.',
			hint: 'What people typed belongs into Item Values and here as << item.message >>, where it is escaped; never into an expression in this text.',
		},
		{
			displayName: 'Plain Text',
			name: 'text',
			type: 'string',
			typeOptions: { rows: 6 },
			default:
				'Hello << contact.first_name | there >>,\n\nsign in to << portal.name >> here:\n<< contact.magic_link >>',
			description: 'For readers without HTML, with the same custom values',
			hint: 'What people typed belongs into Item Values and here as << item.message >>; never into an expression in this text.',
		},
	];
}
