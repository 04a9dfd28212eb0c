import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { uuidV7 } from '../ids.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Delivery, EmailSource, Portal, Send, SendContent, Store } from '../store/store.ts';
import { inTheirLanguages } from './built-in-contents.ts';
import { compileContents } from './compile-content.ts';
import type { Contacts } from './contacts.ts';
import { checkDestination } from './destinations.ts';
import { decideItems, type Decisions, type PlannedItem } from './send-decide.ts';
import { recordInvited } from './send-invited.ts';
import { assertKeysHold, claimItemKeys, claimRequestKey, knownSend } from './send-keys.ts';
import type { Chunk, OrderContext, SendJobs, SendRequest } from './send-types.ts';
import type { Templates } from './templates.ts';

/** E-mails of one job, and of one request to a provider, at most. */
const chunkSize = 1000;
/** A send of up to this many e-mails never waits behind bulk. */
const singleLimit = 10;

export interface OrderParts {
	store: Store;
	clock: Clock;
	log: Pick<Logger, 'warn'>;
	mailer: Pick<Mailer, 'transport'>;
	contacts: Pick<Contacts, 'upsertMany' | 'find'>;
	templates: Pick<Templates, 'published'>;
	jobs: SendJobs;
}

/**
 * Turns a request into a send. The insert of the send is the commit: before it nothing leaves, after it nothing is lost. Its
 * deliveries are in before it, its jobs are made after it, or by the sweep. Answers the send, or the earlier one of the same key.
 */
export async function placeOrder(
	parts: OrderParts,
	ctx: OrderContext,
	request: SendRequest,
): Promise<Send> {
	const known = await knownSend(parts, ctx);
	if (known !== null) return known;
	const given = await contentsOf(parts, ctx.portal, request);
	compileContents(ctx.portal, request.kind, given);
	if (request.destination !== null) checkDestination(ctx.portal, request.destination);

	const now = parts.clock.now();
	const sendId = ctx.sendId ?? uuidV7(now);
	const earlier = await claimRequestKey(parts, ctx, sendId);
	if (earlier !== null) return earlier;
	const verdicts = await claimItemKeys(parts, ctx, request, sendId);
	const { planned: wanted, unsent } = await decideItems(parts, ctx, request, verdicts);
	const { contents, planned } =
		request.kind === 'email' || given.length > 0
			? { contents: given, planned: wanted }
			: inTheirLanguages(request.kind, ctx.portal, wanted);
	const send = newSend({ parts, ctx, request, contents }, sendId, now, { planned, unsent });
	await storeSend(parts, ctx, request, send, planned);
	return send;
}

/** The chunks that a send's rows fall into. */
export function chunksOf(send: Send): { chunks: Chunk[]; size: 'single' | 'bulk' } {
	const rows = send.recipients + send.unsent.length;
	const chunks: Chunk[] = [];
	for (let from = 0; from < rows; from += chunkSize) {
		chunks.push({ portalId: send.portalId, sendId: send.id, from, to: from + chunkSize });
	}
	return { chunks, size: send.recipients <= singleLimit ? 'single' : 'bulk' };
}

/** The texts of the request as of now: what is published later does not change this send. None: the built-in ones. */
async function contentsOf(
	{ templates }: OrderParts,
	portal: Portal,
	{ kind, contents }: SendRequest,
): Promise<readonly EmailSource[]> {
	if (contents.length === 0 && kind === 'email') {
		throw new PortalError('invalid_request', { detail: 'No content is given.' });
	}
	return Promise.all(
		contents.map((content) =>
			'template' in content ? templates.published(portal, kind, content.template) : content,
		),
	);
}

function newSend(
	from: {
		parts: OrderParts;
		ctx: OrderContext;
		request: SendRequest;
		contents: readonly SendContent[];
	},
	id: string,
	now: number,
	{ planned, unsent }: Decisions,
): Send {
	const isEmpty = planned.length === 0;
	return {
		id,
		portalId: from.ctx.portal.id,
		kind: from.request.kind,
		status: isEmpty ? 'finished' : 'queued',
		transport: from.parts.mailer.transport,
		recipients: planned.length,
		contents: [...from.contents],
		linkLifetimeMs: from.request.linkLifetimeMs,
		createdBy: from.ctx.actor,
		createdAt: now,
		updatedAt: now,
		finishedAt: isEmpty ? now : null,
		missing: {},
		unsent,
	};
}

async function storeSend(
	parts: OrderParts,
	ctx: OrderContext,
	request: SendRequest,
	send: Send,
	planned: readonly PlannedItem[],
): Promise<void> {
	const { store, clock, log, jobs } = parts;
	const keyed =
		ctx.idempotencyKey !== null ||
		request.items.some((item) => !('code' in item) && item.idempotencyKey !== null);
	// Without e-mails the send is only kept as the answer that its keys remember.
	if (planned.length === 0 && !keyed) return;

	const restored = planned.filter(({ restore }) => restore).map(({ contact }) => contact.id);
	if (restored.length > 0) await store.contacts.restoreAccess(send.portalId, restored, clock.now());
	await store.deliveries.insertMany(planned.map((item) => newDelivery(send, item)));
	if (keyed) assertKeysHold(parts, send.createdAt);
	await store.sends.insert(send);
	if (planned.length === 0) return;
	try {
		const ids = planned.map(({ contact }) => contact.id);
		await recordInvited(store, send, ids);
		const { chunks, size } = chunksOf(send);
		await jobs.addChunks(chunks, size);
	} catch (error) {
		// The send is stored, so the caller must not hear of a failure: the sweep makes the jobs, and they do the rest.
		log.warn({ err: error, sendId: send.id }, 'a send waits for the next sweep');
	}
}

function newDelivery(
	send: Send,
	{ index, item, contact, content, destination }: PlannedItem,
): Delivery {
	return {
		id: uuidV7(send.createdAt),
		portalId: send.portalId,
		sendId: send.id,
		index,
		contactId: contact.id,
		email: item.email ?? contact.email,
		content,
		item: item.item,
		destination,
		status: 'queued',
		skipped: null,
		error: null,
		attempts: 0,
		repeated: false,
		notBefore: null,
		missing: [],
		messageId: null,
		createdAt: send.createdAt,
		updatedAt: send.createdAt,
	};
}
