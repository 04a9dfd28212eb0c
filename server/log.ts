import { pino, type DestinationStream, type Logger } from 'pino';

import type { Config } from './config.ts';

/**
 * Secrets wherever they stand in a line: members by name, at any depth, and texts by form (tokens of links, API keys, passwords
 * in URLs). One pass over the finished line also reaches messages and stacks, and costs less than pino's own redaction by path.
 */
const secrets: readonly [RegExp, string][] = [
	[
		/("(?:authorization|(?:set-)?cookie|token|formToken|key|secret|password)":)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi,
		'$1"[redacted]"',
	],
	[/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{66}(?![A-Za-z0-9_-])/g, '[redacted]'],
	[/\bcp_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/g, 'cp_[redacted]'],
	[/\bSG\.[A-Za-z0-9_.-]{20,}/g, 'SG.[redacted]'],
	[/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"]{0,200}:)[^\s/@"]{1,500}@/g, '$1[redacted]@'],
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
