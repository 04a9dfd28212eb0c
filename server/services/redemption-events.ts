import { derivedUuidV7 } from '../ids.ts';
import type { Redeemed } from '../store/store.ts';
import type { NewEvent } from './events.ts';
import type { RedeemedBy } from './scanner-visits.ts';

/**
 * What is recorded of a redemption. Recorded again when the browser posts again, under the same ids: a process that died in
 * between loses no event.
 */
export function redemptionEvents(
	{ link, contact, admin }: Pick<Redeemed, 'link' | 'contact' | 'admin'>,
	data: { userAgent: string | null; by: RedeemedBy },
): NewEvent[] {
	const { portalId, id: linkId, sendId, subject, redeemedAt, visitingAdminId } = link;
	const idOf = (type: string) => derivedUuidV7(redeemedAt ?? 0, type, linkId);
	if (admin !== null) {
		const type = 'admin.signed_in';
		return [{ id: idOf(type), type, portalId, actor: `admin:${admin.id}`, linkId }];
	}
	if (visitingAdminId !== null) {
		const type = 'admin.visited';
		const visit = {
			portalId,
			actor: `admin:${visitingAdminId}`,
			contactId: subject.id,
			linkId,
			sendId,
		};
		return [{ ...visit, id: idOf(type), type, data }];
	}
	const actor = `contact:${subject.id}`;
	const about = { portalId, actor, contactId: contact?.id ?? null, linkId, sendId };
	const redeemed = 'link.redeemed';
	const joined = 'contact.joined';
	return [
		{ ...about, id: idOf(redeemed), type: redeemed, data },
		...(contact !== null && contact.joinedAt === redeemedAt
			? [{ ...about, id: idOf(joined), type: joined } as const]
			: []),
	];
}
