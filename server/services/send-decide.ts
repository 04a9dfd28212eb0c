import { itemError, PortalError, type ItemError } from '../errors.ts';
import type { Contact, Portal, UnsentItem } from '../store/store.ts';
import type { ContactInput, Contacts } from './contacts.ts';
import type { Links } from './links.ts';
import type { KeyVerdict } from './send-keys.ts';
import type { OrderContext, SendRequest, SkipReason, WantedItem } from './send-types.ts';

/** An item that becomes an e-mail. */
export interface PlannedItem {
	index: number;
	item: WantedItem;
	contact: Contact;
	destination: string | null;
	/** The contact's access was revoked and is to be given back. */
	restore: boolean;
}

export interface Decisions {
	planned: PlannedItem[];
	unsent: UnsentItem[];
}

interface Parts {
	contacts: Pick<Contacts, 'upsertMany' | 'find'>;
	links: Pick<Links, 'checkDestination'>;
}

/** Decides which items become e-mails, and says why the others do not. Invitations create or update their contacts first. */
export async function decideItems(
	parts: Parts,
	ctx: OrderContext,
	request: SendRequest,
	verdicts: readonly KeyVerdict[],
): Promise<Decisions> {
	const contacts = await resolveContacts(parts.contacts, ctx, request, verdicts);
	const decisions: Decisions = { planned: [], unsent: [] };
	const taken = new Set(
		verdicts.flatMap((verdict) => (verdict.kind === 'earlier' ? [verdict.delivery.contactId] : [])),
	);
	request.items.forEach((item, index) => {
		const verdict = verdicts[index] ?? { kind: 'free' };
		if ('code' in item) decisions.unsent.push(unsentItem(index, null, { error: item }));
		else if (verdict.kind === 'earlier') decisions.unsent.push(earlierItem(index, verdict));
		else if (verdict.kind === 'refused') {
			decisions.unsent.push(unsentItem(index, null, { error: itemError(verdict.code) }));
		} else {
			const contact = contacts.get(index) ?? null;
			const destination = item.destination ?? request.destination;
			const repeated = verdict.kind === 'duplicate' || (contact !== null && taken.has(contact.id));
			const outcome =
				contact === null
					? { error: itemError('contact_not_found') }
					: (checkSection(parts, ctx.portal, destination) ??
						checkContact(request, item, contact) ??
						(repeated ? { skipped: 'duplicate' as const } : null));
			if (outcome !== null || contact === null) {
				decisions.unsent.push(unsentItem(index, contact, outcome ?? {}));
			} else {
				taken.add(contact.id);
				const restore = contact.revokedAt !== null;
				decisions.planned.push({ index, item, contact, destination, restore });
			}
		}
	});
	return decisions;
}

/** The contacts of all items that are not answered by their keys, by item index. */
async function resolveContacts(
	contacts: Parts['contacts'],
	{ portal, actor }: OrderContext,
	{ kind, items }: SendRequest,
	verdicts: readonly KeyVerdict[],
): Promise<Map<number, Contact | null>> {
	const open = items.flatMap((item, index) => {
		const verdict = verdicts[index]?.kind;
		const answered = 'code' in item || verdict === 'earlier' || verdict === 'refused';
		return answered ? [] : [{ index, contact: item.contact }];
	});
	const writes: { index: number; contact: ContactInput }[] = [];
	const reads: typeof open = [];
	for (const { index, contact } of open) {
		if (kind === 'invitation' && 'set' in contact) writes.push({ index, contact });
		else reads.push({ index, contact });
	}
	const written = await contacts.upsertMany(
		portal,
		writes.map(({ contact }) => contact),
		actor,
	);
	const found = await contacts.find(
		portal,
		reads.map(({ contact }) => contact),
	);
	return new Map<number, Contact | null>([
		...writes.map(({ index }, n) => [index, written[n]?.contact ?? null] as const),
		...reads.map(({ index }, n) => [index, found[n] ?? null] as const),
	]);
}

interface Outcome {
	error?: ItemError;
	skipped?: SkipReason;
}

function checkSection(
	{ links }: Parts,
	portal: Portal,
	destination: string | null,
): Outcome | null {
	if (destination === null) return null;
	try {
		links.checkDestination(portal, destination);
		return null;
	} catch (error) {
		if (error instanceof PortalError) return { error: itemError(error.code, error.detail) };
		throw error;
	}
}

/** Who is left out, and why (decision 11). With `restoreAccess`, a revoked contact is invited whatever it was before. */
function checkContact(request: SendRequest, item: WantedItem, contact: Contact): Outcome | null {
	const isInvitation = request.kind === 'invitation';
	if (contact.revokedAt !== null) {
		const restore = isInvitation && (item.restoreAccess ?? request.restoreAccess);
		if (!restore) return { error: itemError('contact_revoked') };
	}
	if (contact.bouncedAt !== null) return { skipped: 'bounced' };
	if (!isInvitation || contact.revokedAt !== null) return null;
	if (contact.joinedAt !== null) return { skipped: 'already_joined' };
	if (contact.invitedAt !== null && !(item.resend ?? request.resend)) {
		return { skipped: 'already_invited' };
	}
	return null;
}

function unsentItem(
	index: number,
	contact: Contact | null,
	{ error, skipped }: Outcome,
): UnsentItem {
	return {
		index,
		contactId: contact?.id ?? null,
		email: contact?.email ?? null,
		skipped: skipped ?? null,
		error: error === undefined ? null : { code: error.code, detail: error.detail ?? null },
		earlier: null,
	};
}

function earlierItem(
	index: number,
	{ delivery }: Extract<KeyVerdict, { kind: 'earlier' }>,
): UnsentItem {
	return {
		index,
		contactId: delivery.contactId,
		email: delivery.email,
		skipped: null,
		error: null,
		earlier: { sendId: delivery.sendId, index: delivery.index },
	};
}
