import { MongoClient } from 'mongodb';
import { describe, it } from '@jest/globals';

import { createMongoStore } from '../../../server/store/mongodb/index.ts';
import { startMongo } from '../../support/mongodb/start.ts';
import { describeContract } from './contract.ts';

const server = await startMongo('the store contract');
if (server === null) {
	describe('Store contract on MongoDB', () => {
		it.skip('needs a MongoDB', () => undefined);
	});
} else {
	describeContract('MongoDB', async () => {
		const { url } = server;
		const store = createMongoStore({ url });
		await store.open();
		const client = await new MongoClient(url).connect();
		const rows = (name: string) => client.db().collection<{ _id: string }>(name);
		const set = { joinedAt: null, lastLoginAt: null, state: 'none' };
		return {
			store,
			another: () => createMongoStore({ url }),
			forgetSession: async (linkId) => {
				await rows('sessions').deleteOne({ linkId });
			},
			forgetLogin: async (_id) => {
				await rows('contacts').updateOne({ _id }, { $set: set });
			},
			forgetContact: async (_id) => {
				await rows('contacts').deleteOne({ _id });
			},
			close: async () => {
				await client.db().dropDatabase();
				await client.close();
				await store.close();
				await server.stop();
			},
		};
	});
}
