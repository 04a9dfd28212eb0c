import type { Clock } from '../clock.ts';
import type { MagicLink, Portal, Store } from '../store/store.ts';
import { renewalOf } from './askers.ts';
import { destinationProblem } from './destinations.ts';
import type { Events } from './events.ts';
import type { Limits } from './limits.ts';
import type { Sends } from './send-types.ts';

const minute = 60_000;
/** One new e-mail per link in 10 minutes, three in all (R15). */
const perLink = { minIntervalMs: 10 * minute, max: 3 };

export interface Renewals {
	/**
	 * Queues an e-mail with a new link to the link's own contact. Nothing goes to a revoked, bounced, deleted or changed address,
	 * or beyond the limits; the caller is told nothing of it (R15). A section that the portal no longer allows is left out.
	 */
	renew(portal: Portal, link: MagicLink): Promise<void>;
}

export function createRenewals(parts: {
	store: Store;
	clock: Clock;
	sends: Sends;
	events: Events;
	limits: Limits;
}): Renewals {
	const { store, clock, sends, events, limits } = parts;
	return {
		async renew(portal, link) {
			if (link.subject.kind !== 'contact') return;
			const contact = await store.contacts.get(portal.id, link.subject.id);
			if (contact === null || contact.email !== link.email) return;
			if (contact.revokedAt !== null || contact.bouncedAt !== null) return;
			// What is refused changes nothing: neither the link's count nor the contact's.
			const counted = await limits.countMail(portal, contact);
			if (counted === null) return;
			const wish = { now: clock.now(), ...perLink };
			if (!(await store.magicLinks.countRenewal(link.id, wish))) {
				await limits.giveBackMail(portal, contact);
				return;
			}
			const { destination } = link;
			const isAllowed = destination !== null && destinationProblem(portal, destination) === null;
			await sends.order(
				{ portal, actor: renewalOf(link.id), idempotencyKey: null, fingerprint: '', waitMs: 0 },
				{
					kind: 'login_email',
					contents: [],
					items: [
						{
							contact: { id: contact.id },
							content: 0,
							item: {},
							destination: isAllowed ? destination : null,
							idempotencyKey: null,
						},
					],
					resend: false,
					restoreAccess: false,
					destination: null,
					linkLifetimeMs: counted.linkLifetimeMs,
				},
			);
			await events.record({
				portalId: portal.id,
				type: 'link.renewed',
				actor: `contact:${contact.id}`,
				contactId: contact.id,
				linkId: link.id,
			});
		},
	};
}
