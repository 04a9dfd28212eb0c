import type { Db } from 'mongodb';

import type { Send, SendStatus, SendStore } from '../store.ts';
import {
	decodeKeys,
	encodeKeys,
	fromDocument,
	insertNew,
	type Stored,
	toDocument,
} from './documents.ts';

/** `unfinished` follows from `status`; stored because the sweep's list is ordered by time over two statuses. */
type SendDocument = Stored<Send> & { unfinished: boolean };

function isUnfinished(status: SendStatus): boolean {
	return status === 'queued' || status === 'sending';
}

function parse(document: SendDocument): Send {
	return fromDocument<Send>({ ...document, missing: decodeKeys(document.missing) }, 'unfinished');
}

/** See SendStore. */
export function createSends(db: Db): SendStore {
	const sends = db.collection<SendDocument>('sends');
	return {
		insert: async (send) => {
			const document = {
				...toDocument(send),
				missing: encodeKeys(send.missing),
				unfinished: isUnfinished(send.status),
			};
			return (await insertNew(sends, [document])).length === 0;
		},
		get: async (portalId, id) => {
			const document = await sends.findOne({ _id: id, portalId });
			return document === null ? null : parse(document);
		},
		listUnfinished: async (limit) => {
			const order = { createdAt: 1, _id: 1 } as const;
			const found = await sends.find({ unfinished: true }).sort(order).limit(limit).toArray();
			return found.map(parse);
		},
		setStatus: async (id, from, to, { now, missing }) => {
			const { modifiedCount } = await sends.updateOne(
				{ _id: id, status: { $in: [...from] } },
				{
					$set: {
						status: to,
						unfinished: isUnfinished(to),
						updatedAt: now,
						...(to === 'finished' && { finishedAt: now }),
						...(missing !== undefined && { missing: encodeKeys(missing) }),
					},
				},
			);
			return modifiedCount === 1;
		},
	};
}
