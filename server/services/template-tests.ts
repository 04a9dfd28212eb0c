import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Admin, Contact, EmailSource, Portal, Store, TemplateKind } from '../store/store.ts';
import { canonicalEmail } from './addresses.ts';
import { firstAdminEmail } from './admins.ts';
import { compileContents } from './compile-content.ts';
import type { Events } from './events.ts';
import type { Limits } from './limits.ts';
import type { PortalUrls } from './portal-urls.ts';
import { sampleMail } from './template-check.ts';

/** Before the subject of a test, so that nobody takes it for the e-mail itself. */
const mark = '[Test] ';

interface Parts {
	store: Store;
	clock: Clock;
	mailer: Pick<Mailer, 'send' | 'transport'>;
	urls: Pick<PortalUrls, 'origin'>;
	limits: Pick<Limits, 'countTestMail'>;
	events: Pick<Events, 'record'>;
}

export interface TestRequest {
	kind: TemplateKind;
	source: EmailSource;
	/** The address of an admin; null: the only one there is. */
	to: string | null;
	/** Whose row it shows; null: samples. */
	contact: Contact | null;
	/** Null: samples. */
	item: Record<string, unknown> | null;
}

/**
 * E-mails the texts to an admin, and to nobody else, as a client would get them: through the real transport, with samples for secrets
 * (R29). Answers the address. Throws `template_invalid` with findings, `email_invalid`, `invalid_request` for an address of no admin,
 * `too_many_requests`, or why the e-mail could not be sent.
 */
export async function sendTest(
	{ store, clock, mailer, urls, limits, events }: Parts,
	portal: Portal,
	actor: string,
	{ kind, source, to, contact, item }: TestRequest,
): Promise<string> {
	// Findings are about the texts as they were written, without the mark.
	compileContents(portal, kind, [source]);
	const admin = adminOf(await store.admins.list(), to, mailer.transport);
	await limits.countTestMail(admin);
	const now = clock.now();
	const marked = { ...source, subject: `${mark}${source.subject}` };
	const mail = sampleMail(portal, kind, marked, { url: urls.origin(portal), now });
	const batch = mail.batchFor({
		...mail.recipientFor(contact, item),
		contactId: uuidV7(now),
		email: admin.email,
		name: '',
	});
	const [outcome] = await mailer.send(batch);
	if (outcome === undefined) throw new PortalError('internal_error');
	if (outcome.status !== 'sent') throw new PortalError(outcome.code, { detail: outcome.detail });
	const data = { adminId: admin.id, kind };
	await events.record({ portalId: portal.id, type: 'template.tested', actor, data });
	return admin.email;
}

function adminOf(
	admins: readonly Admin[],
	to: string | null,
	transport: Mailer['transport'],
): Admin {
	const active = admins.filter(
		({ email, revokedAt }) =>
			revokedAt === null && (transport === 'outbox' || email !== firstAdminEmail),
	);
	const address = to === null ? null : canonicalEmail(to);
	const [found, ...others] = active.filter(({ email }) => address === null || email === address);
	if (found !== undefined && others.length === 0) return found;
	const detail =
		address === null
			? 'Say which admin the test goes to; npm run cli -- create-admin EMAIL makes one with a mailbox.'
			: 'A test goes to an admin of this server only; npm run cli -- create-admin EMAIL makes one.';
	throw new PortalError('invalid_request', { violations: [{ pointer: '/to', detail }] });
}
