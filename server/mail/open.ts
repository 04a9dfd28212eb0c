import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Keys } from '../services/keys.ts';
import type { Store } from '../store/store.ts';
import type { Mailer } from './mailer.ts';

export interface MailerDependencies {
	store: Pick<Store, 'outbox' | 'ping'>;
	keys: Pick<Keys, 'seal'>;
	clock: Clock;
	log: Pick<Logger, 'warn' | 'error'>;
}

/** The settings that concern mail; config.ts has checked each of them. */
export type MailSettings = Pick<
	Config,
	| 'mailTransport'
	| 'outboxRetentionDays'
	| 'sendgridApiKey'
	| 'sendgridApiUrl'
	| 'smtpUrl'
	| 'mailConcurrency'
	| 'mailTimeoutMs'
>;

/**
 * Opens the transport that the settings choose; its driver is loaded only now. Rejects with a sentence that names the
 * setting that is missing. Connects to nothing: that is `check`.
 */
export async function openMailer(
	config: MailSettings,
	{ store, keys, clock, log }: MailerDependencies,
): Promise<Mailer> {
	const { mailConcurrency: concurrency, mailTimeoutMs: timeoutMs } = config;
	switch (config.mailTransport) {
		case 'outbox': {
			const { createOutboxMailer } = await import('./outbox.ts');
			return createOutboxMailer({ store, keys, clock, log, config });
		}
		case 'sendgrid': {
			const apiKey = required(config.sendgridApiKey, 'SENDGRID_API_KEY');
			const { createSendGridMailer } = await import('./sendgrid.ts');
			const apiUrl = config.sendgridApiUrl;
			return createSendGridMailer({ apiKey, apiUrl, concurrency, timeoutMs, clock, log });
		}
		case 'smtp': {
			const url = required(config.smtpUrl, 'SMTP_URL');
			const { createSmtpMailer } = await import('./smtp.ts');
			return createSmtpMailer({ url, concurrency, timeoutMs, clock, log });
		}
	}
}

function required(value: string | null, setting: string): string {
	if (value === null || value === '') throw new Error(`The setting ${setting} is missing.`);
	return value;
}
