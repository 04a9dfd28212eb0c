import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

import { isLoopback } from './loopback.ts';
import { parseSecretKeys } from './services/key-source.ts';
import * as read from './settings-text.ts';
import { sqlitePath } from './store/open.ts';

/** The only reader of the environment. The README's settings table is held against `settings` below. */

export interface Config {
	/** A file of further settings, read before the rest; what the environment says wins. */
	envFile: string;
	port: number;
	host: string;
	/** Without a trailing slash. */
	publicUrl: string;
	databaseUrl: string;
	/** `version:secret` pairs, comma separated, or null for the key file. */
	secretKeys: string | null;
	mailTransport: 'outbox' | 'sendgrid' | 'smtp';
	sendgridApiKey: string | null;
	sendgridApiUrl: string;
	smtpUrl: string | null;
	/** Sender of e-mails until a portal says otherwise. */
	mailFrom: string;
	trustProxy: string | null;
	logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
	allowHttp: boolean;
	allowOutbox: boolean;
	portalName: string;
	supportEmail: string | null;
	/** Largest JSON body, in bytes. */
	bodyLimitBytes: number;
	/** Largest CSV body, in bytes. */
	importLimitBytes: number;
	/** E-mails in flight at once to the mail provider, per process. */
	mailConcurrency: number;
	/** How long one attempt at the mail provider may take. */
	mailTimeoutMs: number;
	/** Attempts per e-mail before it is failed. */
	mailAttempts: number;
	/** Seconds that a graceful stop waits for what is in flight. */
	stopTimeoutSeconds: number;
	outboxRetentionDays: number;
	/** Limits of sign-in e-mails that clients ask for (R37). */
	limitMailsContactMinute: number;
	limitMailsContactHour: number;
	limitMailsNetworkHour: number;
	limitMailsPortalHour: number;
	limitMailsHour: number;
	/** Limit of test e-mails of templates. */
	limitTestMailsHour: number;
	/** Limits of guesses at login codes (R5). */
	limitCodeTries: number;
	limitCodesContactDay: number;
	limitCodesPortalHour: number;
	/** Wrong addresses that the question for scanners takes for one link in a day. */
	limitAddressTries: number;
	/** From how many signs of a mail scanner on a person is asked for (R10). */
	scannerSigns: number;
	/** A press this soon after the e-mail left is a sign (R10). */
	scannerMailMs: number;
	/** So many openings of a link from one network in a minute are a sign (R10). */
	scannerVisits: number;
	/** Who still uses a session this long after its sign-in is a person (R10). */
	scannerStayMs: number;
}

export interface Setting<T> {
	/** In the environment. */
	name: string;
	/** What holds when it is not set; null when nothing does, or when it follows from others: `defaultFrom` says which. */
	default: string | null;
	defaultFrom?: string;
	meaning: string;
	/** Its value is never printed. */
	secret?: true;
	/** Throws `Expected` with what it should be. */
	read: (text: string) => Exclude<T, null>;
}

/** Every setting of the server: this table is the manual. */
export const settings: { [K in keyof Config]: Setting<Config[K]> } = {
	port: {
		name: 'PORT',
		default: '3000',
		meaning: 'Port the server listens on.',
		read: read.integer(1, 65_535),
	},
	host: {
		name: 'HOST',
		default: '127.0.0.1',
		meaning:
			'Address the server listens on; `0.0.0.0` lets containers and other machines reach it.',
		read: read.words,
	},
	publicUrl: {
		name: 'PUBLIC_URL',
		default: null,
		defaultFrom: 'http://localhost:PORT',
		meaning: 'Origin under which clients reach the portal; every link starts with it.',
		read: read.origin,
	},
	databaseUrl: {
		name: 'DATABASE_URL',
		default: 'sqlite:./data/client-portal.sqlite',
		meaning: '`sqlite:FILE`, or `mongodb://…/client-portal` for more than one server process.',
		secret: true,
		read: read.databaseUrl,
	},
	secretKeys: {
		name: 'SECRET_KEYS',
		default: null,
		defaultFrom: 'keys.json beside the SQLite file',
		meaning:
			'Keys that links, sessions and API keys are made with, as `version:secret,…`; needed with MongoDB. `rotate-keys` prints new ones.',
		secret: true,
		read: (text) => {
			parseSecretKeys(text);
			return text;
		},
	},
	mailTransport: {
		name: 'MAIL_TRANSPORT',
		default: 'outbox',
		meaning:
			'`outbox` keeps every e-mail on this machine, to be read in the dashboard; `sendgrid` and `smtp` send.',
		read: read.oneOf('outbox', 'sendgrid', 'smtp'),
	},
	sendgridApiKey: {
		name: 'SENDGRID_API_KEY',
		default: null,
		meaning: 'API key with the right "Mail Send"; needed with `MAIL_TRANSPORT=sendgrid`.',
		secret: true,
		read: read.words,
	},
	sendgridApiUrl: {
		name: 'SENDGRID_API_URL',
		default: 'https://api.sendgrid.com',
		meaning: 'Where SendGrid answers; `https://api.eu.sendgrid.com` for accounts kept in the EU.',
		read: read.secureOrigin,
	},
	smtpUrl: {
		name: 'SMTP_URL',
		default: null,
		meaning: '`smtps://user:password@host:465`; needed with `MAIL_TRANSPORT=smtp`.',
		secret: true,
		read: read.smtpUrl,
	},
	mailFrom: {
		name: 'MAIL_FROM',
		default: 'portal@client-portal.example',
		meaning:
			'Sender address of a new portal, and of the first one while it has this default; needed with `sendgrid` and `smtp`, where the provider has to know it.',
		read: read.email,
	},
	trustProxy: {
		name: 'TRUST_PROXY',
		default: null,
		meaning:
			'Proxies whose `X-Forwarded-For` counts: how many, or their addresses (`loopback`, `10.0.0.0/8`, …). Behind a proxy it has to be set, or everybody seems to be on one network.',
		read: read.proxies,
	},
	logLevel: {
		name: 'LOG_LEVEL',
		default: 'info',
		meaning: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
		read: read.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
	},
	allowHttp: {
		name: 'ALLOW_HTTP',
		default: '0',
		meaning: '`1` allows a public URL without TLS that is not on this machine.',
		read: read.flag,
	},
	allowOutbox: {
		name: 'ALLOW_OUTBOX',
		default: '0',
		meaning:
			'`1` allows the outbox, which shows admins the links of others, with a public URL that is not on this machine.',
		read: read.flag,
	},
	portalName: {
		name: 'PORTAL_NAME',
		default: 'Client Portal',
		meaning: 'Name of the portal that the first start makes.',
		read: read.words,
	},
	supportEmail: {
		name: 'SUPPORT_EMAIL',
		default: null,
		meaning: 'Whom clients of that portal may ask for help; shown on its pages.',
		read: read.email,
	},
	bodyLimitBytes: {
		name: 'BODY_LIMIT',
		default: '10mb',
		meaning: 'Largest JSON request.',
		read: read.size,
	},
	importLimitBytes: {
		name: 'IMPORT_LIMIT',
		default: '50mb',
		meaning: 'Largest CSV file.',
		read: read.size,
	},
	mailConcurrency: {
		name: 'MAIL_CONCURRENCY',
		default: '10',
		meaning: 'Requests to the mail provider at the same time, per process.',
		read: read.integer(1, 100),
	},
	mailTimeoutMs: {
		name: 'MAIL_TIMEOUT',
		default: '15',
		meaning: 'Seconds that one attempt at the mail provider may take.',
		read: read.seconds(1, 30),
	},
	mailAttempts: {
		name: 'MAIL_ATTEMPTS',
		default: '5',
		meaning: 'Attempts, further and further apart, before an e-mail counts as failed.',
		read: read.integer(1, 20),
	},
	stopTimeoutSeconds: {
		name: 'STOP_TIMEOUT',
		default: '20',
		meaning: 'Seconds that a stopping server gives to what it is doing.',
		read: read.integer(0, 600),
	},
	outboxRetentionDays: {
		name: 'OUTBOX_RETENTION_DAYS',
		default: '7',
		meaning: 'Days after which an e-mail in the outbox is deleted.',
		read: read.integer(1, 365),
	},
	limitMailsContactMinute: {
		name: 'LIMIT_MAILS_CONTACT_MINUTE',
		default: '1',
		meaning:
			'Sign-in e-mails that one contact may be sent in a minute because somebody asked on a page.',
		read: read.integer(1, 60),
	},
	limitMailsContactHour: {
		name: 'LIMIT_MAILS_CONTACT_HOUR',
		default: '5',
		meaning: 'The same in an hour.',
		read: read.integer(1, 1000),
	},
	limitMailsNetworkHour: {
		name: 'LIMIT_MAILS_NETWORK_HOUR',
		default: '60',
		meaning:
			'Times an hour that one network (an IPv4 address, an IPv6 /64) may ask for sign-in e-mails.',
		read: read.integer(1, 100_000),
	},
	limitMailsPortalHour: {
		name: 'LIMIT_MAILS_PORTAL_HOUR',
		default: '1000',
		meaning: 'Sign-in e-mails that the pages of one portal may send in an hour.',
		read: read.integer(1, 1_000_000),
	},
	limitMailsHour: {
		name: 'LIMIT_MAILS_HOUR',
		default: '5000',
		meaning: 'Sign-in e-mails that the pages of all portals may send in an hour.',
		read: read.integer(1, 10_000_000),
	},
	limitTestMailsHour: {
		name: 'LIMIT_TEST_MAILS_HOUR',
		default: '60',
		meaning: 'Test e-mails of templates that one admin may be sent in an hour.',
		read: read.integer(1, 10_000),
	},
	limitCodeTries: {
		name: 'LIMIT_CODE_TRIES',
		default: '5',
		meaning: 'Tries that each code of six digits allows; its link works on after them.',
		read: read.integer(1, 10),
	},
	limitCodesContactDay: {
		name: 'LIMIT_CODES_CONTACT_DAY',
		default: '20',
		meaning: 'Wrong codes a day for one contact, who then signs in by link only.',
		read: read.integer(1, 100),
	},
	limitCodesPortalHour: {
		name: 'LIMIT_CODES_PORTAL_HOUR',
		default: '100',
		meaning: 'Wrong codes an hour in one portal, whose contacts then sign in by link only.',
		read: read.integer(1, 1000),
	},
	limitAddressTries: {
		name: 'LIMIT_ADDRESS_TRIES',
		default: '10',
		meaning:
			'Wrong e-mail addresses a day that the question for mail scanners takes for one link; then a new link can be had there.',
		read: read.integer(1, 100),
	},
	scannerSigns: {
		name: 'SCANNER_SIGNS',
		default: '1',
		meaning:
			'From how many signs of a mail scanner on (its name, missing browser headers, no press by a person, too soon after the e-mail, opened too often) the page of a link asks for the code or the address.',
		read: read.integer(1, 5),
	},
	scannerMailMs: {
		name: 'SCANNER_MAIL_SECONDS',
		default: '10',
		meaning:
			'Seconds after an e-mail left in which a press of its link is a sign, unless the same browser asked for the e-mail; `0`: never.',
		read: read.seconds(0, 3600),
	},
	scannerVisits: {
		name: 'SCANNER_VISITS',
		default: '5',
		meaning:
			'So many openings of one link from one network in a minute are a sign, as one with HEAD is; above 20, which are recorded: never.',
		read: read.integer(2, 100),
	},
	scannerStayMs: {
		name: 'SCANNER_STAY',
		default: '60',
		meaning:
			'Seconds after a sign-in within which a mail scanner is done with what it opened: who is seen later is a person. A first sign-in that nobody used later is taken back when the person signs in with a new link.',
		read: read.seconds(1, 3600),
	},
	envFile: {
		name: 'ENV_FILE',
		default: '.env',
		meaning:
			'File with further settings, one `NAME=value` a line; the environment wins. Empty: none.',
		read: read.words,
	},
};

/** Everything that is wrong with the settings, one sentence each. */
export class ConfigError extends Error {
	readonly problems: readonly string[];

	constructor(problems: readonly string[]) {
		super(['The settings need a look:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
		this.problems = problems;
	}
}

type Environment = Record<string, string | undefined>;

/**
 * Adds the settings of ENV_FILE (default: `.env`, if it is there) to the environment, which wins over it.
 * Throws `ConfigError` when the file was asked for and is not there.
 */
export function loadEnvironment(): Environment {
	const asked = process.env[settings.envFile.name];
	const file = envFileOf(process.env);
	if (file !== null) process.loadEnvFile(file);
	else if (asked) throw new ConfigError([`ENV_FILE names ${asked}, which is not there.`]);
	return process.env;
}

/** The file of further settings; null when there is none. */
function envFileOf(env: Environment): string | null {
	const file = env[settings.envFile.name] ?? settings.envFile.default;
	return file !== null && existsSync(file) ? file : null;
}

/** Names in the file of further settings that are none of ours, each in a sentence. */
export function strangeSettings(): string[] {
	const file = envFileOf(process.env);
	if (file === null) return [];
	const known = Object.values(settings).map(({ name }) => name);
	return Object.keys(parseEnv(readFileSync(file, 'utf8')))
		.filter((name) => !known.includes(name) && !/^(?:COMPOSE|DOCKER|NODE)_/.test(name))
		.map(
			(name) => `${file} sets ${name}, which is no setting of this server. See README, Settings.`,
		);
}

/** What is allowed, but hardly meant; null when nothing is. */
export function unreachableLinks({ mailTransport, publicUrl }: Config): string | null {
	if (mailTransport === 'outbox' || !isLoopback(new URL(publicUrl))) return null;
	return `E-mails leave this machine, but their links start with ${publicUrl}, which only you can open. Set PUBLIC_URL.`;
}

/** What is hardly meant behind the proxy that an https URL needs, since the server itself speaks HTTP; null when nothing is. */
export function hiddenNetworks({ trustProxy, publicUrl }: Config): string | null {
	if (trustProxy !== null || !publicUrl.startsWith('https:')) return null;
	return 'PUBLIC_URL is https, so a proxy stands before this server, and TRUST_PROXY is not set: everybody seems to be on one network, whose sign-in e-mails one stranger can use up. Set TRUST_PROXY to how many proxies there are, or to 0 if there is none.';
}

/** Reads and checks all settings; throws one `ConfigError` that names everything that is wrong. */
export function readConfig(env: Environment): Config {
	const problems: string[] = [];
	const valueOf = <T>(setting: Setting<T>): T | null => {
		const given = env[setting.name]?.trim();
		// Compose files hand over unset variables as empty ones.
		const text = given === undefined || given === '' ? setting.default : given;
		if (text === null) return null;
		try {
			return setting.read(text);
		} catch (error) {
			const expected = error instanceof Error ? error.message : String(error);
			const shown = setting.secret === true ? 'its value' : JSON.stringify(text);
			problems.push(
				error instanceof read.Expected
					? `${setting.name}: ${shown} is not right. Expected ${expected}.`
					: expected,
			);
			return null;
		}
	};
	const values = Object.fromEntries(
		Object.entries(settings).map(([key, setting]) => [key, valueOf(setting as Setting<unknown>)]),
	);
	if (values.publicUrl === null) values.publicUrl = `http://localhost:${String(values.port)}`;
	// The mapped type of `settings` holds each member's type; a setting that could not be read ends in `problems`.
	const config = values as unknown as Config;
	if (problems.length === 0) problems.push(...conflicts(config));
	if (problems.length > 0) throw new ConfigError(problems);
	return config;
}

function conflicts(config: Config): string[] {
	const local = isLoopback(new URL(config.publicUrl));
	const sends = config.mailTransport !== 'outbox';
	const rules: [boolean, string][] = [
		[
			!local && config.publicUrl.startsWith('http:') && !config.allowHttp,
			`PUBLIC_URL is ${config.publicUrl}: without TLS everyone on the way can read sign-in links. Use https://, or set ALLOW_HTTP=1 if you are sure.`,
		],
		[
			!local && !sends && !config.allowOutbox,
			'MAIL_TRANSPORT is outbox, which sends nothing and shows admins the sign-in links of others, but PUBLIC_URL is not on this machine. Set MAIL_TRANSPORT to sendgrid or smtp, or set ALLOW_OUTBOX=1 if you are sure.',
		],
		[
			config.databaseUrl.startsWith('mongodb') && config.secretKeys === null,
			`SECRET_KEYS is not set, and with MongoDB there is no place for a key file. This makes a value to set: node -p "'1:' + require('crypto').randomBytes(32).toString('base64url')"`,
		],
		[
			config.mailTransport === 'sendgrid' && config.sendgridApiKey === null,
			'MAIL_TRANSPORT is sendgrid, so SENDGRID_API_KEY has to be set.',
		],
		[
			config.mailTransport === 'smtp' && config.smtpUrl === null,
			'MAIL_TRANSPORT is smtp, so SMTP_URL has to be set.',
		],
		[
			sends && config.mailFrom === settings.mailFrom.default,
			`MAIL_TRANSPORT is ${config.mailTransport}, so MAIL_FROM has to be an address that it may send from.`,
		],
	];
	return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

/** The path of the SQLite file; null with MongoDB or a database in memory. */
export function sqliteFile({ databaseUrl }: Pick<Config, 'databaseUrl'>): string | null {
	const path = sqlitePath(databaseUrl);
	return path === ':memory:' ? null : path;
}
