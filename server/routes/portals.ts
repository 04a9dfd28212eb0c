import { z } from 'zod';

import { PortalError } from '../errors.ts';
import { canonicalEmail } from '../services/addresses.ts';
import { defaultPortalSlug, type PortalUrls } from '../services/portal-urls.ts';
import type { Portal, PortalUpdate } from '../store/store.ts';
import { endpoint } from './endpoint.ts';
import {
	cursorId,
	isoTime,
	localeShape,
	pageAnswerShape,
	pageOf,
	pageShape,
	text,
	timeZoneShape,
} from './shapes.ts';

const webUrl = z.url({ protocol: /^https?$/ }).max(2048);
const lifetimeSeconds = z
	.int()
	.min(60, { message: 'At least 60 seconds.' })
	.max(366 * 24 * 3600, { message: 'At most 31622400 seconds, which are 366 days.' });
const lifetimesShape = z.strictObject({
	dashboard: lifetimeSeconds,
	signIn: lifetimeSeconds,
	api: lifetimeSeconds,
	loginEmail: lifetimeSeconds,
	invitation: lifetimeSeconds,
	maximum: lifetimeSeconds,
});

const settings = {
	name: text(200).trim().min(1),
	appUrl: webUrl
		.nullable()
		.describe(
			'Where sections of links lead, and the button of the portal page; never the portal itself.',
		),
	destinations: z.array(webUrl).max(100),
	sender: z.strictObject({
		name: text(200),
		email: text(1000),
		replyTo: text(1000).nullable(),
	}),
	supportEmail: text(1000).nullable(),
	brand: z.strictObject({
		logoUrl: webUrl.nullable(),
		color: z.string().regex(/^#[0-9a-fA-F]{6}$/, { message: 'Expected a colour such as #4f46e5.' }),
	}),
	lifetimes: lifetimesShape,
	endOtherLinks: z.boolean(),
	locale: localeShape,
	timeZone: timeZoneShape,
};

const updateShape = z.strictObject(settings).partial();
const createShape = updateShape.extend({
	name: settings.name,
	slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
		message: 'A slug is a host label: lower-case letters, digits and hyphens, at most 63.',
	}),
});

const answerShape = z.object({
	id: z.uuid(),
	slug: z.string(),
	url: z.string(),
	...settings,
	customValues: z.record(z.string(), z.string()),
	createdAt: z.iso.datetime(),
	updatedAt: z.iso.datetime(),
});

function portalAnswer(urls: PortalUrls, portal: Portal): z.input<typeof answerShape> {
	const { id, slug, name, appUrl, destinations, sender, supportEmail, brand } = portal;
	const { lifetimes, endOtherLinks, locale, timeZone, customValues, createdAt, updatedAt } = portal;
	return {
		...{ id, slug, name, appUrl, destinations, sender, supportEmail, brand },
		...{ endOtherLinks, locale, timeZone, customValues },
		url: urls.origin(portal),
		lifetimes: mapValues(lifetimes, (ms) => ms / 1000),
		createdAt: isoTime(createdAt),
		updatedAt: isoTime(updatedAt),
	};
}

function toUpdate(body: z.output<typeof updateShape>): PortalUpdate {
	const update = {
		...body,
		...(body.lifetimes && { lifetimes: mapValues(body.lifetimes, (seconds) => seconds * 1000) }),
		...(body.sender && {
			sender: {
				name: body.sender.name,
				email: canonicalEmail(body.sender.email),
				replyTo: body.sender.replyTo === null ? null : canonicalEmail(body.sender.replyTo),
			},
		}),
		...(typeof body.supportEmail === 'string' && {
			supportEmail: canonicalEmail(body.supportEmail),
		}),
	};
	return Object.fromEntries(
		Object.entries(update).filter(([, value]) => value !== undefined),
	) as PortalUpdate;
}

/** An application at the portal's own address would lead clients from the portal page to itself. */
function refuseOwnAddress(
	urls: PortalUrls,
	{ slug, domains }: Pick<Portal, 'slug' | 'domains'>,
	appUrl: string | null | undefined,
): void {
	const url = URL.parse(appUrl ?? '');
	if (url === null) return;
	const named = urls.resolveHost(url.host);
	const isOwn = {
		public: slug === defaultPortalSlug,
		slug: named.kind === 'slug' && named.slug === slug,
		other: domains.some(({ host }) => host === url.host),
	}[named.kind];
	if (!isOwn) return;
	const detail =
		'This is the address of the portal itself. Name the address of your application, or null when there is none.';
	throw new PortalError('invalid_request', { violations: [{ pointer: '/appUrl', detail }] });
}

function mapValues<Name extends string>(
	record: Record<Name, number>,
	map: (value: number) => number,
): Record<Name, number> {
	return Object.fromEntries(
		Object.entries<number>(record).map(([name, value]) => [name, map(value)]),
	) as Record<Name, number>;
}

const idParams = z.object({ id: z.uuid() });

export const listPortals = endpoint({
	method: 'get',
	path: '/v1/portals',
	id: 'listPortals',
	summary: 'The portals of this key, oldest first.',
	scope: null,
	portal: 'none',
	query: z.strictObject(pageShape),
	answers: { 200: { description: 'A page of portals.', shape: pageAnswerShape(answerShape) } },
	async handle({ portals, urls }, { apiKey, portal, query: { limit, cursor } }) {
		const after = cursorId(cursor);
		const rows =
			apiKey.portalId === null ? await portals.list({ limit: limit + 1, after }) : [portal];
		const page = pageOf(
			rows,
			limit,
			(row) => row.id,
			(row) => portalAnswer(urls, row),
		);
		return { status: 200, body: page };
	},
});

export const createPortal = endpoint({
	method: 'post',
	path: '/v1/portals',
	id: 'createPortal',
	summary: 'Makes a portal. Needs a key for all portals.',
	scope: 'portals:write',
	portal: 'none',
	body: createShape,
	answers: { 201: { description: 'The portal.', shape: answerShape } },
	errors: ['slug_taken', 'email_invalid'],
	async handle({ portals, urls }, { apiKey, body }) {
		if (apiKey.portalId !== null) {
			throw new PortalError('forbidden', {
				detail: 'This API key belongs to one portal; making portals needs a key for all of them.',
			});
		}
		const { slug, name, ...rest } = body;
		refuseOwnAddress(urls, { slug, domains: [] }, body.appUrl);
		const portal = await portals.create({ ...toUpdate(rest), slug, name });
		return { status: 201, body: portalAnswer(urls, portal) };
	},
});

export const getPortal = endpoint({
	method: 'get',
	path: '/v1/portals/:id',
	id: 'getPortal',
	summary: 'One portal.',
	scope: null,
	portal: 'none',
	params: idParams,
	answers: { 200: { description: 'The portal.', shape: answerShape } },
	errors: ['portal_not_found'],
	async handle({ portals, urls }, { apiKey, params: { id } }) {
		if (apiKey.portalId !== null && apiKey.portalId !== id)
			throw new PortalError('portal_not_found');
		return { status: 200, body: portalAnswer(urls, await portals.get(id)) };
	},
});

export const updatePortal = endpoint({
	method: 'patch',
	path: '/v1/portals/:id',
	id: 'updatePortal',
	summary: 'Changes the named settings of a portal. Lifetimes are seconds.',
	scope: 'portals:write',
	portal: 'none',
	params: idParams,
	body: updateShape,
	answers: { 200: { description: 'The portal as it is now.', shape: answerShape } },
	errors: ['portal_not_found', 'email_invalid'],
	async handle({ portals, urls }, { apiKey, params: { id }, body }) {
		if (apiKey.portalId !== null && apiKey.portalId !== id)
			throw new PortalError('portal_not_found');
		refuseOwnAddress(urls, await portals.get(id), body.appUrl);
		return { status: 200, body: portalAnswer(urls, await portals.update(id, toUpdate(body))) };
	},
});
