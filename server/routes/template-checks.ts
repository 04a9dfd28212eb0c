import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { requireScope } from '../middleware/authenticate.ts';
import { check, preview } from '../services/template-check.ts';
import { coverageOf } from '../services/template-coverage.ts';
import { sendTest } from '../services/template-tests.ts';
import type { Services } from '../services.ts';
import type { ApiKey, Contact, Portal } from '../store/store.ts';
import { endpoint } from './endpoint.ts';
import {
	contactFilterShape,
	contactRefShape,
	given,
	itemShape,
	localeShape,
	text,
	toContactFilter,
	toContactRef,
} from './shapes.ts';
import { findingShape, textsAnd, textsOf } from './template-shapes.ts';

const textsErrors = ['template_not_found', 'template_not_published'] as const;

export const lintTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/lint',
	id: 'lintTemplate',
	summary:
		'Says all there is to say about the texts of an e-mail, given or of a template. Stores and sends nothing.',
	scope: 'templates:write',
	portal: 'own',
	body: textsAnd({}),
	answers: {
		200: {
			description: 'Findings by part and position. One of severity error stops a send.',
			shape: z.object({ findings: z.array(findingShape) }),
		},
	},
	errors: textsErrors,
	async handle(services, { portal, body }) {
		const { kind, source } = await textsOf(services, portal, body);
		return { status: 200, body: { findings: check(portal, kind, source) } };
	},
});

export const previewTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/preview',
	id: 'previewTemplate',
	summary:
		'Shows an e-mail as a contact, or one made of samples, would read it. Links in it are samples. With a contact it needs contacts:read, too.',
	scope: 'templates:write',
	portal: 'own',
	body: textsAnd({
		contact: contactRefShape.optional(),
		item: itemShape.optional(),
		locale: localeShape.optional(),
	}),
	answers: {
		200: {
			description:
				'The texts, the values that left a gap in them, and the fallbacks that stand for others.',
			shape: z.object({
				subject: z.string(),
				html: z.string(),
				text: z.string(),
				missing: z.array(z.string()),
				fallbacks: z.array(z.object({ path: z.string(), text: z.string() })),
			}),
		},
	},
	errors: [...textsErrors, 'contact_not_found', 'email_invalid', 'template_invalid'],
	async handle(services, { portal, apiKey, body }) {
		const { urls, clock } = services;
		const { item = null, locale } = body;
		const { kind, source } = await textsOf(services, portal, body);
		const shown = preview(portal, kind, source, {
			contact: await shownContact(services, portal, apiKey, body.contact),
			item,
			...given({ locale }),
			url: urls.origin(portal),
			now: clock.now(),
		});
		return { status: 200, body: shown };
	},
});

/** Whose row is shown: needs contacts:read. Null when nobody is named. */
async function shownContact(
	{ contacts }: Services,
	portal: Portal,
	apiKey: ApiKey,
	ref: z.output<typeof contactRefShape> | undefined,
): Promise<Contact | null> {
	if (ref === undefined) return null;
	requireScope(apiKey, 'contacts:read');
	const [contact = null] = await contacts.find(portal, [toContactRef(ref)]);
	if (contact === null) throw new PortalError('contact_not_found');
	return contact;
}

export const testTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/test',
	id: 'testTemplate',
	summary:
		'E-mails texts, or a template, to an admin, marked as a test and with sample links. With a contact, whose row it then shows, it needs contacts:read, too.',
	scope: 'templates:write',
	portal: 'own',
	body: textsAnd({
		to: text(1000).optional().describe('Address of an admin; needed when there are several.'),
		contact: contactRefShape.optional(),
		item: itemShape.optional(),
	}),
	answers: {
		200: {
			description: 'The provider took it, or the outbox has it.',
			shape: z.object({ to: z.string(), transport: z.string() }),
		},
	},
	errors: [
		...textsErrors,
		'contact_not_found',
		'email_invalid',
		'template_invalid',
		'too_many_requests',
		'mail_rejected',
		'mail_unavailable',
	],
	async handle(services, { portal, apiKey, actor, body }) {
		const to = await sendTest(services, portal, actor, {
			...(await textsOf(services, portal, body)),
			to: body.to ?? null,
			contact: await shownContact(services, portal, apiKey, body.contact),
			item: body.item ?? null,
		});
		return { status: 200, body: { to, transport: services.mailer.transport } };
	},
});

const audienceShape = z.union([
	z.strictObject({
		items: z
			.array(z.strictObject({ contact: contactRefShape, item: itemShape.default({}) }))
			.min(1)
			.max(1000),
	}),
	z.strictObject(contactFilterShape),
]);

const countOf = { contacts: z.int() };

export const coverTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/coverage',
	id: 'coverTemplate',
	summary:
		'Says what would become of a send to an audience: who gets it, who lacks which value and what they see, how many links are made. Sends and stores nothing. Needs contacts:read, too.',
	scope: 'templates:write',
	portal: 'own',
	body: textsAnd({
		audience: audienceShape
			.default({})
			.describe('Filters of GET /v1/contacts (none: everybody), or up to 1,000 contacts by name.'),
		resend: z.boolean().default(false),
		restoreAccess: z.boolean().default(false),
	}),
	answers: {
		200: {
			description: 'The report. `complete` is false when only the newest 100,000 were looked at.',
			shape: z.object({
				...countOf,
				complete: z.boolean(),
				sendable: z.int(),
				skipped: z.record(z.string(), z.int()),
				blocked: z.array(z.object({ message: z.string(), ...countOf })),
				missing: z.array(z.object({ path: z.string(), ...countOf, prints: z.string() })),
				links: z.int(),
				codes: z.int(),
			}),
		},
	},
	errors: [...textsErrors, 'email_invalid', 'template_invalid'],
	async handle(services, { portal, apiKey, body, signal }) {
		requireScope(apiKey, 'contacts:read');
		const { audience, resend, restoreAccess } = body;
		const about = {
			...(await textsOf(services, portal, body)),
			...{ resend, restoreAccess },
			audience:
				'items' in audience
					? { items: audience.items.map((one) => ({ ...one, contact: toContactRef(one.contact) })) }
					: { filter: toContactFilter(audience) },
		};
		return { status: 200, body: await coverageOf(services, portal, about, signal) };
	},
});
