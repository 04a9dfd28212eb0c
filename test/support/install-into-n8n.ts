/** Packs the nodes as npm would publish them and unpacks them where a self-hosted n8n looks for community nodes. */
import { rmSync, statSync } from 'node:fs';
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
const userFolder = resolve(folder);
if (!statSync(userFolder, { throwIfNoEntry: false })?.isDirectory()) {
	console.error(`There is no folder ${userFolder}.`);
	process.exit(1);
}
const n8nFolder = basename(userFolder) === '.n8n' ? userFolder : join(userFolder, '.n8n');
const target = join(n8nFolder, 'nodes', 'node_modules', 'n8n-nodes-client-portal');

await withTarball((tarball) => {
	rmSync(target, { recursive: true, force: true });
	unpack(tarball, target);
});

console.log(`The Client Portal nodes are in ${target}

Next:
  1. Restart n8n, so that it loads them.
  2. In n8n, make a credential "Client Portal API" with the server URL and the API key that npm start printed.
  3. Import examples/invite-and-login.workflow.json and run it.`);
