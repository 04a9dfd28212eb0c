import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/**
 * A load generator in a process of its own: `load.ts PORT CONNECTIONS FILE` sends each request of the file (a JSON array of
 * whole HTTP/1.1 requests) once, over keep-alive connections, one at a time on each. Prints requests per second and how
 * often each status was answered.
 */
const [port = '', connections = '', file = ''] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(file, 'utf8')) as string[];
const statuses: Record<string, number> = {};
let next = 0;

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, runConnection));
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ perSecond: requests.length / seconds, statuses }));

async function runConnection(): Promise<void> {
	const socket = connect(Number(port), '127.0.0.1');
	socket.setNoDelay(true).setEncoding('latin1');
	const answers = answersOf(socket);
	for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
		socket.write(request);
		const status = await answers.next();
		statuses[status] = (statuses[status] ?? 0) + 1;
	}
	socket.destroy();
}

/** Reads one whole answer after the other; answers its status. */
function answersOf(socket: Socket): { next(): Promise<string> } {
	let text = '';
	let resolveNext: (status: string) => void = () => undefined;
	let rejectNext: (reason: Error) => void = () => undefined;
	socket.on('data', (chunk: string) => {
		text += chunk;
		const headEnd = text.indexOf('\r\n\r\n');
		if (headEnd === -1) return;
		const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
		if (text.length < headEnd + 4 + length) return;
		const status = text.slice(9, 12);
		text = text.slice(headEnd + 4 + length);
		resolveNext(status);
	});
	socket.on('error', (error) => {
		rejectNext(error);
	});
	socket.on('close', () => {
		rejectNext(new Error('the server closed the connection'));
	});
	return {
		next: () =>
			new Promise((resolve, reject) => {
				resolveNext = resolve;
				rejectNext = reject;
			}),
	};
}
