import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { requireScope } from '../middleware/authenticate.ts';
import { check, preview } from '../services/template-check.ts';
import { endpoint } from './endpoint.ts';
import { contentShape } from './orders.ts';
import { contactRefShape, itemShape, localeShape, text, toContactRef } from './shapes.ts';

/** Texts as somebody is writing them: any of them may still be empty. */
const draftShape = {
	subject: text(10_000).default(''),
	html: contentShape.shape.html,
	text: contentShape.shape.text,
};

const kindShape = z
	.enum(['invitation', 'login_email', 'email'])
	.describe('What the e-mail is for; the first two need a sign-in link in both parts.');

const findingShape = z.object({
	part: z.enum(['subject', 'html', 'text']),
	code: z.string(),
	severity: z.enum(['error', 'warning', 'info']),
	line: z.int(),
	column: z.int(),
	length: z.int(),
	message: z.string(),
	fix: z.string().optional(),
});

export const lintTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/lint',
	id: 'lintTemplate',
	summary: 'Says all there is to say about the texts of an e-mail. Stores and sends nothing.',
	scope: 'templates:write',
	portal: 'own',
	body: z.strictObject({ kind: kindShape.default('email'), ...draftShape }),
	answers: {
		200: {
			description: 'Findings by part and position. One of severity error stops a send.',
			shape: z.object({ findings: z.array(findingShape) }),
		},
	},
	async handle(_services, { portal, body: { kind, ...source } }) {
		return Promise.resolve({ status: 200, body: { findings: check(portal, kind, source) } });
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
	body: z.strictObject({
		kind: kindShape.default('email'),
		...draftShape,
		contact: contactRefShape.optional(),
		item: itemShape.optional(),
		locale: localeShape.optional(),
	}),
	answers: {
		200: {
			description: 'The texts, and the values that left a gap in them.',
			shape: z.object({
				subject: z.string(),
				html: z.string(),
				text: z.string(),
				missing: z.array(z.string()),
			}),
		},
	},
	errors: ['contact_not_found', 'email_invalid', 'template_invalid'],
	async handle({ contacts, urls, clock }, { portal, apiKey, body }) {
		const { kind, subject, html, text, contact: ref, item = null, locale } = body;
		let contact = null;
		if (ref !== undefined) {
			requireScope(apiKey, 'contacts:read');
			[contact = null] = await contacts.find(portal, [toContactRef(ref)]);
			if (contact === null) throw new PortalError('contact_not_found');
		}
		const shown = preview(
			portal,
			kind,
			{ subject, html, text },
			{
				contact,
				item,
				...(locale === undefined ? {} : { locale }),
				url: urls.origin(portal),
				now: clock.now(),
			},
		);
		return { status: 200, body: shown };
	},
});
