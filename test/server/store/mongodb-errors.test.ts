import { describe, expect, it } from '@jest/globals';
import { MongoBulkWriteError } from 'mongodb';

import { PortalError } from '../../../server/errors.ts';
import { guard } from '../../../server/store/mongodb/errors.ts';

/** What the driver throws when a bulk write is refused: it carries every document of the statement. */
function bulkError(code: number): MongoBulkWriteError {
	const documents = { insertedIds: { 0: 'x' }, getWriteErrors: () => [], op: { note: 'private' } };
	return new MongoBulkWriteError(
		{ message: 'refused', code, writeErrors: [] },
		// The driver's own result class is not exported; only that it travels matters here.
		documents as never,
	);
}

describe('a bulk write that MongoDB refuses', () => {
	it.each([
		[121, 'internal_error'],
		[14_031, 'disk_full'],
		[13, 'database_unavailable'],
	])('R27 with code %d becomes %s, without the documents', async (code, expected) => {
		const part = { write: () => Promise.reject(bulkError(code)) };
		const error = await guard(part, () => true)
			.write()
			.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(PortalError);
		expect(error).toMatchObject({ code: expected, message: 'MongoDB: refused' });
		expect((error as PortalError).cause).toBeUndefined();
	});
});
