/** The only reader of the environment. The README's settings table is made from `settings` below. */

export interface Config {
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
}
