import { member, providerText } from './provider-text.ts';
import type { Attempt } from './send-each.ts';

/** What went wrong with one request, freed of the request itself, which holds the key and the e-mail. */
export interface SendGridTrouble {
	/** Null when no answer came. */
	status: number | null;
	/** What SendGrid said, or the network error's code; safe to show. */
	said: string;
	retryAfter: string | null;
	rateLimitReset: string | null;
}

/** A longer wish is cut: the send's own back-off takes over. */
const maxRetryAfterMs = 60 * 60 * 1000;

/** Reads the little that may be kept of what the client threw: a ResponseError of its own or an axios error. */
export function troubleOf(error: unknown, apiKey: string): SendGridTrouble {
	const response = member(error, 'response');
	const code = member(error, 'code');
	const status = [code, member(response, 'status')].find((value) => typeof value === 'number');
	const header = (name: string) => {
		const value = member(member(response, 'headers'), name);
		return typeof value === 'string' ? value : null;
	};
	const said = saidIn(member(response, 'body')) ?? networkTrouble(code);
	return {
		status: status ?? null,
		said: providerText(said, [apiKey]),
		retryAfter: header('retry-after'),
		rateLimitReset: header('x-ratelimit-reset'),
	};
}

function saidIn(body: unknown): string | null {
	const errors = member(body, 'errors');
	if (!Array.isArray(errors)) return null;
	const sentences = errors.flatMap((error: unknown) => {
		const [message, field] = [member(error, 'message'), member(error, 'field')];
		if (typeof message !== 'string') return [];
		return typeof field === 'string' ? `${message} (${field})` : message;
	});
	return sentences.length === 0 ? null : sentences.join(' ');
}

function networkTrouble(code: unknown): string {
	if (code === 'ERR_CANCELED') return 'no answer in time';
	return typeof code === 'string' ? code : 'no reason given';
}

/** Decides what a failed request means for its e-mail and for the others. */
export function judge(trouble: SendGridTrouble, now: number): Attempt {
	const { status, said } = trouble;
	const defer = (detail: string, kind: Attempt['trouble']): Attempt => ({
		outcome: {
			status: 'deferred',
			code: 'mail_unavailable',
			detail,
			retryAfterMs: retryAfterMs(trouble, now),
			counts: kind !== 'provider',
		},
		trouble: kind,
	});
	if (status === null) {
		return defer(`SendGrid could not be reached (${said}).`, 'perhaps_provider');
	}
	if (status === 401) {
		return defer(
			`SendGrid does not accept the API key (401: ${said}). Check SENDGRID_API_KEY and the plan's credits.`,
			'provider',
		);
	}
	if (status === 403) {
		return defer(
			`SendGrid does not let this API key send (403: ${said}). Give the key the permission Mail Send and verify the sender address.`,
			'provider',
		);
	}
	if (status === 429) return defer('SendGrid asks to send more slowly (429).', 'provider');
	if (status >= 500) {
		return defer(`SendGrid has a problem on its side (${String(status)}).`, 'perhaps_provider');
	}
	if (status < 400 || status === 404 || status === 405) {
		return defer(
			`The address in SENDGRID_API_URL does not answer like SendGrid (${String(status)}).`,
			'provider',
		);
	}
	return {
		outcome: {
			status: 'failed',
			code: 'mail_rejected',
			detail: `SendGrid refused the e-mail (${String(status)}: ${said}).`,
			missing: [],
		},
		trouble: 'own',
	};
}

/** How long the provider asks to wait: Retry-After (seconds or a date), else X-RateLimit-Reset (Unix seconds). */
function retryAfterMs({ retryAfter, rateLimitReset }: SendGridTrouble, now: number): number | null {
	const waits = [
		retryAfter === null ? NaN : Number(retryAfter) * 1000,
		retryAfter === null ? NaN : Date.parse(retryAfter) - now,
		rateLimitReset === null ? NaN : Number(rateLimitReset) * 1000 - now,
	];
	const wait = waits.find((ms) => Number.isFinite(ms));
	return wait === undefined ? null : Math.min(Math.max(0, wait), maxRetryAfterMs);
}
