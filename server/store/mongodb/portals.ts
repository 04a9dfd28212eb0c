import type { Db } from 'mongodb';

import type { Portal, PortalStore } from '../store.ts';
import {
	decodeKeys,
	encodeKey,
	encodeKeys,
	fromDocument,
	insertNew,
	type Stored,
	toDocument,
} from './documents.ts';

type PortalDocument = Stored<Portal>;

function parse(document: PortalDocument): Portal;
function parse(document: PortalDocument | null): Portal | null;
function parse(document: PortalDocument | null): Portal | null {
	if (document === null) return null;
	return fromDocument<Portal>({ ...document, customValues: decodeKeys(document.customValues) });
}

/** See PortalStore. */
export function createPortals(db: Db): PortalStore {
	const portals = db.collection<PortalDocument>('portals');
	const after = { returnDocument: 'after' } as const;
	return {
		insert: async (portal) => {
			const document = toDocument({ ...portal, customValues: encodeKeys(portal.customValues) });
			return (await insertNew(portals, [document])).length === 0;
		},
		get: async (id) => parse(await portals.findOne({ _id: id })),
		getBySlug: async (slug) => parse(await portals.findOne({ slug })),
		list: async (page) => {
			const filter = page.after === null ? {} : { _id: { $gt: page.after } };
			const found = await portals.find(filter).sort({ _id: 1 }).limit(page.limit).toArray();
			return found.map((document) => parse(document));
		},
		update: async (id, set, now) =>
			parse(
				await portals.findOneAndUpdate({ _id: id }, { $set: { ...set, updatedAt: now } }, after),
			),
		setCustomValue: async (id, key, value, now) => {
			const set = { [`customValues.${encodeKey(key)}`]: value, updatedAt: now };
			return parse(await portals.findOneAndUpdate({ _id: id }, { $set: set }, after));
		},
		deleteCustomValue: async (id, key, now) => {
			const path = `customValues.${encodeKey(key)}`;
			const { modifiedCount } = await portals.updateOne(
				{ _id: id, [path]: { $exists: true } },
				{ $unset: { [path]: '' }, $set: { updatedAt: now } },
			);
			return modifiedCount === 1;
		},
	};
}
