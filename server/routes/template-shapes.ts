import { z } from 'zod';

import { PortalError } from '../errors.ts';
import type { Services } from '../services.ts';
import {
	emailParts,
	templateKinds,
	type EmailSource,
	type Portal,
	type TemplateKind,
} from '../store/store.ts';
import { text } from './shapes.ts';

export const kindShape = z
	.enum(templateKinds)
	.describe(
		'What the e-mail is for; login e-mails and invitations need a sign-in link in both parts.',
	);

/** As much as the engine takes of one text. */
const bodyShape = text(262_144);

/** Texts as somebody is writing them: any of them may still be empty. */
export const draftShape = {
	subject: text(10_000).default(''),
	html: bodyShape.default(''),
	text: bodyShape.default(''),
};

/** A template by id or by name. */
export const templateRefShape = text(200).min(1).describe('Id or name of a template.');

export const findingShape = z.object({
	part: z.enum(emailParts),
	code: z.string(),
	severity: z.enum(['error', 'warning', 'info']),
	line: z.int(),
	column: z.int(),
	length: z.int(),
	message: z.string(),
	fix: z.string().optional(),
});

const givenTexts = z.strictObject({ kind: kindShape.default('email'), ...draftShape });
const keptTexts = z.strictObject({
	template: templateRefShape,
	published: z.boolean().default(false).describe('What is sent, in place of the draft.'),
});

/** What a check is about: texts of the request, or of a template. `more` is what else the request may say. */
export function textsAnd<More extends z.ZodRawShape>(more: More) {
	return z.union([keptTexts.extend(more), givenTexts.extend(more)]);
}

/** The texts that a request is about. Throws `template_not_found` or `template_not_published`. */
export async function textsOf(
	{ templates }: Pick<Services, 'templates'>,
	portal: Portal,
	about: z.output<typeof givenTexts> | z.output<typeof keptTexts>,
): Promise<{ kind: TemplateKind; source: EmailSource }> {
	if (!('template' in about)) {
		const { kind, subject, html, text } = about;
		return { kind, source: { subject, html, text } };
	}
	const { kind, draft, published } = await templates.find(portal, about.template);
	const source = about.published ? published : draft;
	if (source === null) throw new PortalError('template_not_published');
	return { kind, source };
}
