import { pino } from 'pino';

import type { Config } from '../config.ts';
import { createLog } from '../log.ts';
import { createServices, type Services } from '../services.ts';

/** Opens the services for one command and closes them again. What they log goes to standard error. */
export async function withServices<T>(
	config: Config,
	work: (services: Services) => Promise<T>,
): Promise<T> {
	const destination = pino.destination({ fd: 2, sync: true });
	const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
	const services = await createServices(
		config,
		createLog(level, { destination, readable: process.stderr.isTTY }),
	);
	try {
		return await work(services);
	} finally {
		await services.stop();
	}
}
