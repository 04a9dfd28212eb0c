import { member, providerText } from './provider-text.ts';
import type { Attempt } from './send-each.ts';

/** Decides what a failed e-mail means for itself and for the others. `secrets` never appear in the detail. */
export function judge(error: unknown, secrets: readonly string[]): Attempt {
	const code = member(error, 'code');
	const status = member(error, 'responseCode');
	const response = member(error, 'response');
	const said = providerText(
		typeof response === 'string' ? response : networkTrouble(error),
		secrets,
	);
	const defer = (detail: string, trouble: Attempt['trouble']): Attempt => ({
		outcome: {
			status: 'deferred',
			code: 'mail_unavailable',
			detail,
			retryAfterMs: null,
			counts: trouble !== 'provider',
		},
		trouble,
	});

	if (code === 'EAUTH' || code === 'ENOAUTH') {
		return defer(
			`The mail server does not accept the user name or password (${said}). Check SMTP_URL.`,
			'provider',
		);
	}
	if (code === 'ETLS') {
		return defer(
			`No encrypted connection to the mail server (${said}). Check port and certificate in SMTP_URL.`,
			'provider',
		);
	}
	if (code !== 'EMESSAGE' && code !== 'EENVELOPE') {
		return defer(`The mail server could not be reached (${said}).`, 'perhaps_provider');
	}
	if (typeof status === 'number' && status < 500) {
		return defer(`The mail server asks to try later (${said}).`, 'own');
	}
	// Answered to MAIL FROM, a refusal is about the sender, whoever the recipient is; 552 is about the size.
	if (member(error, 'command') === 'MAIL FROM' && typeof status === 'number' && status !== 552) {
		return defer(
			`The mail server does not accept the sender (${said}). Check MAIL_FROM or the portal's sender.`,
			'provider',
		);
	}
	return {
		outcome: {
			status: 'failed',
			code: 'mail_rejected',
			detail: `The mail server refused the e-mail (${said}).`,
			missing: [],
		},
		trouble: 'own',
	};
}

function networkTrouble(error: unknown): string {
	const code = member(error, 'code');
	if (code === 'EABORT' || code === 'ETIMEDOUT') return 'no answer in time';
	if (typeof code === 'string' && code !== 'ESOCKET') return code;
	return error instanceof Error ? error.message : 'no reason given';
}
