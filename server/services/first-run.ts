import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a first start without a terminal leaves its admin link and API key (R27). */
export interface FirstRun {
	readonly path: string;
	/** Writes the file for its owner only; an older one is replaced, whoever else writes at the same time. */
	write(text: string): Promise<void>;
	/** Deletes the file; called when an admin link is used. */
	forget(): Promise<void>;
}

export function createFirstRun(path: string): FirstRun {
	return {
		path,
		async write(text) {
			await mkdir(dirname(path), { recursive: true });
			const fresh = `${path}.${String(process.pid)}`;
			await rm(fresh, { force: true });
			await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
			await rename(fresh, path);
		},
		forget: () => rm(path, { force: true }),
	};
}
