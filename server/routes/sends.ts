import { createHash } from 'node:crypto';

import { z } from 'zod';

import { itemError } from '../errors.ts';
import type { OrderAnswer, SendItem, SendReport, WantedItem } from '../services/send-types.ts';
import type { Services } from '../services.ts';
import type { Delivery, EmailSource, Portal, SendKind } from '../store/store.ts';
import { endpoint, type Answer, type Call } from './endpoint.ts';
import {
	batchLimit,
	checkItems,
	contactOrRefShape,
	contactRefShape,
	destinationShape,
	expiresInShape,
	isoTime,
	itemErrorShape,
	itemKeyShape,
	itemShape,
	pageAnswerShape,
	pageOf,
	refAnswerShape,
	text,
	toContactInput,
	toContactRef,
} from './shapes.ts';

/** A template source may be larger than the engine takes: the engine then says so, with its position. */
const contentShape = z.strictObject({
	subject: text(10_000),
	html: text(1_000_000).default(''),
	text: text(1_000_000).default(''),
});

const waitQuery = z.strictObject({ wait: z.coerce.number().min(0).max(30).default(0) });

const itemBase = {
	destination: destinationShape.optional(),
	idempotencyKey: itemKeyShape.optional(),
};
const invitationFlags = {
	resend: z.boolean().optional(),
	restoreAccess: z.boolean().optional(),
};
const orderBase = {
	items: z.array(z.unknown()).min(1).max(batchLimit),
	destination: destinationShape.optional(),
	expiresIn: expiresInShape.optional(),
};

const invitationItem = z.strictObject({
	contact: contactOrRefShape,
	...itemBase,
	...invitationFlags,
});
const loginEmailItem = z.strictObject({ contact: contactRefShape, ...itemBase });
const emailItem = z.strictObject({
	contact: contactRefShape,
	content: z.int().min(0).default(0),
	item: itemShape.default({}),
	...itemBase,
});

const status = z.enum(['queued', 'sending', 'sent', 'failed', 'skipped']);
const sendShape = z.object({
	id: z.uuid(),
	kind: z.enum(['invitation', 'login_email', 'email', 'address_changed']),
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
			delivery: z.object({ status, error: itemErrorShape.optional() }).optional(),
			skipped: z.string().optional(),
			error: itemErrorShape.optional(),
		}),
	),
});
const orderAnswers = {
	200: { description: 'Every e-mail is sent, failed or skipped.', shape: orderAnswerShape },
	202: {
		description: 'Accepted; e-mails are still on their way. See /v1/sends/:id.',
		shape: orderAnswerShape,
	},
};
const orderErrors = [
	'contact_not_found',
	'contact_revoked',
	'email_invalid',
	'destination_not_allowed',
	'expires_in_too_long',
	'template_invalid',
	'idempotency_key_reused',
	'idempotency_in_progress',
] as const;

/** The values of a checked item, apart from its contact. */
function wanted(item: {
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

async function order(
	services: Services,
	call: Call<unknown, { wait: number }, OrderBody>,
	what: {
		kind: SendKind;
		contents: readonly EmailSource[];
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

function sendAnswer({ urls }: Services, { send, counts }: SendReport): z.input<typeof sendShape> {
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

export const sendInvitations = endpoint({
	method: 'post',
	path: '/v1/invitations',
	id: 'sendInvitations',
	summary: 'Invites contacts: makes or updates them and e-mails each one a link. Safe to repeat.',
	scope: 'invitations:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({ ...orderBase, ...invitationFlags, content: contentShape.optional() }),
	answers: orderAnswers,
	errors: orderErrors,
	handle(services, call) {
		const items = checkItems(
			call.body.items,
			invitationItem,
			(item): WantedItem => ({
				...wanted(item),
				contact: 'id' in item.contact ? item.contact : toContactInput(item.contact),
				...(item.resend === undefined ? {} : { resend: item.resend }),
				...(item.restoreAccess === undefined ? {} : { restoreAccess: item.restoreAccess }),
			}),
		);
		return order(services, call, {
			kind: 'invitation',
			contents: call.body.content === undefined ? [] : [call.body.content],
			lifetimeMs: call.portal.lifetimes.invitation,
			items,
		});
	},
});

export const sendLoginEmails = endpoint({
	method: 'post',
	path: '/v1/login-emails',
	id: 'sendLoginEmails',
	summary: 'E-mails contacts a link that signs them in.',
	scope: 'emails:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({ ...orderBase, content: contentShape.optional() }),
	answers: orderAnswers,
	errors: orderErrors,
	handle(services, call) {
		const items = checkItems(
			call.body.items,
			loginEmailItem,
			(item): WantedItem => ({
				...wanted(item),
				contact: toContactRef(item.contact),
			}),
		);
		return order(services, call, {
			kind: 'login_email',
			contents: call.body.content === undefined ? [] : [call.body.content],
			lifetimeMs: call.portal.lifetimes.loginEmail,
			items,
		});
	},
});

export const sendEmails = endpoint({
	method: 'post',
	path: '/v1/emails',
	id: 'sendEmails',
	summary: 'E-mails contacts a text of yours with custom values.',
	scope: 'emails:send',
	portal: 'own',
	idempotent: true,
	query: waitQuery,
	body: z.strictObject({ ...orderBase, contents: z.array(contentShape).min(1).max(100) }),
	answers: orderAnswers,
	errors: orderErrors,
	handle(services, call) {
		const { contents } = call.body;
		const items = checkItems(call.body.items, emailItem, (item, index) => {
			if (item.content >= contents.length) {
				return itemError(
					'invalid_request',
					`/items/${String(index)}/content: There is no such content.`,
				);
			}
			return {
				...wanted(item),
				contact: toContactRef(item.contact),
				content: item.content,
				item: item.item,
			};
		});
		return order(services, call, {
			kind: 'email',
			contents,
			lifetimeMs: call.portal.lifetimes.loginEmail,
			items,
		});
	},
});

const idParams = z.object({ id: z.uuid() });

export const getSend = endpoint({
	method: 'get',
	path: '/v1/sends/:id',
	id: 'getSend',
	summary: 'How far a send is.',
	scope: 'emails:send',
	portal: 'own',
	params: idParams,
	answers: { 200: { description: 'The send.', shape: sendShape } },
	errors: ['send_not_found'],
	async handle(services, { portal, params: { id } }) {
		return { status: 200, body: sendAnswer(services, await services.sends.get(portal, id)) };
	},
});

export const listDeliveries = endpoint({
	method: 'get',
	path: '/v1/sends/:id/deliveries',
	id: 'listDeliveries',
	summary: 'The e-mails of a send, in the order of its items.',
	scope: 'emails:send',
	portal: 'own',
	params: idParams,
	query: z.strictObject({
		limit: z.coerce.number().int().min(1).max(1000).default(100),
		cursor: z.coerce.number().int().min(0).optional(),
		status: status.optional(),
	}),
	answers: {
		200: {
			description: 'A page of deliveries.',
			shape: pageAnswerShape(
				z.object({
					index: z.int(),
					contact: refAnswerShape,
					status,
					skipped: z.string().nullable(),
					error: itemErrorShape.nullable(),
					repeated: z.boolean(),
					attempts: z.int(),
					messageId: z.string().nullable(),
					updatedAt: z.iso.datetime(),
				}),
			),
		},
	},
	errors: ['send_not_found'],
	async handle({ sends }, { portal, params: { id }, query }) {
		const rows = await deliveryRows(sends, portal, id, query);
		const body = pageOf(rows, query.limit, (row) => String(row.index), deliveryAnswer);
		return { status: 200, body };
	},
});

function deliveryRows(
	sends: Services['sends'],
	portal: Portal,
	id: string,
	query: { limit: number; cursor?: number | undefined; status?: Delivery['status'] | undefined },
): Promise<Delivery[]> {
	const filter = query.status === undefined ? {} : { status: query.status };
	const page = { limit: query.limit + 1, after: query.cursor ?? null };
	return sends.listDeliveries(portal, id, filter, page);
}

function deliveryAnswer(row: Delivery): unknown {
	return {
		index: row.index,
		contact: { id: row.contactId, email: row.email },
		status: row.status,
		skipped: row.skipped,
		error: row.error === null ? null : itemError(row.error.code, row.error.detail ?? undefined),
		repeated: row.repeated,
		attempts: row.attempts,
		messageId: row.messageId,
		updatedAt: isoTime(row.updatedAt),
	};
}
