import { once } from 'node:events';
import { createServer } from 'node:http';

import { toNodeHandler } from 'better-auth/node';

import { openBetterAuth } from './better-auth.ts';

/** Better Auth on Node's own HTTP server: `better-auth-server.ts FILE PORT`. */
const [file = '', port = ''] = process.argv.slice(2);
const { handler } = await openBetterAuth(file, Number(port));
const answer = toNodeHandler(handler);
const server = createServer((request, response) => {
	void answer(request, response);
});
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
console.log('ready');
