import { createHash } from 'node:crypto';

import { z } from 'zod';

import { PortalError, type ItemError } from '../errors.ts';
import type { LinkOrderItem, LinkOrderResult } from '../services/link-orders.ts';
import { endpoint } from './endpoint.ts';
import {
	batchOf,
	checkItems,
	contactRefShape,
	destinationShape,
	expiresInShape,
	isoTime,
	itemErrorShape,
	itemKeyShape,
	refAnswerShape,
	text,
	toContactRef,
} from './shapes.ts';

const itemShape = z.strictObject({
	contact: contactRefShape,
	destination: destinationShape.optional(),
	idempotencyKey: itemKeyShape.optional(),
});

const sharedShape = {
	expiresIn: expiresInShape.optional(),
	reason: text(500).optional(),
};

const linkShape = z.object({
	ok: z.literal(true),
	id: z.uuid(),
	url: z.string(),
	expiresAt: z.iso.datetime(),
	contact: refAnswerShape,
});

export const generateMagicLinks = endpoint({
	method: 'post',
	path: '/v1/magic-links',
	id: 'generateMagicLinks',
	summary: 'Generates a link that signs one contact in, or up to 1,000 links. Shown once.',
	scope: 'links:create',
	portal: 'own',
	idempotent: true,
	body: z.union([
		z.strictObject({
			items: batchOf(itemShape),
			destination: destinationShape.optional(),
			...sharedShape,
		}),
		itemShape.extend(sharedShape),
	]),
	answers: {
		200: {
			description: 'One answer per item, in order.',
			shape: z.object({
				items: z.array(
					z.union([linkShape, z.object({ ok: z.literal(false), error: itemErrorShape })]),
				),
			}),
		},
		201: { description: 'The link.', shape: linkShape },
	},
	errors: [
		'contact_not_found',
		'contact_revoked',
		'destination_not_allowed',
		'expires_in_too_long',
		'email_invalid',
		'link_already_used',
		'idempotency_key_reused',
	],
	async handle(services, { portal, body, actor, idempotencyKey }) {
		const { links, linkOrders } = services;
		const lifetimeMs = links.lifetimeMs(portal, body.expiresIn, portal.lifetimes.api);
		const fingerprint = createHash('sha256').update(JSON.stringify(body)).digest('hex');
		const by = {
			actor,
			reason: body.reason ?? null,
			kind: 'api' as const,
			idempotencyKey,
			fingerprint,
		};
		const toItem = (item: z.output<typeof itemShape>, index: number): LinkOrderItem => ({
			contact: toContactRef(item.contact),
			destination: item.destination ?? body.destination ?? null,
			lifetimeMs,
			idempotencyKey: item.idempotencyKey ?? keyOfItem(idempotencyKey, index),
		});
		if ('items' in body) {
			const items = await checkItems(services, body.items, itemShape, toItem);
			const results = await linkOrders.order(portal, items, by);
			return { status: 200, body: { items: results.map(answerOf) } };
		}
		const [result] = await linkOrders.order(portal, [toItem(body, 0)], by);
		if (result === undefined) throw new PortalError('internal_error');
		if (!result.ok) throw toError(result.error);
		return { status: 201, body: answerOf(result) };
	},
});

/** The header's key holds for the request as a whole: each item gets its own from it. */
function keyOfItem(header: string | null, index: number): string | null {
	return header === null ? null : `${header} #${String(index)}`;
}

function answerOf(result: LinkOrderResult): unknown {
	if (!result.ok) return result;
	const { minted, contact } = result;
	return {
		ok: true,
		id: minted.link.id,
		url: minted.url,
		expiresAt: isoTime(minted.link.expiresAt),
		contact: { id: contact.id, email: contact.email },
	};
}

function toError(error: ItemError): PortalError {
	return new PortalError(error.code, error.detail === undefined ? {} : { detail: error.detail });
}
