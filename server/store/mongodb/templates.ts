import type { Db } from 'mongodb';

import { PortalError } from '../../errors.ts';
import type { Template, TemplateHead, TemplateStore } from '../store.ts';
import { fromDocument, type Stored, toDocument } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

type TemplateDocument = Stored<Template>;

function parse(document: TemplateDocument | null): Template | null {
	return document === null ? null : fromDocument<Template>(document);
}

/** See TemplateStore. */
export function createTemplates(db: Db): TemplateStore {
	const templates = db.collection<TemplateDocument>('templates');
	return {
		insert: async (template) => {
			await named(() => templates.insertOne(toDocument(template)));
		},
		get: async (portalId, id) => parse(await templates.findOne({ portalId, _id: id })),
		getByName: async (portalId, name) => parse(await templates.findOne({ portalId, name })),
		list: async (portalId, { limit, after }) => {
			const found = await templates
				.find({ portalId, ...(after !== null && { _id: { $lt: after } }) })
				.project<Stored<TemplateHead>>({ draft: 0, published: 0 })
				.sort({ _id: -1 })
				.limit(limit)
				.toArray();
			return found.map((document) => fromDocument<TemplateHead>(document));
		},
		update: async ({ portalId, id, version }, set, { now, actor }) =>
			parse(
				await named(() =>
					templates.findOneAndUpdate(
						{ portalId, _id: id, version },
						{ $set: { ...set, updatedAt: now, updatedBy: actor } },
						{ returnDocument: 'after' },
					),
				),
			),
		delete: async (portalId, id) =>
			(await templates.deleteOne({ portalId, _id: id })).deletedCount === 1,
	};
}

/** Runs a write that the unique name may refuse. */
async function named<T>(write: () => Promise<T>): Promise<T> {
	try {
		return await write();
	} catch (error) {
		if (isDuplicateKey(error)) throw new PortalError('template_name_taken', { cause: error });
		throw error;
	}
}
