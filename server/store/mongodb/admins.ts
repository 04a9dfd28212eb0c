import type { Collection, Db } from 'mongodb';

import type { Admin, AdminStore } from '../store.ts';
import { fromDocument, insertNew, type Stored, toDocument } from './documents.ts';

function adminsOf(db: Db): Collection<Stored<Admin>> {
	return db.collection<Stored<Admin>>('admins');
}

/** See AdminStore. */
export function createAdmins(db: Db): AdminStore {
	const admins = adminsOf(db);
	return {
		ensure: async (admin) => {
			await insertNew(admins, [toDocument(admin)]);
			const document = await admins.findOne({ email: admin.email });
			return document === null ? admin : fromDocument<Admin>(document);
		},
		get: (id) => findAdmin(db, id),
		list: async () => {
			const found = await admins.find().sort({ _id: 1 }).toArray();
			return found.map((document) => fromDocument<Admin>(document));
		},
	};
}

export async function findAdmin(db: Db, id: string): Promise<Admin | null> {
	const document = await adminsOf(db).findOne({ _id: id });
	return document === null ? null : fromDocument<Admin>(document);
}
