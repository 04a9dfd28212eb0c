import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a first start without a terminal leaves its admin link and API key (R27). */
export interface FirstRun {
	readonly path: string;
	/** Writes the file for its owner only; an older one is replaced. */
	write(text: string): Promise<void>;
	/** Deletes the file; called when an admin link is used. */
	forget(): Promise<void>;
}

export function createFirstRun(path: string): FirstRun {
	return {
		path,
		async write(text) {
			await mkdir(dirname(path), { recursive: true });
			await rm(path, { force: true });
			await writeFile(path, text, { mode: 0o600, flag: 'wx' });
		},
		forget: () => rm(path, { force: true }),
	};
}
