import type { Problem, TemplateFinding } from './problem';

/** What to do, by the code of the server's error table. */
export const advice: Record<string, string> = {
	unauthorized:
		'Open the Client Portal credential and paste an API key of this server. A new one comes from: npm run cli -- create-api-key',
	forbidden:
		'Make an API key that has this scope with: npm run cli -- create-api-key --scopes SCOPES, and put it into the credential.',
	contact_not_found:
		'Only Create or Update and Invite to Client Portal make contacts: run one of them first, or check the address.',
	portal_not_found: 'Check the portal in the options, or take it from the list.',
	contact_revoked:
		'Its access was revoked. To let it in again, run Invite to Client Portal with Restore Access.',
	email_invalid: 'Give exactly one bare address, such as name@example.com.',
	destination_not_allowed:
		'Use a path of the portal that starts with a slash, or add the address to the portal’s destinations.',
	expires_in_too_long: 'Choose a shorter time in Expires In, or raise the maximum of the portal.',
	template_invalid: 'Nothing was sent. Correct the text of the e-mail and run again.',
	idempotency_key_reused:
		'The key in the options was used for something else. Use one that differs for each e-mail.',
	link_already_used: 'Generate a new link: run the workflow again.',
	payload_too_large: 'Choose a smaller Batch Size in the options.',
};

/** The problem that an answer with an error status tells about. */
export function problemOfAnswer(status: number, body: unknown, serverUrl: string): Problem {
	const document = asRecord(body);
	if (status >= 300 && status < 400) {
		return notClientPortal(
			status,
			`${serverUrl} redirects elsewhere. Put the address it leads to into the server URL of the credential, with https.`,
		);
	}
	if (typeof document.code !== 'string' || typeof document.title !== 'string') {
		return notClientPortal(
			status,
			`${serverUrl} answered with status ${status}, but not as a Client Portal server does. Check the server URL in the credential, and any proxy in between.`,
		);
	}
	const problem: Problem = { ...problemOfItem(document), status };
	const findings = errorsAmong(document.findings);
	return findings.length === 0 ? problem : { ...problem, findings };
}

/** The problem of one item of a batch, from its `error` member. */
export function problemOfItem(error: unknown): Problem {
	const { code, title, detail, violations, findings } = asRecord(error);
	const name = typeof code === 'string' ? code : 'internal_error';
	const findingSentences = errorsAmong(findings).map(findingSentence);
	const sentences = [
		// Where an item stands in its request means nothing in n8n. The findings say more than the detail, which is the first.
		findingSentences.length > 0 ? '' : text(detail).replace(/\/items\/\d+(?=\/)/g, ''),
		...list(violations, (entry) => `${text(entry.pointer)}: ${text(entry.detail)}`),
		...findingSentences,
		advice[name] ?? '',
	];
	return {
		code: name,
		message: typeof title === 'string' ? title : 'The server refused the item.',
		description: sentences.filter((sentence) => sentence !== '').join('\n'),
		status: null,
	};
}

/** The problem of a request that got no answer at all. `reason` is a code of Node.js such as ECONNREFUSED. */
export function problemOfSilence(reason: string, serverUrl: string): Problem {
	return {
		code: 'unreachable',
		message: `The Client Portal server at ${serverUrl} could not be reached`,
		description: `${silenceHint(reason)} (${reason})`,
		status: null,
	};
}

function silenceHint(reason: string): string {
	if (reason === 'ECONNREFUSED') {
		return 'Nothing listens there. Is the server running (npm start)? If n8n runs in Docker, localhost is the container itself: start the server with HOST=0.0.0.0, use http://host.docker.internal:3000 as server URL, and on Linux start the container with --add-host=host.docker.internal:host-gateway.';
	}
	if (reason === 'ENOTFOUND' || reason === 'EAI_AGAIN') {
		return 'Its name is not known. Check the server URL in the credential. On Linux, host.docker.internal needs --add-host=host.docker.internal:host-gateway on the n8n container.';
	}
	if (/CERT|SIGNATURE|TLS|SSL/.test(reason)) {
		return 'Its certificate was not accepted. Check that the server URL begins with the right one of http and https, and that the certificate is valid for this name.';
	}
	return 'The connection broke or took too long. Check the network between n8n and the server, then run again: what was sent is not sent twice within one execution.';
}

function notClientPortal(status: number, description: string): Problem {
	return {
		code: 'not_client_portal',
		message: 'The answer does not come from a Client Portal server',
		description,
		status,
	};
}

/** The findings that stop an e-mail; with them come warnings, which do not. */
function errorsAmong(findings: unknown): TemplateFinding[] {
	const all = Array.isArray(findings) ? findings.map(asRecord) : [];
	return all.filter(({ severity }) => severity === undefined || severity === 'error');
}

function findingSentence({ part, line, column, message }: TemplateFinding): string {
	const place = [
		text(part),
		line === undefined ? '' : `line ${line}`,
		column === undefined ? '' : `column ${column}`,
	].filter((part) => part !== '');
	return `${place.join(', ')}: ${text(message)}`;
}

function list(value: unknown, sentence: (entry: Record<string, unknown>) => string): string[] {
	return Array.isArray(value) ? value.map((entry) => sentence(asRecord(entry))) : [];
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
