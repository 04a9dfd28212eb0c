import { readFile } from 'node:fs/promises';

import { StartProblem } from './start-problem.ts';

/** The text of a file in UTF-8, without the mark that Windows puts first. Throws StartProblem, which says what is wrong with the file. */
export async function readTextFile(file: string): Promise<string> {
	const bytes = await readFile(file).catch((error: unknown) => {
		throw new StartProblem(problemOf(file, (error as NodeJS.ErrnoException).code));
	});
	const text = decoded(bytes);
	// Most of what is UTF-16 without a mark would pass for UTF-8.
	if (text === null || text.includes('\0')) {
		throw new StartProblem(`${file} is not UTF-8 text; save it as UTF-8.`);
	}
	return text;
}

function decoded(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

function problemOf(file: string, code: string | undefined): string {
	switch (code) {
		case 'ENOENT':
		case 'ENOTDIR':
			return `There is no file ${file}.`;
		case 'EISDIR':
			return `${file} is a folder; name a file in it.`;
		case 'EACCES':
		case 'EPERM':
			return `You are not allowed to read ${file}.`;
		default:
			return `${file} cannot be read (${String(code)}).`;
	}
}
