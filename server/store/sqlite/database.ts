import { PortalError } from '../../errors.ts';
import { type Connection, connect, MEMORY } from './connection.ts';
import { translate } from './errors.ts';
import { createGroupCommit, type FileOptions, retryBusy, type Write } from './group-commit.ts';
import { migrate } from './migrations.ts';

/** How long one statement may block the process while another process writes; longer waits do not block. */
const BUSY_MS = 20;
/** Agenda's back end runs its statements as they come, few and short, and has no retry of its own. */
const JOBS_BUSY_MS = 5_000;

/** What the parts of the SQLite store work with. */
export interface Database {
	/** Reads what is committed. */
	read: Write;
	/** Writes that must survive a power cut (`synchronous=FULL`). */
	durable: Write;
	/** Writes of which the last moments may be lost in a power cut (`synchronous=NORMAL`), never consistency. */
	relaxed: Write;
	/** A connection for Agenda's back end. */
	jobs(): Promise<Connection>;
	close(): Promise<void>;
}

/** Opens and migrates the file. Several processes may do so at once. */
export async function openDatabase(options: FileOptions): Promise<Database> {
	const { path, patienceMs } = options;
	const connections: Connection[] = [];
	const open = (synchronous: 'FULL' | 'NORMAL', busyMs: number): Connection => {
		// A database in memory belongs to its connection, and needs no second one: there is nothing to sync.
		const first = connections[0];
		if (path === MEMORY && first !== undefined) return first;
		const connection = connect(path, { synchronous, busyMs });
		connections.push(connection);
		return connection;
	};
	const closeAll = (): void => {
		for (const connection of connections.splice(0)) connection.close();
	};
	try {
		const full = await retryBusy(patienceMs, () => open('FULL', BUSY_MS));
		await retryBusy(patienceMs, () => {
			migrate(full);
		});
		const normal = await retryBusy(patienceMs, () => open('NORMAL', BUSY_MS));
		return assemble(
			options,
			full,
			normal,
			() => retryBusy(patienceMs, () => open('NORMAL', JOBS_BUSY_MS)),
			closeAll,
		);
	} catch (error) {
		closeAll();
		throw translate(error, path);
	}
}

function assemble(
	options: FileOptions,
	full: Connection,
	normal: Connection,
	jobs: () => Promise<Connection>,
	closeAll: () => void,
): Database {
	const durable = createGroupCommit(full, options);
	const relaxed = createGroupCommit(normal, options);
	let closed = false;
	const whileOpen = async <T>(task: () => Promise<T>): Promise<T> => {
		if (closed) {
			throw new PortalError('database_unavailable', {
				detail: 'The server has closed its database.',
			});
		}
		return await task();
	};
	return {
		read: (task) =>
			whileOpen(async () => {
				try {
					return await retryBusy(options.patienceMs, () => task(full));
				} catch (error) {
					throw translate(error, options.path);
				}
			}),
		durable: (task) => whileOpen(() => durable.write(task)),
		relaxed: (task) => whileOpen(() => relaxed.write(task)),
		jobs,
		close: async () => {
			if (closed) return;
			closed = true;
			await Promise.all([durable.drain(), relaxed.drain()]);
			closeAll();
		},
	};
}
