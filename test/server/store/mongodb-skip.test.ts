import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

const start = new URL('../../support/mongodb/start.ts', import.meta.url).href;
const script = `import { startMongo } from '${start}'; console.log(await startMongo('the store contract'));`;

/** Asks for a MongoDB on a machine that has no MONGODB_URL, no Java and no Maven. */
async function startWithNothing(
	env: Record<string, string>,
): Promise<{ stdout: string; stderr: string }> {
	const args = ['--input-type=module-typescript', '--eval', script];
	return await promisify(execFile)(process.execPath, args, { env: { PATH: '', ...env } });
}

describe('a machine without any MongoDB', () => {
	it('skips the suite with one line that names it and says how to run it', async () => {
		const { stdout, stderr } = await startWithNothing({});
		expect(stdout).toBe('null\n');
		expect(stderr).toBe(
			'Skipped: the store contract (MongoDB). To run it, set MONGODB_URL, or put Java 17 or newer and Maven on PATH.\n',
		);
	});

	it('fails instead where MongoDB is required', async () => {
		await expect(startWithNothing({ REQUIRE_MONGODB: '1' })).rejects.toMatchObject({
			stderr: expect.stringContaining('Skipped: the store contract (MongoDB).'),
		});
	});
});
