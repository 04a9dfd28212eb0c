import { PortalError } from '../../errors.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that say something about the file, not the query. */
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;
const details: Record<number, string> = {
	3: 'This process may not access the file. Give it read and write permission.',
	[BUSY]: 'Another program keeps the file locked. Stop that program, then try again.',
	[LOCKED]: 'Another program keeps the file locked. Stop that program, then try again.',
	7: 'SQLite ran out of memory. Free some memory, then try again.',
	8: 'The file or its folder is read-only. Give this process write permission to both.',
	9: 'Reading was interrupted. Try again.',
	10: 'Reading or writing the file failed. Check the disk, its mount and its quota.',
	11: 'The file is damaged. Stop the server and restore the file from a backup.',
	[FULL]: 'Free some space on the disk, then try again. What was confirmed is not lost.',
	14: 'The file cannot be opened. Check that its folder exists and that this process may write there.',
	26: 'The file is not an SQLite database. Move it away, or name another file in DATABASE_URL.',
};
const fileErrors: Record<string, number> = {
	EACCES: 3,
	EPERM: 3,
	EROFS: 8,
	EISDIR: 14,
	ENOTDIR: 14,
	ENOENT: 14,
	EEXIST: 14,
	EIO: 10,
	EDQUOT: FULL,
	ENOSPC: FULL,
};

function member(error: unknown, name: 'errcode' | 'code' | 'message'): unknown {
	return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** The primary result code when the failure is about the file (full, locked, unreadable), otherwise null. */
function fileProblem(error: unknown): number | null {
	// Errors of node:sqlite are not `instanceof Error` across realms (jest): look at members only.
	const extended = member(error, 'errcode');
	const code = member(error, 'code');
	const primary =
		typeof extended === 'number'
			? extended & 0xff
			: fileErrors[typeof code === 'string' ? code : ''];
	return primary !== undefined && primary in details ? primary : null;
}

/** True when the database was held by another writer, so that trying again may help. */
export function isBusy(error: unknown): boolean {
	const problem = fileProblem(error);
	return problem === BUSY || problem === LOCKED;
}

/** True when the failure concerns the file, hence everyone in the transaction and not one statement. */
export function isFileProblem(error: unknown): boolean {
	return fileProblem(error) !== null;
}

/** File problems become `disk_full` or `database_unavailable` with what to do; anything else stays as it is. */
export function translate(error: unknown, path: string): unknown {
	const problem = fileProblem(error);
	if (problem === null) return error;
	return new PortalError(problem === FULL ? 'disk_full' : 'database_unavailable', {
		detail: details[problem] ?? '',
		reason: `SQLite file ${path}: ${String(member(error, 'message'))}`,
		cause: error,
	});
}
