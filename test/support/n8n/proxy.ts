import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
	method: string;
	path: string;
	/** The parsed body of a POST. */
	body: { items?: unknown[]; [name: string]: unknown };
}

/**
 * What happens to a request: `pass`; `lose`, which lets the server do its work and breaks the connection in place of its answer;
 * or an answer in the server's place.
 */
export type Fate =
	| 'pass'
	| 'lose'
	| { status: number; headers?: Record<string, string>; body?: string };

export interface Proxy {
	url: string;
	/** Every request, in the order of arrival. */
	seen: Seen[];
	/** The most requests that were under way at the same time. */
	mostAtOnce(): number;
	stop(): Promise<void>;
}

/** A bad connection between n8n and the server at `target`; `decide` may take its time. */
export async function startProxy(
	target: string,
	decide: (request: Seen, index: number) => Fate | Promise<Fate> = () => 'pass',
): Promise<Proxy> {
	const seen: Seen[] = [];
	const handled: Promise<void>[] = [];
	let underWay = 0;
	let most = 0;
	const http = createServer((request, response) => {
		const handle = async () => {
			most = Math.max(most, ++underWay);
			const text = await readText(request);
			const body = (text === '' ? {} : JSON.parse(text)) as Seen['body'];
			const one: Seen = { method: request.method ?? '', path: request.url ?? '', body };
			const fate = await decide(one, seen.push(one) - 1);
			if (typeof fate === 'object') {
				response.writeHead(fate.status, fate.headers).end(fate.body);
			} else {
				const answer = await fetch(`${target}${one.path}`, {
					method: one.method,
					headers: {
						authorization: request.headers.authorization ?? '',
						'content-type': 'application/json',
					},
					...(text === '' ? {} : { body: text }),
				});
				const answered = await answer.text();
				if (fate === 'lose') request.socket.destroy();
				else
					response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered);
			}
			underWay--;
		};
		handled.push(handle());
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`,
		seen,
		mostAtOnce: () => most,
		async stop() {
			await Promise.all(handled);
			await new Promise<void>((resolve) => {
				http.close(() => {
					resolve();
				});
				http.closeAllConnections();
			});
		},
	};
}

async function readText(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const part of request.setEncoding('utf8')) text += String(part);
	return text;
}
