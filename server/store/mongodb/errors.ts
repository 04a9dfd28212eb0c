import { MongoBulkWriteError, MongoError, MongoServerError } from 'mongodb';

import { PortalError } from '../../errors.ts';

/** Server error codes (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). */
const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK_SPACE = 14_031;
const details: Record<number, string> = {
	13: 'MongoDB does not let this user do that. Give it the role readWrite on the database in DATABASE_URL.',
	18: 'MongoDB refused the user name or password in DATABASE_URL. Correct them there.',
	[OUT_OF_DISK_SPACE]:
		'Free some space on the disk of MongoDB, then try again. What was confirmed is not lost.',
};
const away =
	'MongoDB does not answer. Check that it runs and that DATABASE_URL names it; then try again.';

export function isDuplicateKey(error: unknown): boolean {
	return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** What the driver reports becomes `database_unavailable` or `disk_full`; a refused statement is a bug and stays as it is, unless it is a bulk write. */
export function translate(error: unknown): unknown {
	if (!(error instanceof MongoError)) return error;
	const code = typeof error.code === 'number' ? error.code : 0;
	const known = details[code];
	// Not from the server, or worth trying again by the driver's own judgement: the server is away or changing roles.
	const isAway = !(error instanceof MongoServerError) || isTransient(error);
	const reason = `MongoDB: ${error.message}`;
	// It holds the documents of the whole statement, and whoever logs it would log them (R27).
	const cause = error instanceof MongoBulkWriteError ? undefined : error;
	if (known === undefined && !isAway) {
		return cause ?? new PortalError('internal_error', { reason });
	}
	return new PortalError(code === OUT_OF_DISK_SPACE ? 'disk_full' : 'database_unavailable', {
		detail: known ?? away,
		reason,
		cause,
	});
}

function isTransient(error: MongoServerError): boolean {
	return ['RetryableWriteError', 'RetryableError', 'TransientTransactionError', 'ResetPool'].some(
		(label) => error.hasErrorLabel(label),
	);
}

/** The same part of the store, its failures translated, and closed to callers unless `isOpen`. */
export function guard<Part extends object>(part: Part, isOpen: () => boolean): Part {
	const guarded = Object.entries(part).map(([name, method]: [string, unknown]) => {
		if (typeof method !== 'function') return [name, method];
		const call = async (...args: unknown[]): Promise<unknown> => {
			if (!isOpen()) {
				throw new PortalError('database_unavailable', { detail: 'The database is not open.' });
			}
			try {
				return await Reflect.apply(method, part, args);
			} catch (error) {
				throw translate(error);
			}
		};
		return [name, call];
	});
	// Same names, same parameters, same answers: every method of the contract is asynchronous.
	return Object.fromEntries(guarded) as Part;
}
