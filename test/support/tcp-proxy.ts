import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands between a client and a server, and misbehaves on demand. */
export interface TcpProxy {
	readonly port: number;
	/** Passes everything on, as at the start. */
	restore(): Promise<void>;
	/** Cuts every connection and refuses new ones: the server is down. */
	refuse(): Promise<void>;
	/** Cuts every connection there is; new ones are served. */
	cut(): void;
	/** Passes everything on after `ms`. */
	delay(ms: number): void;
	/** Takes everything and passes nothing on: the server, or the way to it, hangs. */
	swallow(): void;
	stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 in front of `target`. */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
	const sockets = new Set<Socket>();
	let delayMs = 0;
	let swallowing = false;

	const pass = async (chunk: Buffer, to: Socket): Promise<void> => {
		if (delayMs > 0) await sleep(delayMs);
		if (!swallowing && !to.destroyed) to.write(chunk);
	};
	const server = createServer((client) => {
		const upstream = connect(target);
		for (const [from, to] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			sockets.add(from);
			from.on('data', (chunk) => void pass(chunk, to));
			from.on('error', () => undefined);
			from.on('close', () => {
				sockets.delete(from);
				to.destroy();
			});
		}
	});
	const listen = async (port: number): Promise<void> => {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
	};
	const cut = (): void => {
		for (const socket of sockets) socket.destroy();
	};
	const refuse = async (): Promise<void> => {
		if (!server.listening) return;
		const closed = once(server, 'close');
		server.close();
		cut();
		await closed;
	};
	await listen(0);
	// Only a path of a pipe would be a string.
	const { port } = server.address() as AddressInfo;
	return {
		port,
		restore: async () => {
			delayMs = 0;
			swallowing = false;
			if (!server.listening) await listen(port);
		},
		refuse,
		cut,
		delay: (ms) => {
			delayMs = ms;
		},
		swallow: () => {
			swallowing = true;
		},
		stop: refuse,
	};
}
