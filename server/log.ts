import { pino, type DestinationStream, type Logger } from 'pino';

import type { Config } from './config.ts';

/** Members of whatever is logged that are secrets by name, one and two levels deep. */
const secretNames = [
	'authorization',
	'cookie',
	'"set-cookie"',
	'token',
	'formToken',
	'key',
	'secret',
	'password',
];

/** Secrets by their form, wherever they stand in a line: tokens of links, API keys, passwords in URLs. */
const secretForms: readonly [RegExp, string][] = [
	[/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{66}(?![A-Za-z0-9_-])/g, '[redacted]'],
	[/\bcp_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/g, 'cp_[redacted]'],
	[/\bSG\.[A-Za-z0-9_.-]{20,}/g, 'SG.[redacted]'],
	[/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*:)[^\s/@"]+@/g, '$1[redacted]@'],
];

/** What a line of the log may hold: the same without anything that logs in (R27). */
function withoutSecrets(line: string): string {
	return secretForms.reduce((text, [form, instead]) => text.replace(form, instead), line);
}

/**
 * The server's log: one JSON object a line on standard output; on a terminal, one readable line. No worker thread does the
 * writing: pino's would not start under --disallow-code-generation-from-strings.
 */
export function createLog(
	level: Config['logLevel'],
	to: { destination: DestinationStream; readable: boolean },
): Logger {
	const paths = secretNames.flatMap((name) => {
		const below = name.startsWith('"') ? `[${name}]` : `.${name}`;
		return [name.startsWith('"') ? `[${name}]` : name, `*${below}`, `*.*${below}`];
	});
	return pino(
		{
			level,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
			redact: { paths, censor: '[redacted]' },
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
