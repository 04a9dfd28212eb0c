import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';

import { PortalError, type ErrorCode, type Violation } from '../errors.ts';
import { requireScope, resolvePortal } from '../middleware/authenticate.ts';
import type { Scope } from '../services/api-keys.ts';
import { refuseLinks } from '../services/link-texts.ts';
import type { Services } from '../services.ts';
import type { ApiKey, Portal } from '../store/store.ts';
import { refuseOddJson } from '../services/plain-json.ts';

/** What a handler gets: everything checked already. */
export interface Call<Params, Query, Body> {
	apiKey: ApiKey;
	/** The portal the call is about; see `portal` of the endpoint. */
	portal: Portal;
	/** For events: `api_key:<id>`. */
	actor: string;
	params: Params;
	query: Query;
	body: Body;
	idempotencyKey: string | null;
	signal: AbortSignal;
}

export interface Answer {
	status: number;
	body: unknown;
}

/** One operation of the API, declared once: the router, the checks and the OpenAPI document are made from it. */
export interface Endpoint<
	Params extends z.ZodType = z.ZodType,
	Query extends z.ZodType = z.ZodType,
	Body extends z.ZodType = z.ZodType,
> {
	method: 'get' | 'post' | 'put' | 'patch' | 'delete';
	/** Express form, e.g. `/v1/contacts/:id`. */
	path: string;
	/** camelCase, unique. */
	id: string;
	summary: string;
	scope: Scope | null;
	/** `own`: the key's portal, or the one named by `portalId` with a key for all. `none`: the endpoint is about no single portal. */
	portal: 'own' | 'none';
	params?: Params;
	query?: Query;
	body?: Body;
	/** For a body that is not JSON. */
	bodyType?: 'text/csv';
	/** True when the Idempotency-Key header does something here. */
	idempotent?: boolean;
	/** Status → shape of the answer. */
	answers: Record<number, { description: string; shape?: z.ZodType }>;
	/** What can go wrong besides what every endpoint may answer. */
	errors?: readonly ErrorCode[];
	handle(
		services: Services,
		call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
	): Promise<Answer>;
}

/** Keeps the types of one endpoint together; the list of endpoints only needs the general form. */
export function endpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
	declared: Endpoint<P, Q, B>,
): Endpoint {
	return declared as unknown as Endpoint;
}

const idempotencyKeyShape = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/**
 * The Express handlers of an endpoint: authenticate, read the body, check, call, answer. A stranger's body is never read: it could
 * be as large as the limits allow.
 */
export function handlersOf(declared: Endpoint, services: Services): RequestHandler[] {
	const authenticate: RequestHandler = async (request, response, next) => {
		const apiKey = await services.apiKeys.authenticate(request.get('authorization'));
		requireScope(apiKey, declared.scope);
		response.locals['apiKey'] = apiKey;
		next();
	};
	const answer: RequestHandler = async (request, response) => {
		const call = await checkedCall(declared, services, request, response);
		const { status, body } = await declared.handle(services, call);
		if (declared.answers[status] === undefined) {
			throw new PortalError('internal_error', {
				reason: `${declared.id} answered the undeclared status ${String(status)}`,
			});
		}
		response.status(status);
		if (body === undefined) response.end();
		else response.json(body);
	};
	return [authenticate, ...bodyReader(declared, services), answer];
}

function bodyReader(declared: Endpoint, { config }: Services): RequestHandler[] {
	if (declared.bodyType !== undefined) {
		return [express.text({ type: declared.bodyType, limit: config.importLimitBytes })];
	}
	return declared.body === undefined
		? []
		: [express.json({ limit: config.bodyLimitBytes, strict: false })];
}

async function checkedCall(
	declared: Endpoint,
	services: Services,
	request: Request,
	response: Response,
): Promise<Call<unknown, unknown, unknown>> {
	// Left there by the handler before.
	const apiKey = response.locals['apiKey'] as ApiKey;
	const params = check(declared.params ?? z.object({}), request.params, 'path');
	const portalId = readPortalId(request);
	const query = check(declared.query ?? z.strictObject({}), without(request.query), 'query');
	const given = without(readBody(declared, request));
	await refuseLinks(services.linkTexts, isRecord(given) ? withoutItems(given) : null);
	const body = check(bodyShape(declared), given, '');
	const idempotencyKey = request.get('idempotency-key');
	const abort = new AbortController();
	response.once('close', () => {
		abort.abort();
	});
	return {
		apiKey,
		portal: await resolvePortal(services, apiKey, declared.portal, portalId),
		actor: `api_key:${apiKey.id}`,
		params,
		query,
		body,
		idempotencyKey:
			idempotencyKey === undefined
				? null
				: check(idempotencyKeyShape, idempotencyKey, 'header/Idempotency-Key'),
		signal: abort.signal,
	};
}

function bodyShape(declared: Endpoint): z.ZodType {
	return declared.body ?? (declared.bodyType === undefined ? z.undefined() : z.string());
}

function readBody(declared: Endpoint, request: Request): unknown {
	const body: unknown = request.body;
	const wants = declared.bodyType ?? (declared.body === undefined ? null : 'application/json');
	if (wants === null) return undefined;
	// An empty file is one, too.
	if (declared.bodyType !== undefined && typeof body === 'string') return body;
	if (!hasBody(request)) {
		if (isBodyOptional(declared)) return undefined;
		throw new PortalError('bad_request', { detail: `The request has no body. Send ${wants}.` });
	}
	if (body === undefined || declared.bodyType !== undefined) {
		throw new PortalError('unsupported_media_type', { detail: `Send ${wants}.` });
	}
	if (!isRecord(body)) {
		const detail = 'The body must be a JSON object.';
		throw new PortalError('invalid_request', { violations: [{ pointer: '', detail }] });
	}
	refuseOddJson(body);
	return body;
}

/** Whether anything was sent, whatever type it was said to be (RFC 9112, 6). */
function hasBody(request: Request): boolean {
	return (
		request.get('transfer-encoding') !== undefined || (request.get('content-length') ?? '0') !== '0'
	);
}

/** True when the request means something without a body. */
export function isBodyOptional({ body }: Pick<Endpoint, 'body'>): boolean {
	return body?.safeParse(undefined).success === true;
}

/** `portalId` may stand in the query or in the body of any call; it is no part of the endpoint's own shape. */
function readPortalId(request: Request): string | null {
	const body: unknown = request.body;
	const named: unknown =
		request.query['portalId'] ??
		(isRecord(body) && 'portalId' in body ? body['portalId'] : undefined);
	return named === undefined ? null : check(z.uuid(), named, 'portalId');
}

function without(value: unknown): unknown {
	if (!isRecord(value)) return value;
	// Own properties are copied as they are: a `__proto__` that JSON brought stays an own property, and is refused as unknown.
	const entries = Object.entries(value).filter(([name]) => name !== 'portalId');
	return Object.fromEntries(entries);
}

/** The items of a batch are looked at one by one, by `checkItems`; so are the rows of a CSV file. */
function withoutItems({ items, ...rest }: Record<string, unknown>): unknown {
	return Array.isArray(items) ? rest : { ...rest, items };
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses or throws `invalid_request` with every violation as a JSON pointer below `where`. */
export function check<Shape extends z.ZodType>(
	shape: Shape,
	value: unknown,
	where: string,
): z.output<Shape> {
	const parsed = parse(shape, value);
	if (parsed.success) return parsed.data;
	throw new PortalError('invalid_request', { violations: violations(parsed.error, where) });
}

/** Zod's result, whose issue of a member that is not known names those that are. */
export function parse<Shape extends z.ZodType>(
	shape: Shape,
	value: unknown,
): z.ZodSafeParseResult<z.output<Shape>> {
	return shape.safeParse(value, {
		error: ({ code, inst }) => {
			if (code !== 'unrecognized_keys') return undefined;
			const known = inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
			return `This member is not known here${known.length === 0 ? '' : `; known are ${known.join(', ')}`}.`;
		},
	});
}

/** Zod's issues as violations; of a choice between shapes, those of the nearest one. */
export function violations(error: z.core.$ZodError, where: string): Violation[] {
	return issueViolations(error.issues, where === '' ? [] : where.split('/'));
}

function issueViolations(
	issues: readonly z.core.$ZodIssue[],
	base: readonly string[],
): Violation[] {
	return issues.flatMap((issue) => {
		const path = [...base, ...issue.path.map(String)];
		if (issue.code === 'invalid_union' && issue.errors.length > 0) {
			const [nearest = []] = issue.errors
				.map((branch) => issueViolations(branch, path))
				.sort((a, b) => a.length - b.length);
			return nearest;
		}
		if (issue.code === 'unrecognized_keys') {
			return issue.keys.map((name) => ({
				pointer: pointerOf([...path, name]),
				detail: issue.message,
			}));
		}
		return [{ pointer: pointerOf(path), detail: detailOf(issue) }];
	});
}

function detailOf(issue: z.core.$ZodIssue): string {
	if (issue.code !== 'invalid_type') return issue.message;
	const [, received = 'something else'] = /received (.+)$/.exec(issue.message) ?? [];
	return received === 'undefined'
		? `This member is missing; expected ${issue.expected}.`
		: `Expected ${issue.expected}, not ${received}.`;
}

function pointerOf(path: readonly string[]): string {
	return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
