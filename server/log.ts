import { pino, type DestinationStream, type Logger } from 'pino';

import type { Config } from './config.ts';

/**
 * Secrets wherever they stand in a line: members by name, at any depth, and texts by form (tokens of links, API keys, passwords
 * in URLs). What stands before a token may run into it, as the n of an escaped line break or the F of %2F do, so no form asks for
 * a boundary there. Each form takes time in proportion to the line. One pass over the finished line also reaches messages and
 * stacks, and costs less than pino's own redaction by path.
 */
const secrets: readonly [RegExp, string][] = [
	[
		/("(?:authorization|(?:set-)?cookie|token|formToken|key|secret|password)":)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi,
		'$1"[redacted]"',
	],
	[/cp_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/g, 'cp_[redacted]'],
	[/SG\.[A-Za-z0-9_.-]{20,}/g, 'SG.[redacted]'],
	[/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{66,}/g, '[redacted]'],
	[/(:\/\/[^\s/:@"]*:)[^\s/"]+@/g, '$1[redacted]@'],
];

/** What a line of the log may hold: the same without anything that logs in (R27). */
function withoutSecrets(line: string): string {
	return secrets.reduce((text, [form, instead]) => text.replace(form, instead), line);
}

/**
 * The server's log: one JSON object a line on standard output; on a terminal, one readable line. No worker thread does the
 * writing: pino's would not start under --disallow-code-generation-from-strings.
 */
export function createLog(
	level: Config['logLevel'],
	to: { destination: DestinationStream; readable: boolean },
): Logger {
	return pino(
		{
			level,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
			// An error's other members can hold what was being written, whole documents of a database for one (R27).
			serializers: { err: essentialsOf },
			hooks: { streamWrite: withoutSecrets },
		},
		to.readable
			? {
					write(line) {
						to.destination.write(readable(line));
					},
				}
			: to.destination,
	);
}

/** What is said of an error under `err`. */
function essentialsOf(error: unknown): unknown {
	if (!(error instanceof Error)) return String(error);
	const { name: type, message, stack } = error;
	return { type, message, stack, ...('code' in error ? { code: error.code } : {}) };
}

const hiddenOnTerminals = new Set(['stack', 'requestId', 'pid', 'hostname']);

/** `21:05:12 info  request GET /l/:token 200 3 ms` from pino's JSON. */
function readable(line: string): string {
	const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
	const members = Object.entries(rest)
		.filter(([name]) => !hiddenOnTerminals.has(name))
		.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
	const stack = typeof rest['stack'] === 'string' ? `\n${rest['stack']}` : '';
	const clock = String(time).slice(11, 19);
	return `${[clock, String(level).padEnd(5), String(msg), ...members].join(' ')}${stack}\n`;
}
