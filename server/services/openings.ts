import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { MagicLink, PortalEvent } from '../store/store.ts';
import { visitsPerLink, type Events } from './events.ts';
import type { Keys } from './keys.ts';
import { networkOf } from './limits.ts';

/** Only what came this shortly before counts: a person in the same office opens the e-mail later than its scanner. */
const windowMs = 60_000;

/** What the opening of a link's page tells, for the press that may follow. */
export interface Opening {
	/** When the link's e-mail left; null when it came in none that did. */
	mailedAt: number | null;
	/** Somebody asked for the page with HEAD, or opened it again and again, from this network within the last minute. */
	manyVisits: boolean;
}

export interface Openings {
	/** A keyed hash by which visits of one link from one network are known; it says nothing about other links (R27). */
	network(linkId: string, address: string | undefined): string;
	/** Looks at the visits recorded so far, the present one included; writes nothing. */
	look(link: MagicLink, address: string | undefined): Promise<Opening>;
}

/** Whether a link's network opened it as scanners do around this time: so often within a minute, or with HEAD. */
export function isOfMany(
	opening: { linkId: string | null; network: unknown; at: number },
	visits: readonly PortalEvent[],
	{ scannerVisits }: Pick<Config, 'scannerVisits'>,
): boolean {
	const near = visits.filter(
		({ linkId, at, data }) =>
			linkId === opening.linkId &&
			data['network'] === opening.network &&
			Math.abs(at - opening.at) < windowMs,
	);
	return near.length >= scannerVisits || near.some(({ data }) => data['method'] === 'HEAD');
}

export function createOpenings(parts: {
	clock: Clock;
	config: Pick<Config, 'scannerVisits'>;
	keys: Keys;
	events: Events;
	mailer: Pick<Mailer, 'transport'>;
}): Openings {
	const { clock, config, keys, events, mailer } = parts;
	const network: Openings['network'] = (linkId, address) =>
		keys.macNewest('network', [linkId, networkOf(address ?? '')]).toString('base64url');
	return {
		network,
		async look(link, address) {
			const { portalId, subject, sendId, createdAt } = link;
			const filter = { contactId: subject.id, type: 'link.visited' };
			const visits = await events.list(portalId, filter, { limit: visitsPerLink, after: null });
			const here = network(link.id, address);
			const opening = { linkId: link.id, network: here, at: clock.now() };
			return {
				// A link is made when its e-mail is about to leave. The outbox's do not: who reads them is at this machine.
				mailedAt: sendId === null || mailer.transport === 'outbox' ? null : createdAt,
				manyVisits: isOfMany(opening, visits, config),
			};
		},
	};
}
