import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A TypeScript file running in a process of its own. */
export interface Child {
	/** All lines it has printed. */
	readonly lines: string[];
	/** Resolves when `enough(lines)`; rejects when the process ends before. */
	until(enough: (lines: readonly string[]) => boolean): Promise<void>;
	tell(line: string): void;
	/** Ends it without any chance to tidy up (SIGKILL), or with another signal; resolves when it is gone. */
	kill(signal?: NodeJS.Signals): Promise<void>;
	/** Resolves with the exit code when it ends by itself. */
	ended: Promise<number | null>;
}

/** Runs `file` under the flag that the product runs under. */
export function startChild(file: string, args: readonly string[]): Child {
	const child = spawn(
		process.execPath,
		['--disallow-code-generation-from-strings', file, ...args],
		{ stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const lines: string[] = [];
	const watchers = new Set<() => void>();
	createInterface(child.stdout).on('line', (line) => {
		lines.push(line);
		for (const watch of watchers) watch();
	});
	const ended = once(child, 'exit').then(([code]) => code as number | null);
	return {
		lines,
		ended,
		until: (enough) =>
			new Promise((resolve, reject) => {
				const watch = () => {
					if (!enough(lines)) return;
					watchers.delete(watch);
					resolve();
				};
				watchers.add(watch);
				void ended.then((code) => {
					reject(new Error(`the process ended (${String(code)}) after: ${lines.join(' | ')}`));
				});
				watch();
			}),
		tell: (line) => child.stdin.write(`${line}\n`),
		async kill(signal = 'SIGKILL') {
			child.kill(signal);
			await ended;
		},
	};
}
