import { createHash } from 'node:crypto';

import { z } from 'zod';

import type {
	ContentSource,
	OrderAnswer,
	SendItem,
	SendReport,
	WantedItem,
} from '../services/send-types.ts';
import type { Services } from '../services.ts';
import { templateKinds, type SendKind } from '../store/store.ts';
import type { Answer, Call } from './endpoint.ts';
import {
	destinationShape,
	expiresInShape,
	isoTime,
	itemErrorShape,
	itemKeyShape,
	refAnswerShape,
	text,
} from './shapes.ts';
import { templateRefShape } from './template-shapes.ts';

// What the three orders of e-mails (invitations, login e-mails, e-mails) have in common.

/**
 * A template source may be larger than the engine takes: the engine then says so, with its position. All contents of a request have
 * a limit together, too (`compileContents`).
 */
const textsShape = z.strictObject({
	subject: text(10_000),
	html: text(1_000_000).default(''),
	text: text(1_000_000).default(''),
});
/** Texts, or a published template of the kind that is sent. */
export const contentShape = z.union([textsShape, z.strictObject({ template: templateRefShape })]);

export const waitQuery = z.strictObject({ wait: z.coerce.number().min(0).max(30).default(0) });

export const itemBase = {
	destination: destinationShape.optional(),
	idempotencyKey: itemKeyShape.optional(),
};
export const orderBase = {
	destination: destinationShape.optional(),
	expiresIn: expiresInShape.optional(),
};

export const deliveryStatus = z.enum(['queued', 'sending', 'sent', 'failed', 'skipped']);
export const sendShape = z.object({
	id: z.uuid(),
	kind: z.enum([...templateKinds, 'address_changed']),
	status: z.enum(['queued', 'sending', 'finished', 'captured']),
	transport: z.string(),
	recipients: z.int(),
	sent: z.int(),
	failed: z.int(),
	skipped: z.int(),
	missing: z.record(z.string(), z.int()),
	outboxUrl: z.string().optional(),
	createdAt: z.iso.datetime(),
	finishedAt: z.iso.datetime().nullable(),
});
const orderAnswerShape = z.object({
	send: sendShape.nullable(),
	items: z.array(
		z.object({
			ok: z.boolean(),
			contact: refAnswerShape.optional(),
			sendId: z.uuid().optional(),
			delivery: z.object({ status: deliveryStatus, error: itemErrorShape.optional() }).optional(),
			skipped: z.string().optional(),
			error: itemErrorShape.optional(),
		}),
	),
});
export const orderAnswers = {
	200: { description: 'Every e-mail is sent, failed or skipped.', shape: orderAnswerShape },
	202: {
		description: 'Accepted; e-mails are still on their way. See /v1/sends/:id.',
		shape: orderAnswerShape,
	},
};
export const orderErrors = [
	'contact_not_found',
	'contact_revoked',
	'email_invalid',
	'destination_not_allowed',
	'expires_in_too_long',
	'template_invalid',
	'template_not_found',
	'template_not_published',
	'idempotency_key_reused',
	'idempotency_in_progress',
] as const;

/** The values of a checked item, apart from its contact. */
export function wanted(item: {
	destination?: string | undefined;
	idempotencyKey?: string | undefined;
}): Omit<WantedItem, 'contact'> {
	return {
		content: 0,
		item: {},
		destination: item.destination ?? null,
		idempotencyKey: item.idempotencyKey ?? null,
	};
}

interface OrderBody {
	items: readonly unknown[];
	destination?: string | undefined;
	expiresIn?: number | undefined;
	resend?: boolean | undefined;
	restoreAccess?: boolean | undefined;
}

/** Places the order and answers as DESIGN section 7 says: 200 when finished within `?wait`, else 202. */
export async function order(
	services: Services,
	call: Call<unknown, { wait: number }, OrderBody>,
	what: {
		kind: SendKind;
		contents: readonly ContentSource[];
		lifetimeMs: number;
		items: readonly SendItem[];
	},
): Promise<Answer> {
	const { portal, actor, body, query, idempotencyKey } = call;
	const fingerprint = createHash('sha256')
		.update(JSON.stringify([what.kind, body]))
		.digest('hex');
	const answer = await services.sends.order(
		{ portal, actor, idempotencyKey, fingerprint, waitMs: query.wait * 1000 },
		{
			kind: what.kind,
			contents: what.contents,
			items: what.items,
			resend: body.resend ?? false,
			restoreAccess: body.restoreAccess ?? false,
			destination: body.destination ?? null,
			linkLifetimeMs: services.links.lifetimeMs(portal, body.expiresIn, what.lifetimeMs),
		},
	);
	return { status: answer.finished ? 200 : 202, body: orderAnswer(services, answer) };
}

function orderAnswer(services: Services, { report, items }: OrderAnswer): unknown {
	return { send: report === null ? null : sendAnswer(services, report), items };
}

/** A send as the API answers it. */
export function sendAnswer(
	{ urls }: Services,
	{ send, counts }: SendReport,
): z.input<typeof sendShape> {
	const finished = send.status === 'finished';
	const captured = send.transport === 'outbox';
	return {
		id: send.id,
		kind: send.kind,
		status: finished && captured ? 'captured' : send.status,
		transport: send.transport,
		recipients: send.recipients,
		sent: counts.sent,
		failed: counts.failed,
		skipped: counts.skipped,
		missing: send.missing,
		...(captured ? { outboxUrl: `${urls.publicUrl}/admin/outbox` } : {}),
		createdAt: isoTime(send.createdAt),
		finishedAt: isoTime(send.finishedAt),
	};
}
