import { describe, expect, it } from '@jest/globals';
import { MongoServerError } from 'mongodb';

import { selfTest, type SelfTestCollection } from '../../../server/store/mongodb/self-test.ts';

interface Row {
	_id: string;
	winner: number | null;
	count: number;
}

type Fault = 'unguarded' | 'lost counts' | 'doubled keys' | null;

/** A collection that keeps its promises, or breaks one the way products that speak MongoDB's protocol were seen to. */
function fakeCollection(fault: Fault): SelfTestCollection {
	const rows = new Map<string, Row>();
	const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
	const fake = {
		insertOne: async (row: Row) => {
			await turn();
			if (rows.has(row._id) && fault !== 'doubled keys') {
				throw new MongoServerError({ message: 'E11000 duplicate key', code: 11_000 });
			}
			rows.set(row._id, { ...row });
		},
		updateOne: async (
			filter: { _id: string; winner?: null },
			{ $set, $inc }: { $set?: Partial<Row>; $inc?: { count: number } },
		) => {
			const seen = { ...rows.get(filter._id)! };
			if (fault === 'unguarded' && $set !== undefined) await turn();
			if (fault === 'lost counts' && $inc !== undefined) await turn();
			const row = fault === null || fault === 'doubled keys' ? rows.get(filter._id)! : seen;
			if (filter.winner === null && row.winner !== null) return { modifiedCount: 0 };
			rows.set(filter._id, { ...row, ...$set, count: row.count + ($inc?.count ?? 0) });
			return { modifiedCount: 1 };
		},
		findOne: ({ _id }: { _id: string }) => Promise.resolve(rows.get(_id) ?? null),
		deleteOne: ({ _id }: { _id: string }) => Promise.resolve(rows.delete(_id)),
	};
	return fake as unknown as SelfTestCollection;
}

describe('the self-test of the MongoDB store', () => {
	it('accepts a server that keeps its promises', async () => {
		await expect(selfTest(fakeCollection(null))).resolves.toBeUndefined();
	});

	for (const [fault, sentence] of [
		['unguarded', 'let 32 of 32 callers win one race'],
		['lost counts', 'counted 1 of 32 parallel calls'],
		['doubled keys', 'accepted one key twice'],
	] as const) {
		it(`refuses a server with ${fault}, and says what to do`, async () => {
			await expect(selfTest(fakeCollection(fault))).rejects.toMatchObject({
				code: 'database_unavailable',
				detail: expect.stringMatching(
					new RegExp(`^The database ${sentence}, so .* name it in DATABASE_URL\\.$`),
				),
			});
		});
	}
});
