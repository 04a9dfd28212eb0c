import { itemError, type ItemError } from '../errors.ts';
import type { Contact, Portal, SendKind, UnsentItem } from '../store/store.ts';
import type { ContactInput, ContactRef, Contacts } from './contacts.ts';
import { destinationProblem } from './destinations.ts';
import type { KeyVerdict } from './send-keys.ts';
import type { OrderContext, SendRequest, SkipReason, WantedItem } from './send-types.ts';

/** An item that becomes an e-mail. */
export interface PlannedItem {
	index: number;
	item: WantedItem;
	contact: Contact;
	/** Index into the send's contents. */
	content: number;
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
}

/** Decides which items become e-mails, and says why the others do not. Invitations create or update their contacts first. */
export async function decideItems(
	parts: Parts,
	ctx: OrderContext,
	request: SendRequest,
	verdicts: readonly KeyVerdict[],
): Promise<Decisions> {
	const decisions: Decisions = { planned: [], unsent: [] };
	const open: OpenItem[] = [];
	request.items.forEach((item, index) => {
		const verdict = verdicts[index] ?? { kind: 'free' };
		const destination = 'code' in item ? null : (item.destination ?? request.destination);
		const error =
			'code' in item ? item : (keyError(verdict) ?? sectionError(ctx.portal, destination));
		if (verdict.kind === 'earlier') decisions.unsent.push(earlierItem(index, verdict));
		else if (error !== null) decisions.unsent.push(unsentItem(index, null, { error }));
		else if (!('code' in item)) open.push({ index, item, destination, verdict });
	});
	const contacts = await resolveContacts(parts.contacts, ctx, request.kind, open);
	const taken = new Set(
		verdicts.flatMap((verdict) => (verdict.kind === 'earlier' ? [verdict.delivery.contactId] : [])),
	);
	for (const { index, item, destination, verdict } of open) {
		const contact = contacts.get(index) ?? null;
		const outcome = checkContact(request, item, contact);
		if (contact === null || outcome !== null) {
			decisions.unsent.push(unsentItem(index, contact, outcome ?? {}));
		} else if (verdict.kind === 'duplicate' || taken.has(contact.id)) {
			decisions.unsent.push(unsentItem(index, contact, { skipped: 'duplicate' }));
		} else {
			taken.add(contact.id);
			const restore = request.kind === 'invitation' && contact.revokedAt !== null;
			const { content } = item;
			decisions.planned.push({ index, item, contact, content, destination, restore });
		}
	}
	return decisions;
}

/** An item that nothing speaks against as far as can be said without its contact. */
interface OpenItem {
	index: number;
	item: WantedItem;
	destination: string | null;
	verdict: KeyVerdict;
}

/** The contacts of the open items, by item index. */
async function resolveContacts(
	contacts: Parts['contacts'],
	{ portal, actor }: OrderContext,
	kind: SendKind,
	open: readonly OpenItem[],
): Promise<Map<number, Contact | null>> {
	const writes: { index: number; contact: ContactInput }[] = [];
	const reads: { index: number; contact: ContactRef }[] = [];
	for (const { index, item } of open) {
		const { contact } = item;
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

function keyError(verdict: KeyVerdict): ItemError | null {
	return verdict.kind === 'refused' ? itemError(verdict.code) : null;
}

function sectionError(portal: Portal, destination: string | null): ItemError | null {
	const problem = destination === null ? null : destinationProblem(portal, destination);
	return problem === null ? null : itemError(problem.code, problem.detail);
}

/** Who is left out, and why (decision 11). With `restoreAccess`, a revoked contact is invited whatever it was before. */
export function checkContact(
	request: Pick<SendRequest, 'kind' | 'resend' | 'restoreAccess'>,
	item: Pick<WantedItem, 'resend' | 'restoreAccess'>,
	contact: Contact | null,
): Outcome | null {
	if (contact === null) return { error: itemError('contact_not_found') };
	// It says that something has happened: whatever else is true of the contact, its reader should know.
	if (request.kind === 'address_changed') return null;
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
