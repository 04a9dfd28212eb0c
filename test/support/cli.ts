import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

export interface CliRun {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a command as `npm run cli -- …` does, with these settings and no others. */
export function runCli(args: readonly string[], env: Record<string, string>): Promise<CliRun> {
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			['--disallow-code-generation-from-strings', main, ...args],
			{ env: { PATH: process.env['PATH'] ?? '', ENV_FILE: '', ...env } },
			(error, stdout, stderr) => {
				resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
			},
		);
	});
}

/** A folder of its own for one test, and the setting that puts a database there. */
export interface Place {
	folder: string;
	databaseUrl: string;
	remove(): Promise<void>;
}

export async function makePlace(): Promise<Place> {
	const folder = await mkdtemp(join(tmpdir(), 'client-portal-cli-'));
	return {
		folder,
		databaseUrl: `sqlite:${join(folder, 'portal.sqlite')}`,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
