import type { Clock } from '../clock.ts';
import { createIdSequence } from '../ids.ts';
import type { PortalEvent, Store, VisitEvent } from '../store/store.ts';

/** Everything that is recorded. The OpenAPI document and the README list these. */
export const eventTypes = [
	'contact.created',
	'contact.invited',
	'contact.joined',
	'contact.revoked',
	'contact.restored',
	'contact.deleted',
	'contact.address_changed',
	'link.generated',
	'link.requested',
	'link.visited',
	'link.redeemed',
	'link.refused',
	'link.questioned',
	'link.scanned',
	'link.renewed',
	'session.ended',
	'send.finished',
	'template.created',
	'template.published',
	'template.deleted',
	'template.tested',
	'admin.signed_in',
	'admin.visited',
	'outbox.opened',
	'api_key.created',
	'api_key.revoked',
] as const;

export type EventType = (typeof eventTypes)[number];

export interface NewEvent {
	/** For what may be recorded again after a crash: the same id is recorded once. */
	id?: string;
	/** When it happened; now, unless it was only understood later. */
	at?: number;
	portalId: string;
	type: EventType;
	/** `api_key:<id>`, `admin:<id>`, `contact:<id>`, `system` or `visitor`. */
	actor: string;
	contactId?: string | null;
	linkId?: string | null;
	sendId?: string | null;
	/** Small and without secrets (R27). */
	data?: Record<string, unknown>;
}

export type NewVisit = NewEvent & Pick<VisitEvent, 'type' | 'linkId'>;

/** Events of each type recorded per link at most (R1). */
export const visitsPerLink = 20;

export interface Events {
	record(...events: readonly NewEvent[]): Promise<void>;
	/** The event as the store takes it, for what is recorded together with something else. */
	complete(event: NewEvent): PortalEvent;
	/** Records a visit of a link, or its refusal: at most 20 of each for a link. */
	recordVisit(event: NewVisit): Promise<void>;
	list: Store['events']['list'];
}

export function createEvents({ store, clock }: { store: Store; clock: Clock }): Events {
	const nextId = createIdSequence();
	const complete = (event: NewEvent): PortalEvent => {
		const at = event.at ?? clock.now();
		return {
			id: event.id ?? nextId(at),
			portalId: event.portalId,
			type: event.type,
			at,
			actor: event.actor,
			contactId: event.contactId ?? null,
			linkId: event.linkId ?? null,
			sendId: event.sendId ?? null,
			data: event.data ?? {},
		};
	};
	return {
		complete,
		record: (...events) => store.events.append(events.map(complete)),
		async recordVisit(event) {
			const { type, linkId } = event;
			await store.events.appendVisit({ ...complete(event), type, linkId }, visitsPerLink);
		},
		list: (...args) => store.events.list(...args),
	};
}
