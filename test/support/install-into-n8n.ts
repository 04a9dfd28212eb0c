/** Packs the nodes as npm would publish them and unpacks them where a self-hosted n8n looks for community nodes. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { unpack, withTarball } from './pack.ts';

const [folder, ...others] = process.argv.slice(2);
if (folder === undefined || others.length > 0) {
	console.error(
		'Usage: npm run install-into-n8n -- FOLDER\n' +
			'FOLDER is the one that holds .n8n (your home folder, or N8N_USER_FOLDER), or the .n8n folder itself.',
	);
	process.exit(2);
}
const absentIsFine = { throwIfNoEntry: false } as const;
const userFolder = resolve(folder);
if (!statSync(userFolder, absentIsFine)?.isDirectory()) {
	console.error(`There is no folder ${userFolder}.`);
	process.exit(1);
}
// n8n's own folder is known by what n8n keeps in it, since a volume may be mounted under any name.
const isN8nFolder =
	basename(userFolder) === '.n8n' ||
	['config', 'database.sqlite'].some((file) =>
		statSync(join(userFolder, file), absentIsFine)?.isFile(),
	);
const n8nFolder = isN8nFolder ? userFolder : join(userFolder, '.n8n');
const isNew = !existsSync(n8nFolder);
const target = join(n8nFolder, 'nodes', 'node_modules', 'n8n-nodes-client-portal');

console.log('Building the nodes …');
await withTarball((tarball) => {
	rmSync(target, { recursive: true, force: true });
	unpack(tarball, target);
});

if (isNew) {
	console.log(
		`There was no .n8n in ${userFolder}, so one was made. If n8n has run before, this is the wrong folder.`,
	);
}
console.log(`The Client Portal nodes are in ${target}

Next:
  1. Restart n8n, so that it loads them.
  2. In n8n, make a credential "Client Portal API" with the server URL and the API key that npm start printed.
  3. Import examples/invite-and-login.workflow.json and run it.`);
