import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';

import { errorTable, PortalError, type ErrorCode } from '../errors.ts';
import { placeAndAdvice } from '../services/json-mistake.ts';

/** Turns whatever was thrown into one of the errors of the table. */
export function toPortalError(error: unknown): PortalError {
	if (error instanceof PortalError) return error;
	const type = typeOf(error);
	if (type === 'entity.parse.failed') return malformedJson(error);
	const known = bodyErrors[type];
	if (known !== undefined) return new PortalError(known, { cause: error });
	const status = statusOf(error);
	if (status !== undefined && status >= 400 && status < 500) {
		return new PortalError('bad_request', { cause: error });
	}
	return new PortalError('internal_error', {
		reason: error instanceof Error ? error.message : String(error),
		cause: error,
	});
}

/** Express' body parsers name their errors so. */
const bodyErrors: Record<string, ErrorCode | undefined> = {
	'entity.too.large': 'payload_too_large',
	'encoding.unsupported': 'unsupported_media_type',
	'charset.unsupported': 'unsupported_media_type',
	'parameters.too.many': 'payload_too_large',
};

/** Longer bodies are refused without a word about the place: looking for it takes longer than reading JSON does. */
const longestExplained = 1_000_000;

/** With where the mistake is, which only the caller is told: the log gets nothing of the body (R27). */
function malformedJson(error: unknown): PortalError {
	const body = typeof error === 'object' && error !== null && 'body' in error ? error.body : null;
	const isExplained = typeof body === 'string' && body.length <= longestExplained;
	return new PortalError('malformed_json', {
		reason: errorTable.malformed_json.title,
		...(isExplained ? { detail: upperFirst(placeAndAdvice(body)) } : {}),
	});
}

function upperFirst(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function typeOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
}

function statusOf(error: unknown): number | undefined {
	if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
	return typeof error.status === 'number' ? error.status : undefined;
}

/** The RFC 9457 problem document of an error. */
function problemOf(error: PortalError, requestId: string): Record<string, unknown> {
	return {
		type: 'about:blank',
		status: error.status,
		code: error.code,
		title: errorTable[error.code].title,
		...(error.detail === undefined ? {} : { detail: error.detail }),
		...(error.violations === undefined ? {} : { violations: error.violations }),
		...error.extra,
		requestId,
	};
}

/** Logs the internal reason, answers the public one. */
export function logError(log: Logger, error: PortalError, requestId: string): void {
	if (error.status < 500) {
		log.debug({ requestId, code: error.code }, error.message);
		return;
	}
	// Only the stack: other members of an error can hold what a caller sent (R27).
	const { cause } = error;
	const stack = cause instanceof Error ? cause.stack : error.stack;
	log.error({ requestId, code: error.code, stack }, error.message);
}

/** The last handler of the API: problem details (RFC 9457). */
export function apiErrorHandler(log: Logger): ErrorRequestHandler {
	return (thrown: unknown, _request, response: Response, next) => {
		if (response.headersSent) {
			next(thrown);
			return;
		}
		const error = toPortalError(thrown);
		const requestId = String(response.locals['requestId']);
		logError(log, error, requestId);
		if (error.retryAfterSeconds !== undefined) {
			response.set('Retry-After', String(error.retryAfterSeconds));
		}
		if (error.code === 'unauthorized') response.set('WWW-Authenticate', 'Bearer');
		response.status(error.status).type('application/problem+json');
		response.send(JSON.stringify(problemOf(error, requestId)));
	};
}
