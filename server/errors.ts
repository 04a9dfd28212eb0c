/**
 * The closed table of everything that can go wrong in public: HTTP status and the sentence a caller reads.
 * Internal detail is logged, never answered. The README's error table is tested against this one.
 */
export const errorTable = {
	malformed_json: { status: 400, title: 'The request body is not valid JSON.' },
	bad_request: { status: 400, title: 'The request could not be understood.' },
	unauthorized: { status: 401, title: 'The API key is missing or not valid.' },
	forbidden: { status: 403, title: 'The API key lacks the scope this request needs.' },
	cross_origin: { status: 403, title: 'The form was sent from another site.' },
	not_found: { status: 404, title: 'There is nothing at this address.' },
	contact_not_found: { status: 404, title: 'No contact of this portal has this id or address.' },
	portal_not_found: { status: 404, title: 'There is no such portal.' },
	send_not_found: { status: 404, title: 'There is no such send.' },
	session_not_found: { status: 404, title: 'The contact has no such live session.' },
	custom_value_not_found: { status: 404, title: 'The portal has no custom value of this name.' },
	template_not_found: { status: 404, title: 'The portal has no such template.' },
	method_not_allowed: { status: 405, title: 'This address does not answer this method.' },
	email_taken: { status: 409, title: 'Another contact of this portal has this e-mail address.' },
	slug_taken: { status: 409, title: 'Another portal has this slug.' },
	template_name_taken: { status: 409, title: 'Another template of this portal has this name.' },
	custom_value_in_use: { status: 409, title: 'Templates use this custom value.' },
	template_not_published: {
		status: 409,
		title: 'The template has no published version yet.',
	},
	template_changed: { status: 409, title: 'The template has been changed since it was read.' },
	contact_revoked: { status: 409, title: "The contact's access was revoked." },
	idempotency_in_progress: {
		status: 409,
		title: 'A request with this idempotency key is being worked on.',
	},
	link_already_used: { status: 409, title: 'The link made for this idempotency key was used.' },
	payload_too_large: { status: 413, title: 'The request is larger than the server accepts.' },
	too_many_requests: { status: 429, title: 'Too many requests. Please try again later.' },
	unsupported_media_type: {
		status: 415,
		title: 'The content type of the request is not supported here.',
	},
	invalid_request: { status: 422, title: 'The request does not have the expected shape.' },
	email_invalid: { status: 422, title: 'The e-mail address is not one valid address.' },
	destination_not_allowed: { status: 422, title: 'The section is not one of this portal.' },
	expires_in_too_long: { status: 422, title: "The lifetime is longer than the portal's maximum." },
	template_invalid: {
		status: 422,
		title: 'The e-mail text has problems that stop it from being sent.',
	},
	link_in_text: { status: 422, title: 'A text holds a sign-in link of this server.' },
	csv_unreadable: { status: 422, title: 'The file could not be read as CSV.' },
	idempotency_key_reused: {
		status: 422,
		title: 'This idempotency key was used for a different request.',
	},
	value_missing: { status: 422, title: 'The contact lacks a value that the e-mail needs.' },
	mail_rejected: { status: 422, title: 'The mail provider refused this e-mail.' },
	mail_unavailable: { status: 503, title: 'The mail provider could not be used.' },
	database_unavailable: {
		status: 503,
		title: 'The database cannot be reached. Please try again shortly.',
	},
	disk_full: { status: 503, title: 'The disk that holds the database is full.' },
	internal_error: { status: 500, title: 'Something went wrong on our side.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** One violation inside a request body; `pointer` is an RFC 6901 JSON pointer. */
export interface Violation {
	pointer: string;
	detail: string;
}

/** An error with a public face (`code`, `detail`, `violations`) and an internal reason that is only logged. */
export class PortalError extends Error {
	readonly code: ErrorCode;
	/** Public: what is wrong in this very case, and what to do. Never holds a secret. */
	readonly detail: string | undefined;
	readonly violations: readonly Violation[] | undefined;
	/** Seconds after which trying again makes sense. */
	readonly retryAfterSeconds: number | undefined;
	/** Further public members of the problem document, e.g. template findings. */
	readonly extra: Readonly<Record<string, unknown>> | undefined;

	constructor(
		code: ErrorCode,
		options: {
			detail?: string;
			violations?: readonly Violation[];
			retryAfterSeconds?: number;
			extra?: Readonly<Record<string, unknown>>;
			/** Internal, for the log only. */
			reason?: string;
			cause?: unknown;
		} = {},
	) {
		super(options.reason ?? options.detail ?? errorTable[code].title, { cause: options.cause });
		this.name = 'PortalError';
		this.code = code;
		this.detail = options.detail;
		this.violations = options.violations;
		this.retryAfterSeconds = options.retryAfterSeconds;
		this.extra = options.extra;
	}

	get status(): number {
		return errorTable[this.code].status;
	}
}

/** What to do, where that is the same whenever it happens. */
const usualDetails: Partial<Record<ErrorCode, string>> = {
	contact_revoked: 'Invite again with restoreAccess: true, or give access back in the dashboard.',
};

/** What an item of a batch answers in place of a problem document. */
export interface ItemError {
	code: ErrorCode;
	title: string;
	detail?: string;
}

export function itemError(code: ErrorCode, detail = usualDetails[code]): ItemError {
	return { code, title: errorTable[code].title, ...(detail === undefined ? {} : { detail }) };
}
