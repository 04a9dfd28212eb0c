import { randomUUID } from 'node:crypto';

import type { Collection } from 'mongodb';

import { PortalError } from '../../errors.ts';
import { isDuplicateKey } from './errors.ts';

interface SelfTestDocument {
	_id: string;
	winner: number | null;
	count: number;
}

/** What the test needs of a collection, so that a faulty one can stand in for it. */
export type SelfTestCollection = Pick<
	Collection<SelfTestDocument>,
	'insertOne' | 'updateOne' | 'findOne' | 'deleteOne'
>;

const CALLS = 32;
const advice =
	'so a link could be used twice. Use MongoDB 5 or newer, or a service that keeps its promises, and name it in DATABASE_URL.';

function refuse(what: string): never {
	throw new PortalError('database_unavailable', { detail: `The database ${what}, ${advice}` });
}

/**
 * Proves that the server is atomic: not every product that speaks MongoDB's protocol is. Of parallel guarded updates one
 * wins, of parallel counts none is lost, and a key exists once.
 */
export async function selfTest(collection: SelfTestCollection): Promise<void> {
	const _id = randomUUID();
	await collection.insertOne({ _id, winner: null, count: 0 });
	try {
		const guarded = await inParallel((caller) =>
			collection.updateOne({ _id, winner: null }, { $set: { winner: caller } }),
		);
		const winners = guarded.filter(({ modifiedCount }) => modifiedCount === 1).length;
		if (winners !== 1) refuse(`let ${String(winners)} of ${String(CALLS)} callers win one race`);
		await inParallel(() => collection.updateOne({ _id }, { $inc: { count: 1 } }));
		const counted = (await collection.findOne({ _id }))?.count ?? 0;
		if (counted !== CALLS) refuse(`counted ${String(counted)} of ${String(CALLS)} parallel calls`);
		if (await accepts(collection, _id)) refuse('accepted one key twice');
	} finally {
		await collection.deleteOne({ _id });
	}
}

async function inParallel<T>(call: (caller: number) => Promise<T>): Promise<T[]> {
	return await Promise.all(Array.from({ length: CALLS }, (_, caller) => call(caller)));
}

async function accepts(collection: SelfTestCollection, _id: string): Promise<boolean> {
	try {
		await collection.insertOne({ _id, winner: null, count: 0 });
		return true;
	} catch (error) {
		if (isDuplicateKey(error)) return false;
		throw error;
	}
}
