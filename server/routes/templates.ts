import { z } from 'zod';

import { uuidPattern } from '../ids.ts';
import { check } from '../services/template-check.ts';
import type { SavedTemplate } from '../services/templates.ts';
import type { EmailSource, Portal, Template, TemplateHead } from '../store/store.ts';
import { endpoint } from './endpoint.ts';
import { cursorId, given, isoTime, pageAnswerShape, pageOf, pageShape, text } from './shapes.ts';
import { draftShape, findingShape, kindShape } from './template-shapes.ts';

const idParams = z.object({ id: z.uuid() });

const nameShape = text(200)
	.trim()
	.normalize()
	.min(1)
	.refine((name) => !uuidPattern.test(name), { message: 'A name may not have the form of an id.' });

const versionShape = z.int().min(1).describe('As it was read: a newer one is not overwritten.');

const sourceShape = z.object({ subject: z.string(), html: z.string(), text: z.string() });

const headAnswerShape = z.object({
	id: z.uuid(),
	name: z.string(),
	kind: kindShape,
	version: z.int(),
	publishedAt: z.iso.datetime().nullable(),
	createdAt: z.iso.datetime(),
	updatedAt: z.iso.datetime(),
	updatedBy: z.string(),
});

const answerShape = headAnswerShape.extend({
	draft: sourceShape,
	published: sourceShape.nullable(),
	findings: z.array(findingShape).describe('What is to be said about the draft.'),
});

/** After a request that brought texts. */
const savedShape = answerShape.extend({
	repairs: z
		.array(findingShape)
		.describe(
			'What an editor had done to tags of the texts in this request: undone, or of severity error. Positions are those in the texts as they were sent; `fix` is what stands there now.',
		),
});

/** Of a request that brought no texts. */
const unsavedAnswer =
	'The template. It has no `repairs`: only creating and changing a template tell these, of the texts that they were sent.';

function headAnswer(template: TemplateHead): z.input<typeof headAnswerShape> {
	const { id, name, kind, version, updatedBy } = template;
	return {
		...{ id, name, kind, version },
		publishedAt: isoTime(template.publishedAt),
		createdAt: isoTime(template.createdAt),
		updatedAt: isoTime(template.updatedAt),
		updatedBy,
	};
}

function templateAnswer(portal: Portal, template: Template): z.input<typeof answerShape> {
	const { kind, draft, published } = template;
	const findings = check(portal, kind, draft);
	return { ...headAnswer(template), draft, published, findings };
}

function savedAnswer(
	portal: Portal,
	{ template, repairs }: SavedTemplate,
): z.input<typeof savedShape> {
	return { ...templateAnswer(portal, template), repairs };
}

export const listTemplates = endpoint({
	method: 'get',
	path: '/v1/templates',
	id: 'listTemplates',
	summary: 'Templates without their texts, newest first.',
	scope: 'templates:write',
	portal: 'own',
	query: z.strictObject(pageShape),
	answers: { 200: { description: 'A page.', shape: pageAnswerShape(headAnswerShape) } },
	async handle({ templates }, { portal, query: { limit, cursor } }) {
		const page = { limit: limit + 1, after: cursorId(cursor) };
		const rows = await templates.list(portal, page);
		return { status: 200, body: pageOf(rows, limit, ({ id }) => id, headAnswer) };
	},
});

export const createTemplate = endpoint({
	method: 'post',
	path: '/v1/templates',
	id: 'createTemplate',
	summary:
		'Keeps the texts of an e-mail as a draft, errors included, and says what they are. What editors did to tags is undone, and told.',
	scope: 'templates:write',
	portal: 'own',
	body: z.strictObject({ name: nameShape, kind: kindShape.default('email'), ...draftShape }),
	answers: { 201: { description: 'The template.', shape: savedShape } },
	errors: ['template_name_taken'],
	async handle({ templates }, { portal, actor, body: { name, kind, ...draft } }) {
		const saved = await templates.create(portal, actor, { name, kind, draft });
		return { status: 201, body: savedAnswer(portal, saved) };
	},
});

export const getTemplate = endpoint({
	method: 'get',
	path: '/v1/templates/:id',
	id: 'getTemplate',
	summary: 'One template: its draft, what is published, and what is to be said about the draft.',
	scope: 'templates:write',
	portal: 'own',
	params: idParams,
	answers: { 200: { description: unsavedAnswer, shape: answerShape } },
	errors: ['template_not_found'],
	async handle({ templates }, { portal, params: { id } }) {
		return { status: 200, body: templateAnswer(portal, await templates.find(portal, id)) };
	},
});

export const updateTemplate = endpoint({
	method: 'patch',
	path: '/v1/templates/:id',
	id: 'updateTemplate',
	summary:
		'Changes name or draft, errors included; repairs tags as creating does. What is published stays until the next publish.',
	scope: 'templates:write',
	portal: 'own',
	params: idParams,
	body: z.strictObject({
		version: versionShape,
		name: nameShape.optional(),
		subject: draftShape.subject.unwrap().optional(),
		html: draftShape.html.unwrap().optional(),
		text: draftShape.text.unwrap().optional(),
	}),
	answers: { 200: { description: 'The template as it is now.', shape: savedShape } },
	errors: ['template_not_found', 'template_changed', 'template_name_taken'],
	async handle({ templates }, { portal, actor, params: { id }, body }) {
		const { version, name, ...texts } = body;
		const set = { ...given({ name }), draft: given<EmailSource>(texts) };
		const saved = await templates.change(portal, actor, { id, version }, set);
		return { status: 200, body: savedAnswer(portal, saved) };
	},
});

export const deleteTemplate = endpoint({
	method: 'delete',
	path: '/v1/templates/:id',
	id: 'deleteTemplate',
	summary: 'Deletes a template. Sends under way are not affected.',
	scope: 'templates:write',
	portal: 'own',
	params: idParams,
	answers: { 204: { description: 'It is gone.' } },
	errors: ['template_not_found'],
	async handle({ templates }, { portal, actor, params: { id } }) {
		await templates.delete(portal, actor, id);
		return { status: 204, body: undefined };
	},
});

export const publishTemplate = endpoint({
	method: 'post',
	path: '/v1/templates/:id/publish',
	id: 'publishTemplate',
	summary: 'Makes the draft what is sent from now on, unless it has errors. Safe to repeat.',
	scope: 'templates:write',
	portal: 'own',
	params: idParams,
	body: z.strictObject({ version: versionShape.optional() }).prefault({}),
	answers: { 200: { description: unsavedAnswer, shape: answerShape } },
	errors: ['template_not_found', 'template_changed', 'template_invalid'],
	async handle({ templates }, { portal, actor, params: { id }, body: { version = null } }) {
		const template = await templates.publish(portal, actor, { id, version });
		return { status: 200, body: templateAnswer(portal, template) };
	},
});
