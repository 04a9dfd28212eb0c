import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';

import { asRecord, problemOfAnswer, problemOfSilence } from './explain';
import type { Problem } from './problem';
import { maximumAttempts, pause, pauseAfter } from './retry';

const credentialName = 'clientPortalApi';

const timeoutMs = 60_000;

const cancelled: Problem = {
	code: 'cancelled',
	message: 'The execution was cancelled',
	description: 'Items that were not on their way yet were left alone.',
	status: null,
};

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** Begins with `/v1/`. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

export type ApiAnswer =
	| { ok: true; body: Record<string, unknown> }
	| { ok: false; problem: Problem };

interface Attempt {
	answer: ApiAnswer;
	/** Whether trying again may help, and what the server says about when. */
	retry: boolean;
	retryAfter?: unknown;
}

type Context = IExecuteFunctions | ILoadOptionsFunctions;

/**
 * Sends a request with the credential of the node. Answers 429, 5xx, a request still in progress under the same key and
 * broken connections by trying again, up to four times in all: safe, because what sends carries idempotency keys.
 * Never throws: what went wrong is in the answer.
 */
export async function request(context: Context, wanted: ApiRequest): Promise<ApiAnswer> {
	const credentials = await context.getCredentials(credentialName);
	const serverUrl = String(credentials.serverUrl).trim().replace(/\/+$/, '');
	const signal =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	for (let attempt = 1; ; attempt++) {
		const { answer, retry, retryAfter } = await send(context, wanted, serverUrl);
		if (signal?.aborted) return { ok: false, problem: cancelled };
		if (answer.ok || !retry || attempt === maximumAttempts) return answer;
		await pause(pauseAfter(attempt, retryAfter, Date.now()), signal);
		if (signal?.aborted) return { ok: false, problem: cancelled };
	}
}

async function send(context: Context, wanted: ApiRequest, serverUrl: string): Promise<Attempt> {
	const options: IHttpRequestOptions = {
		method: wanted.method,
		baseURL: serverUrl,
		url: wanted.path,
		json: true,
		timeout: timeoutMs,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A redirected POST would become a GET, and the API key would go elsewhere.
		disableFollowRedirect: true,
		...(wanted.query === undefined ? {} : { qs: wanted.query }),
		...(wanted.body === undefined ? {} : { body: wanted.body }),
	};
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			credentialName,
			options,
		);
		return judge(asRecord(response), serverUrl);
	} catch (error) {
		const problem = problemOfSilence(reasonOf(error), serverUrl);
		return { answer: { ok: false, problem }, retry: true };
	}
}

function judge(response: Record<string, unknown>, serverUrl: string): Attempt {
	const status = Number(response.statusCode);
	const { body } = response;
	if (status >= 200 && status < 300 && typeof body === 'object' && body !== null) {
		return { answer: { ok: true, body: asRecord(body) }, retry: false };
	}
	const problem = problemOfAnswer(status, body, serverUrl);
	return {
		answer: { ok: false, problem },
		retry: status === 429 || status >= 500 || problem.code === 'idempotency_in_progress',
		retryAfter: asRecord(response.headers)['retry-after'],
	};
}

/** The code of the innermost cause that has one, e.g. ECONNREFUSED. */
function reasonOf(error: unknown): string {
	let reason = 'no answer';
	let current = asRecord(error);
	for (let depth = 0; depth < 5; depth++) {
		const code = current.code ?? current.httpCode;
		if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) reason = code;
		current = asRecord(current.cause ?? current.errorResponse);
	}
	return reason;
}
