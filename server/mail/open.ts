import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Keys } from '../services/keys.ts';
import type { Store } from '../store/store.ts';
import { isLoopback } from './loopback.ts';
import type { Mailer } from './mailer.ts';

export interface MailerDependencies {
	store: Pick<Store, 'outbox' | 'ping'>;
	keys: Pick<Keys, 'seal' | 'open'>;
	clock: Clock;
	log: Pick<Logger, 'warn' | 'error'>;
}

/** The settings that concern mail. */
export type MailSettings = Pick<
	Config,
	| 'publicUrl'
	| 'mailTransport'
	| 'allowOutbox'
	| 'outboxRetentionDays'
	| 'sendgridApiKey'
	| 'sendgridApiUrl'
	| 'smtpUrl'
	| 'mailConcurrency'
	| 'mailTimeoutMs'
>;

/**
 * Opens the transport that the settings choose; its driver is loaded only now. Rejects with a sentence that names the
 * setting when one is missing or unsafe. Connects to nothing: that is `check`.
 */
export async function openMailer(
	config: MailSettings,
	{ store, keys, clock, log }: MailerDependencies,
): Promise<Mailer> {
	const { mailConcurrency: concurrency, mailTimeoutMs: timeoutMs } = config;
	switch (config.mailTransport) {
		case 'outbox': {
			refuseOpenOutbox(config);
			const { createOutboxMailer } = await import('./outbox.ts');
			return createOutboxMailer({ store, keys, clock, log, config });
		}
		case 'sendgrid': {
			const apiKey = required(config.sendgridApiKey, 'SENDGRID_API_KEY', 'sendgrid');
			const apiUrl = sendGridUrl(config.sendgridApiUrl);
			const { createSendGridMailer } = await import('./sendgrid.ts');
			return createSendGridMailer({ apiKey, apiUrl, concurrency, timeoutMs, clock, log });
		}
		case 'smtp': {
			const url = smtpUrl(required(config.smtpUrl, 'SMTP_URL', 'smtp'));
			const { createSmtpMailer } = await import('./smtp.ts');
			return createSmtpMailer({ url, concurrency, timeoutMs, clock, log });
		}
	}
}

/** R23: stored e-mails hold links, so a server that others reach keeps them only when told to. */
function refuseOpenOutbox({ publicUrl, allowOutbox }: MailSettings): void {
	if (allowOutbox || isLoopback(new URL(publicUrl))) return;
	throw new Error(
		'MAIL_TRANSPORT=outbox sends nothing and keeps sign-in links on the server, which suits only this machine. ' +
			'Set MAIL_TRANSPORT to sendgrid or smtp, or ALLOW_OUTBOX=1 if this is what you want.',
	);
}

function required(value: string | null, setting: string, transport: string): string {
	const given = value?.trim() ?? '';
	if (given === '') throw new Error(`MAIL_TRANSPORT=${transport} needs the setting ${setting}.`);
	return given;
}

function sendGridUrl(value: string): string {
	const url = URL.parse(value);
	const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
	if (!isSafe) {
		throw new Error('SENDGRID_API_URL must begin with https:// (the API key travels to it).');
	}
	return value;
}

/** The value is not repeated in the error: it holds a password. */
function smtpUrl(value: string): string {
	const url = URL.parse(value);
	if (!['smtp:', 'smtps:'].includes(url?.protocol ?? '') || url?.hostname === '') {
		throw new Error('SMTP_URL must look like smtp://user:password@mail.example.com:587.');
	}
	return value;
}
