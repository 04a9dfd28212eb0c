import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const libraries = join(here, '../../.lib/mongodb');

export interface MongoServer {
	/** Names a database that nobody else uses. */
	url: string;
	stop(): Promise<void>;
}

/** True when this machine has some MongoDB for the tests: `MONGODB_URL`, or Java ≥ 17 and Maven. */
export function canStartMongo(): boolean {
	return process.env['MONGODB_URL'] !== undefined || (hasJava() && (hasLibraries() || hasMaven()));
}

/**
 * A MongoDB for one suite: a fresh database on what `MONGODB_URL` names, else on an in-memory server started for it.
 * Null, after one printed line, on a machine that has neither; with `REQUIRE_MONGODB=1` that is an error.
 */
export async function startMongo(suite: string): Promise<MongoServer | null> {
	const given = process.env['MONGODB_URL'];
	if (given !== undefined) return { url: freshDatabase(given), stop: () => Promise.resolve() };
	if (!canStartMongo()) {
		const line = `Skipped: ${suite} (MongoDB). To run it, set MONGODB_URL, or put Java 17 or newer and Maven on PATH.`;
		if (process.env['REQUIRE_MONGODB'] === '1') throw new Error(line);
		process.stderr.write(`${line}\n`);
		return null;
	}
	if (!hasLibraries()) await fetchLibraries();
	return await startJavaServer();
}

/** `url` with another database name, its host and options kept. */
function freshDatabase(url: string): string {
	// Not `URL`: an address may name several hosts.
	const [, hosts = url, options = ''] = /^([^/]+\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
	return `${hosts}/test-${randomUUID()}${options}`;
}

function succeeds(command: string, args: string[]): boolean {
	try {
		execFileSync(command, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

function hasJava(): boolean {
	// A single source file has been runnable since Java 11; `--release 17` is refused by anything older than 17.
	return succeeds('javac', ['--release', '17', '--version']);
}

function hasMaven(): boolean {
	return succeeds('mvn', ['--version']);
}

function hasLibraries(): boolean {
	return existsSync(libraries) && readdirSync(libraries).length > 0;
}

/** Copies the server's jars from Maven Central; suites that start at once each fetch, and the first to finish wins. */
async function fetchLibraries(): Promise<void> {
	const folder = `${libraries}-${randomUUID()}`;
	await mkdir(folder, { recursive: true });
	const args = ['-q', '-B', '-f', join(here, 'pom.xml'), 'dependency:copy-dependencies'];
	await promisify(execFile)('mvn', [...args, `-DoutputDirectory=${folder}`]);
	try {
		await rename(folder, libraries);
	} catch {
		await rm(folder, { recursive: true });
	}
}

async function startJavaServer(): Promise<MongoServer> {
	const source = join(here, 'MongoServer.java');
	const child = spawn('java', ['-cp', join(libraries, '*'), source], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit');
	const address = await Promise.race([
		once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
		ended.then(() => null),
	]);
	if (address === null) throw new Error('the in-memory MongoDB server did not start');
	return {
		url: `${address}/test-${randomUUID()}`,
		stop: async () => {
			child.stdin.end();
			await ended;
		},
	};
}
