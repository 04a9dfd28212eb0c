import { itemError } from '../errors.ts';
import type { Delivery, Send, Store, UnsentItem } from '../store/store.ts';
import type { OrderedItem } from './send-types.ts';

const pageSize = 1000;

/** All deliveries of a send by index, page by page. */
export async function* eachPage(
	store: Pick<Store, 'deliveries'>,
	sendId: string,
): AsyncGenerator<Delivery[]> {
	for (let after: number | null = null; ; ) {
		const page: Delivery[] = await store.deliveries.list(sendId, {}, { limit: pageSize, after });
		yield page;
		const last = page.at(-1);
		if (last === undefined || page.length < pageSize) return;
		after = last.index;
	}
}

/** What became of each item of the request, in its order; and the deliveries of earlier sends that answer for some of them. */
export async function describeItems(
	store: Pick<Store, 'deliveries'>,
	send: Send,
): Promise<OrderedItem[]> {
	const items: [index: number, item: OrderedItem][] = [];
	if (send.recipients > 0) {
		for await (const page of eachPage(store, send.id)) {
			for (const delivery of page) items.push([delivery.index, describeDelivery(delivery)]);
		}
	}
	const earlier = await findEarlier(store, send);
	for (const unsent of send.unsent) items.push([unsent.index, describeUnsent(unsent, earlier)]);
	return items.sort(([a], [b]) => a - b).map(([, item]) => item);
}

async function findEarlier(
	store: Pick<Store, 'deliveries'>,
	send: Send,
): Promise<Map<string, Delivery>> {
	const refs = send.unsent.flatMap(({ earlier }) => (earlier === null ? [] : [earlier]));
	if (refs.length === 0) return new Map();
	const found = await store.deliveries.getByIndex(refs);
	return new Map(
		found.map((delivery) => [`${delivery.sendId}/${String(delivery.index)}`, delivery]),
	);
}

function describeDelivery(delivery: Delivery): OrderedItem {
	const { contactId, email, sendId, status, error, skipped } = delivery;
	const contact = { id: contactId, email };
	if (skipped !== null) return { ok: true, contact, skipped };
	return {
		ok: true,
		contact,
		sendId,
		delivery: {
			status,
			...(error === null ? {} : { error: itemError(error.code, error.detail ?? undefined) }),
		},
	};
}

function describeUnsent(unsent: UnsentItem, found: ReadonlyMap<string, Delivery>): OrderedItem {
	const { contactId, email, skipped, error, earlier } = unsent;
	const contact = contactId === null || email === null ? null : { id: contactId, email };
	const delivery =
		earlier === null ? undefined : found.get(`${earlier.sendId}/${String(earlier.index)}`);
	if (delivery !== undefined) return describeDelivery(delivery);
	if (skipped !== null && contact !== null) return { ok: true, contact, skipped };
	return {
		ok: false,
		...(contact === null ? {} : { contact }),
		error: itemError(error?.code ?? 'internal_error', error?.detail ?? undefined),
	};
}
