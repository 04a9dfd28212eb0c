import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import type { Portal, Session, Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import type { Events } from './events.ts';

/** Where a contact is signed in. Ending a session counts at once: each request reads its session (R44). */
export interface ContactSessions {
	/** Live ones, newest first. Throws `contact_not_found`. */
	list(portal: Portal, contactId: string): Promise<Session[]>;
	/** Ends one of the contact's sessions. Throws `contact_not_found` or `session_not_found`. */
	end(portal: Portal, contactId: string, sessionId: string, actor: string): Promise<void>;
	/** Ends all but `except`; answers how many were live. Throws `contact_not_found`. */
	endAll(portal: Portal, contactId: string, actor: string, except?: string | null): Promise<number>;
}

export function createContactSessions(parts: {
	store: Store;
	clock: Clock;
	contacts: Pick<Contacts, 'get'>;
	events: Events;
}): ContactSessions {
	const { store, clock, contacts, events } = parts;

	const list: ContactSessions['list'] = async (portal, contactId) => {
		await contacts.get(portal, contactId);
		return store.sessions.listLive(portal.id, contactId, clock.now());
	};
	const record = (actor: string, ended: readonly Session[]): Promise<void> =>
		events.record(
			...ended.map((session) => ({
				portalId: session.portalId,
				type: 'session.ended' as const,
				actor,
				contactId: session.subject.id,
				linkId: session.linkId,
				data: { sessionId: session.id, userAgent: session.userAgent },
			})),
		);

	return {
		list,
		async end(portal, contactId, sessionId, actor) {
			const session = (await list(portal, contactId)).find(({ id }) => id === sessionId);
			if (session === undefined || !(await store.sessions.end(session.id, clock.now()))) {
				throw new PortalError('session_not_found');
			}
			await record(actor, [session]);
		},
		async endAll(portal, contactId, actor, except = null) {
			const live = await list(portal, contactId);
			const ended = live.filter(({ id }) => id !== except);
			await store.sessions.endAll(portal.id, contactId, clock.now(), except);
			await record(actor, ended);
			return ended.length;
		},
	};
}
