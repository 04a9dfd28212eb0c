import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

import {
	ConfigError,
	loadEnvironment,
	readConfig,
	hiddenNetworks,
	sqliteFile,
	strangeSettings,
	unreachableLinks,
	type Config,
} from '../config.ts';
import { PortalError } from '../errors.ts';
import { keyFileBeside, KeyProblem } from '../services/key-source.ts';
import type { Services } from '../services.ts';
import type { Output } from './output.ts';
import { checkSenders } from './check-senders.ts';
import { sendTestEmail } from './test-email.ts';
import { withServices } from './with-services.ts';

export interface Check {
	name: 'settings' | 'keys' | 'database' | 'mail' | 'sender' | 'clock' | 'domain' | 'test e-mail';
	state: 'ok' | 'warning' | 'problem';
	/** What was found; when it is not fine, what to do. */
	detail: string;
}

const minute = 60_000;
const domainTimeoutMs = 5000;

/** Checks everything that an operator can get wrong. `ok` is false when something has to be mended. */
export async function doctor(options: {
	sendTo?: string;
}): Promise<Output & { json: { ok: boolean; checks: Check[] } }> {
	const checks = await runChecks(options);
	const marks = { ok: '✓', warning: '!', problem: '✗' };
	const lines = checks.map(({ name, state, detail }) => `${marks[state]} ${name}: ${detail}`);
	const has = (wanted: Check['state']) => checks.some(({ state }) => state === wanted);
	lines.push('', verdict(has));
	return { json: { ok: !has('problem'), checks }, text: lines.join('\n') };
}

function verdict(has: (state: Check['state']) => boolean): string {
	if (has('problem')) return 'Please mend what is marked ✗.';
	return has('warning') ? 'Please look at what is marked !.' : 'Nothing has to be mended.';
}

async function runChecks(options: { sendTo?: string }): Promise<Check[]> {
	let config: Config;
	try {
		config = readConfig(loadEnvironment());
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return error.problems.map((detail) => ({ name: 'settings', state: 'problem', detail }));
	}
	const settings = checkSettings(config);
	try {
		const found = isBeforeFirstStart(config)
			? await inspectBeforeFirstStart(config, options)
			: await withServices(config, (services) => inspect(services, options));
		return [...settings, ...found];
	} catch (error) {
		return [...settings, openingProblem(error)];
	}
}

function checkSettings(config: Config): Check[] {
	const warnings = [...strangeSettings(), unreachableLinks(config), hiddenNetworks(config)].filter(
		(warning) => warning !== null,
	);
	if (warnings.length > 0) {
		return warnings.map((detail) => ({ name: 'settings', state: 'warning', detail }));
	}
	return [{ name: 'settings', state: 'ok', detail: `PUBLIC_URL is ${config.publicUrl}` }];
}

/** Neither the SQLite file nor the key file beside it is there. */
function isBeforeFirstStart(config: Config): boolean {
	const file = sqliteFile(config);
	return file !== null && !existsSync(file) && !existsSync(keyFileBeside(file));
}

/** Checks what needs no database, on one in memory: nothing is made on the disk. */
async function inspectBeforeFirstStart(
	config: Config,
	options: { sendTo?: string },
): Promise<Check[]> {
	const secretKeys = config.secretKeys ?? `1:${randomBytes(32).toString('base64url')}`;
	const rehearsal = { ...config, databaseUrl: 'sqlite::memory:', secretKeys };
	// An outbox in memory would show nobody what it holds.
	const asked = config.mailTransport === 'outbox' ? {} : options;
	const checks = await withServices(rehearsal, (services) => inspect(services, asked));
	const isOfDatabase = ({ name }: Check) =>
		name === 'database' || (name === 'keys' && config.secretKeys === null);
	return [
		{ name: 'database', state: 'warning', detail: 'No database yet; npm start makes it.' },
		...checks.filter((check) => !isOfDatabase(check)),
	];
}

/** Why the services could not be opened at all; throws what is a defect of ours. */
function openingProblem(error: unknown): Check {
	const detail = sentenceOf(error);
	if (error instanceof KeyProblem) return { name: 'keys', state: 'problem', detail };
	if (error instanceof PortalError) return { name: 'database', state: 'problem', detail };
	throw error;
}

function sentenceOf(error: unknown): string {
	if (error instanceof PortalError) return error.detail ?? error.message;
	return error instanceof Error ? error.message : String(error);
}

async function inspect(services: Services, { sendTo }: { sendTo?: string }): Promise<Check[]> {
	const { store, keys, mailer } = services;
	const checks = [
		await attempt('database', async () => {
			await store.ping();
			await store.selfTest();
			return `${store.kind} answers and keeps parallel writes apart`;
		}),
		await attempt(
			'keys',
			async () => `${count(keys.versions.length, 'key')}, the newest is ${String(keys.newest)}`,
		),
		await attempt('mail', async () => {
			await mailer.check();
			return mailAnswers(services.config);
		}),
		...(await checkSenders(services)),
		await checkClock(services),
		await checkDomain(services.config.publicUrl),
	];
	if (sendTo !== undefined) {
		checks.push(await attempt('test e-mail', () => sendTestEmail(services, sendTo)));
	}
	return checks;
}

function mailAnswers({ mailTransport, smtpUrl }: Config): string {
	if (mailTransport === 'outbox') {
		return 'outbox: nothing leaves this machine; set MAIL_TRANSPORT to sendgrid or smtp to send';
	}
	if (mailTransport === 'sendgrid') return 'SendGrid answers and accepts the API key';
	const user = smtpUrl === null ? '' : new URL(smtpUrl).username;
	return `the SMTP server answers${user === '' ? '' : ' and accepts the user'}`;
}

async function attempt(name: Check['name'], work: () => Promise<string>): Promise<Check> {
	try {
		return { name, state: 'ok', detail: await work() };
	} catch (error) {
		return { name, state: 'problem', detail: sentenceOf(error) };
	}
}

function count(n: number, noun: string): string {
	return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Links expire by this machine's clock: held against the newest thing that the database remembers. */
async function checkClock({ clock, portals, events }: Services): Promise<Check> {
	const { portal } = await portals.ensureDefault();
	const [newest] = await events.list(portal.id, {}, { limit: 1, after: null });
	const now = clock.now();
	const shown = new Date(now).toISOString();
	if (newest !== undefined && newest.at > now + minute) {
		return {
			name: 'clock',
			state: 'problem',
			detail: `This machine says ${shown}, but the database holds something from ${new Date(newest.at).toISOString()}. Set the clock, e.g. by switching on NTP: links expire by it.`,
		};
	}
	return { name: 'clock', state: 'ok', detail: shown };
}

/** Whether the public URL leads to a server of ours. One that is not running is no problem of the settings. */
async function checkDomain(publicUrl: string): Promise<Check> {
	const url = `${publicUrl}/healthz`;
	try {
		const answer = await fetch(url, {
			redirect: 'manual',
			signal: AbortSignal.timeout(domainTimeoutMs),
		});
		if (answer.status === 200 && (await answer.text()) === '{"status":"ok"}') {
			return { name: 'domain', state: 'ok', detail: `${publicUrl} answers, and it is this server` };
		}
		return {
			name: 'domain',
			state: 'problem',
			detail: `${url} answers ${String(answer.status)}, but not as this server does. Let the proxy pass ${publicUrl} on to it, or correct PUBLIC_URL.`,
		};
	} catch (error) {
		const reason =
			error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
		return {
			name: 'domain',
			state: 'warning',
			detail: `Nothing answers at ${url} (${reason}). If the server is running, correct PUBLIC_URL, DNS or the proxy; if not, start it with npm start and ask again.`,
		};
	}
}
