import { describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { planBatches } from '../../../nodes/ClientPortal/actions/run.ts';

interface Order {
	settings: IDataObject;
	item?: IDataObject;
}

function indexes(orders: Order[], size: number): number[][] {
	const wanted = orders.map((order, index) => ({ index, order }));
	return planBatches(wanted, size, async () => []).map((job) => job.indexes);
}

describe('planBatches', () => {
	it('puts items of equal settings into one request, whatever stands between them', () => {
		const orders = ['a', 'b', 'a', 'a', 'b'].map((portalId) => ({ settings: { portalId } }));
		expect(indexes(orders, 100)).toEqual([
			[0, 2, 3],
			[1, 4],
		]);
	});

	it('holds the batch size', () => {
		const orders = Array.from({ length: 205 }, () => ({ settings: {} }));
		expect(indexes(orders, 100).map((batch) => batch.length)).toEqual([100, 100, 5]);
	});

	it('keeps requests with long texts short enough for servers and proxies', () => {
		const orders = Array.from({ length: 5 }, () => ({
			settings: {},
			item: { html: 'x'.repeat(400_000) },
		}));
		expect(indexes(orders, 100)).toEqual([[0, 1], [2, 3], [4]]);
	});

	it('makes no request without items', () => {
		expect(indexes([], 100)).toEqual([]);
	});
});
