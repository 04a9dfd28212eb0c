import { createServer, type Server } from 'node:http';

import { pino, type Logger } from 'pino';

import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { createLog } from '../log.ts';
import { createServices, type Services } from '../services.ts';
import { StartProblem } from './start-problem.ts';
import { welcome } from './welcome.ts';

const neededFlag = '--disallow-code-generation-from-strings';

/** Starts the server and resolves when it listens; it stops on SIGTERM and SIGINT. */
export async function serve(config: Config): Promise<void> {
	if (!process.execArgv.includes(neededFlag)) {
		throw new StartProblem(`The server runs under ${neededFlag} only. Start it with: npm start`);
	}
	const readable = process.stdout.isTTY;
	// Lines written while another write is under way go out together.
	const destination = pino.destination({ fd: 1, sync: false });
	process.on('exit', () => {
		destination.flushSync();
	});
	const log = createLog(config.logLevel, { destination, readable });
	logCrashes(log);
	const services = await createServices(config, log);
	const app = createApp(services, { requestLevel: readable ? 'debug' : 'info' });
	const server = createServer();
	// Longer than proxies keep an idle connection, so that none is closed under a request that is on its way.
	server.keepAliveTimeout = 65_000;
	const ready = Promise.withResolvers<undefined>();
	// The port is taken first, since nothing may be made for a server that cannot run; whoever is early waits.
	server.on('request', (request, response) => {
		void ready.promise.then(() => {
			app(request, response);
		});
	});
	try {
		await listen(server, config);
		await services.start();
		await welcome(services, { terminal: readable, readyAfterMs: performance.now() });
	} catch (error) {
		server.close();
		server.closeAllConnections();
		await services.stop();
		throw error;
	}
	server.removeAllListeners('request').on('request', app);
	ready.resolve(undefined);
	stopOnSignals(server, services);
}

/** What a port that cannot be had means, and what to do. */
const listenProblems: Record<string, (config: Config) => string> = {
	EADDRINUSE: ({ port }) =>
		`Port ${String(port)} is in use. Try: PORT=${String(port + 1)} npm start`,
	EACCES: ({ port }) =>
		`This user may not listen on port ${String(port)}. Try: PORT=3000 npm start`,
	EADDRNOTAVAIL: ({ host }) => `HOST is ${host}, which is not an address of this machine.`,
	ENOTFOUND: ({ host }) => `HOST is ${host}, which is not an address of this machine.`,
};

async function listen(server: Server, config: Config): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const sentence = listenProblems[error.code ?? '']?.(config);
			reject(sentence === undefined ? error : new StartProblem(sentence, { cause: error }));
		});
		server.listen(config.port, config.host, resolve);
	});
}

/** The first signal lets what is in flight finish, within STOP_TIMEOUT; the second ends the process. */
function stopOnSignals(server: Server, services: Services): void {
	let stopping = false;
	const onSignal = (signal: NodeJS.Signals) => {
		if (stopping) process.exit(1);
		stopping = true;
		services.log.info({ signal }, 'stopping');
		stop(server, services).then(
			() => {
				services.log.info('stopped');
				process.exit(0);
			},
			(error: unknown) => {
				services.log.error({ stack: error instanceof Error ? error.stack : String(error) }, 'stop');
				process.exit(1);
			},
		);
	};
	process.on('SIGTERM', onSignal);
	process.on('SIGINT', onSignal);
}

/** What closing the rest may take, beyond STOP_TIMEOUT, before the process ends regardless. */
const closingMs = 5000;

async function stop(server: Server, services: Services): Promise<void> {
	const timeoutMs = services.config.stopTimeoutSeconds * 1000;
	const deadline = setTimeout(() => {
		server.closeAllConnections();
	}, timeoutMs);
	setTimeout(
		() => {
			services.log.error(
				'stopping takes too long; what was not finished goes on at the next start',
			);
			process.exit(1);
		},
		timeoutMs * 2 + closingMs,
	).unref();
	const closed = new Promise<void>((resolve) => {
		server.close(() => {
			resolve();
		});
	});
	// A connection that was busy when the server closed stays open after its answer.
	const idle = setInterval(() => {
		server.closeIdleConnections();
	}, 50);
	await closed;
	clearInterval(idle);
	clearTimeout(deadline);
	await services.stop();
}

/**
 * A defect of ours ends the process, but its report goes through the log, which redacts (R27). Node's own diagnostic reports, which
 * an operator may ask for, leave the settings out.
 */
function logCrashes(log: Logger): void {
	process.report.excludeEnv = true;
	process.on('uncaughtException', (error: Error) => {
		log.fatal({ stack: error.stack }, 'the server stops because of a defect');
		process.exit(1);
	});
}
