import { describe, expect, it } from '@jest/globals';
import { type CommandStartedEvent, MongoClient } from 'mongodb';

import { createMongoStore } from '../../../server/store/mongodb/index.ts';
import { startMongo } from '../../support/mongodb/start.ts';
import { isServed, shapesOf } from './command-shapes.ts';
import { describeContract, type Harness } from './contract.ts';

const recorded: CommandStartedEvent[] = [];

async function openHarness(url: string, stop: () => Promise<void>): Promise<Harness> {
	const store = createMongoStore({ url, onCommand: (event) => recorded.push(event) });
	await store.open();
	const client = await new MongoClient(url).connect();
	const rows = (name: string) => client.db().collection<{ _id: string }>(name);
	return {
		store,
		another: () => createMongoStore({ url }),
		forgetSession: async (linkId) => {
			await rows('sessions').deleteOne({ linkId });
		},
		forgetLogin: async (_id) => {
			const set = { joinedAt: null, lastLoginAt: null, state: 'none' };
			await rows('contacts').updateOne({ _id }, { $set: set });
		},
		forgetContact: async (_id) => {
			await rows('contacts').deleteOne({ _id });
		},
		close: async () => {
			await client.db().dropDatabase();
			await client.close();
			await store.close();
			await stop();
		},
	};
}

const server = await startMongo('the store contract');
if (server === null) {
	it.skip('needs a MongoDB', () => undefined);
} else {
	describeContract('MongoDB', () => openHarness(server.url, server.stop));

	describe('what the contract suite made the MongoDB store ask', () => {
		it('is served by an index that the store declares', () => {
			const shapes = recorded
				.flatMap(shapesOf)
				.filter(({ collection }) => collection !== 'jobs')
				.map((shape) => [JSON.stringify(shape), shape] as const);
			const different = [...new Map(shapes).values()];
			expect(different.length).toBeGreaterThan(40);
			expect(different.filter((shape) => !isServed(shape))).toEqual([]);
		});

		it('would be called a collection scan without such an index', () => {
			const scan = { collection: 'contacts', sort: [], range: [] };
			expect(isServed({ ...scan, equal: ['portalId', 'company'] })).toBe(false);
			expect(isServed({ ...scan, equal: ['company'] })).toBe(false);
			expect(isServed({ ...scan, equal: ['portalId'], sort: ['createdAt'] })).toBe(false);
			expect(isServed({ ...scan, equal: [], range: ['joinedAt'] })).toBe(false);
			expect(isServed({ ...scan, equal: [] })).toBe(false);
		});

		it('uses only operators that every MongoDB has', () => {
			const used = new Set(
				recorded
					.filter(({ command, commandName }) => command[commandName] !== 'jobs')
					.flatMap(({ command }) => JSON.stringify(command).match(/"\$[a-zA-Z]+"(?=:)/g) ?? []),
			);
			// `$db`, `$readPreference` and `$clusterTime` belong to the protocol; names of test data are values or encoded.
			const protocol = [
				'$db',
				'$readPreference',
				'$clusterTime',
				'$timestamp',
				'$numberLong',
				'$binary',
			];
			const operators = [...used]
				.map((name) => name.slice(1, -1))
				.filter((name) => !protocol.includes(name));
			expect(operators.sort()).toEqual(
				[
					...['$all', '$exists', '$gt', '$gte', '$in', '$lt', '$lte', '$not'],
					...['$inc', '$max', '$set', '$unset'],
					...['$group', '$match', '$sum'],
				].sort(),
			);
		});
	});
}
