import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address as SendGrid's v3 API takes it. */
export interface StubAddress {
	email: string;
	name?: string;
}

/** The parts of a `POST /v3/mail/send` body that tests look at. */
export interface StubMail {
	personalizations: {
		to: StubAddress[];
		cc?: StubAddress[];
		bcc?: StubAddress[];
		subject?: string;
		substitutions?: Record<string, string>;
		custom_args?: Record<string, string>;
	}[];
	from: StubAddress;
	reply_to?: StubAddress;
	subject?: string;
	content: { type: string; value: string }[];
	headers?: Record<string, string>;
	categories?: string[];
	custom_args?: Record<string, string>;
	tracking_settings?: Record<string, Record<string, unknown>>;
}

/** What one person gets of a mail. */
export interface StubEmail {
	to: StubAddress;
	from: StubAddress;
	subject: string;
	html: string;
	text: string;
}

export interface StubRequest {
	method: string;
	path: string;
	headers: IncomingMessage['headers'];
	/** As it came over the wire. */
	body: string;
}

/** What the stub does instead of its usual work. `drip` sends headers and then a byte now and then, without end. */
export type Misbehaviour =
	| { kind: 'answer'; status: number; headers?: Record<string, string>; body?: unknown }
	| { kind: 'hang' }
	| { kind: 'drip' }
	| { kind: 'reset' };

export interface SendGridStub {
	url: string;
	apiKey: string;
	/** Every request, refused ones too. */
	requests: StubRequest[];
	/** What was accepted, in order. */
	mails: StubMail[];
	/** What people get of it, in order: substitutions stand where their keys stood, as they are, in the subject and in each part. */
	emails: () => StubEmail[];
	/** Asked before each request is looked at; null: answer as SendGrid would. May hold the answer back. */
	script: (request: StubRequest) => Misbehaviour | null | Promise<Misbehaviour | null>;
	/** The most requests that were open at once. */
	mostAtOnce: number;
	close(): Promise<void>;
}

/** "The total size of your email, including attachments, must be less than 30MB." */
const maxRequestBytes = 30_000_000;
const authRefusal = 'The provided authorization grant is invalid, expired, or revoked';

/** A real HTTP server that answers `/v3/mail/send` and `/v3/scopes` like SendGrid and refuses what SendGrid refuses. */
export async function startSendGridStub(
	options: { apiKey?: string; scopes?: string[] } = {},
): Promise<SendGridStub> {
	const { apiKey = 'SG.stub-key-id.stub-key-secret', scopes = ['mail.send'] } = options;
	let open = 0;
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		stub.mostAtOnce = Math.max(stub.mostAtOnce, ++open);
		response.once('close', () => open--);
		const seen: StubRequest = {
			method: request.method ?? '',
			path: request.url ?? '',
			headers: request.headers,
			body: await readBody(request),
		};
		stub.requests.push(seen);
		const misbehaviour = await stub.script(seen);
		if (misbehaviour !== null) {
			misbehave(misbehaviour, response);
		} else if (seen.headers.authorization !== `Bearer ${apiKey}`) {
			refuse(response, 401, [{ message: authRefusal, field: null }]);
		} else if (seen.method === 'GET' && seen.path === '/v3/scopes') {
			answer(response, 200, {}, { scopes });
		} else if (seen.method === 'POST' && seen.path === '/v3/mail/send') {
			acceptMail(seen, response);
		} else {
			refuse(response, 404, [{ message: 'resource not found', field: null }]);
		}
	};
	const acceptMail = (seen: StubRequest, response: ServerResponse) => {
		if (Buffer.byteLength(seen.body) >= maxRequestBytes) {
			refuse(response, 413, [{ message: 'The JSON payload is too large.', field: null }]);
			return;
		}
		const mail = parseJson(seen.body);
		const problems = mail === null ? [{ message: 'Bad Request', field: null }] : faultsOf(mail);
		if (problems.length > 0) {
			refuse(response, 400, problems);
			return;
		}
		stub.mails.push(mail as StubMail);
		answer(response, 202, { 'x-message-id': randomUUID() });
	};

	const server = createServer((request, response) => void handle(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const stub: SendGridStub = {
		url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
		apiKey,
		requests: [],
		mails: [],
		emails: () => stub.mails.flatMap(emailsOf),
		script: () => null,
		mostAtOnce: 0,
		close: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			}),
	};
	return stub;
}

function emailsOf({ personalizations, from, subject, content }: StubMail): StubEmail[] {
	return personalizations.flatMap((block) => {
		const fill = (text: string) =>
			Object.entries(block.substitutions ?? {}).reduce(
				(filled, [key, value]) => filled.split(key).join(value),
				text,
			);
		const part = (type: string) => fill(content.find((one) => one.type === type)?.value ?? '');
		const filled = {
			subject: fill(block.subject ?? subject ?? ''),
			html: part('text/html'),
			text: part('text/plain'),
		};
		return block.to.map((to) => ({ to, from, ...filled }));
	});
}

interface Fault {
	message: string;
	field: string | null;
}

/** What SendGrid would refuse about a mail, in its words. */
function faultsOf(mail: unknown): Fault[] {
	const faults: Fault[] = [];
	const fault = (field: string | null, message: string) => faults.push({ message, field });
	const body = record(mail);
	const blocks = Array.isArray(body.personalizations) ? body.personalizations : [];
	if (blocks.length === 0) {
		fault(
			'personalizations',
			'The personalizations field is required and must have at least one personalization.',
		);
	}
	if (blocks.length > 1000) {
		fault('personalizations', 'The personalizations field may not have more than 1000 entries.');
	}
	const seen = new Set<string>();
	blocks.forEach((block: unknown, index) => {
		faultsOfBlock(record(block), index, seen, fault);
	});
	if (!isAddress(body.from)) {
		fault(
			'from',
			'The from object must be provided for every email send. It is an object that requires the email parameter.',
		);
	}
	if (body.reply_to !== undefined && !isAddress(body.reply_to)) {
		fault('reply_to', 'The reply_to object requires a valid email parameter.');
	}
	const everySubject =
		blocks.length > 0 && blocks.every((block: unknown) => isText(record(block).subject));
	if (!isText(body.subject) && !everySubject) fault('subject', 'The subject is required.');
	faultsOfContent(body.content, fault);
	for (const name of Object.keys(record(body.headers))) {
		if (/^(x-sg-|received|dkim-|content-|to$|from$|subject$|reply-to$|cc$|bcc$)/i.test(name)) {
			fault('headers', `The header ${name} is reserved.`);
		}
	}
	const categories = body.categories;
	if (
		categories !== undefined &&
		(!Array.isArray(categories) || categories.length > 10 || !categories.every(isText))
	) {
		fault('categories', 'The categories must be at most 10 strings.');
	}
	return faults;
}

function faultsOfBlock(
	block: Record<string, unknown>,
	index: number,
	seen: Set<string>,
	fault: (field: string, message: string) => void,
): void {
	const at = `personalizations.${String(index)}`;
	const lists = [block.to, block.cc, block.bcc].map((list) => (Array.isArray(list) ? list : []));
	if (lists[0]?.length === 0)
		fault(`${at}.to`, 'The to array is required for all personalization objects.');
	for (const address of lists.flat() as unknown[]) {
		if (!isAddress(address)) {
			fault(`${at}.to`, 'Does not contain a valid address.');
			continue;
		}
		// SendGrid takes such a mail and loses it, or sends it to somebody else (sendgrid/sendgrid-nodejs#448).
		if (/[,;<>"@]/.test(address.name ?? '')) {
			fault(`${at}.to`, 'The name holds what SendGrid takes for the end of an address.');
		}
		const key = address.email.toLowerCase();
		if (seen.has(key)) {
			fault(
				at,
				`Each unique email address in the personalizations array should only be included once. You have included [${key}] more than once.`,
			);
		}
		seen.add(key);
	}
	for (const name of ['substitutions', 'custom_args']) {
		const given = record(block[name]);
		if (Object.values(given).some((value) => typeof value !== 'string')) {
			fault(`${at}.${name}`, `The ${name} values must be strings.`);
		}
		const bytes = Object.entries(given)
			.flat()
			.reduce((sum: number, part) => sum + Buffer.byteLength(String(part)), 0);
		if (bytes > 10_000)
			fault(`${at}.${name}`, `The ${name} are limited to 10000 bytes per personalization block.`);
	}
}

function faultsOfContent(content: unknown, fault: (field: string, message: string) => void): void {
	if (!Array.isArray(content) || content.length === 0) {
		fault('content', 'Unless a valid template_id is provided, the content parameter is required.');
		return;
	}
	const parts = content.map(record);
	if (!parts.every((part) => isText(part.type) && isText(part.value))) {
		fault('content', 'The content value must be a string at least one character in length.');
	}
	const plain = parts.findIndex((part) => part.type === 'text/plain');
	if (plain > 0) fault('content', 'If present, text/plain must be first, followed by text/html.');
}

function isAddress(value: unknown): value is StubAddress {
	const { email, name } = record(value);
	const named = name === undefined || typeof name === 'string';
	return (
		typeof email === 'string' && /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@.,;<>"]+$/.test(email) && named
	);
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

function record(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

function answer(
	response: ServerResponse,
	status: number,
	headers: Record<string, string>,
	body?: unknown,
): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(body === undefined ? undefined : JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, faults: Fault[]): void {
	answer(response, status, {}, { errors: faults.map((fault) => ({ ...fault, help: null })) });
}

function misbehave(misbehaviour: Misbehaviour, response: ServerResponse): void {
	if (misbehaviour.kind === 'answer') {
		answer(response, misbehaviour.status, misbehaviour.headers ?? {}, misbehaviour.body);
	} else if (misbehaviour.kind === 'reset') {
		response.destroy();
	} else if (misbehaviour.kind === 'drip') {
		response.writeHead(202, { 'content-length': '1000000' });
		const timer = setInterval(() => response.write(' '), 10);
		response.once('close', () => {
			clearInterval(timer);
		});
	}
}
