import { z } from 'zod';

import { errorTable, type ErrorCode } from '../errors.ts';
import { isBodyOptional, type Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';

/** What every endpoint may answer. */
const commonErrors: readonly ErrorCode[] = [
	'malformed_json',
	'bad_request',
	'unauthorized',
	'forbidden',
	'portal_not_found',
	'payload_too_large',
	'unsupported_media_type',
	'invalid_request',
	'link_in_text',
	'internal_error',
	'database_unavailable',
	'disk_full',
];

const problemShape = {
	type: 'object',
	required: ['type', 'status', 'code', 'title', 'requestId'],
	properties: {
		type: { const: 'about:blank' },
		status: { type: 'integer' },
		code: { enum: Object.keys(errorTable) },
		title: { type: 'string' },
		detail: { type: 'string' },
		violations: {
			type: 'array',
			items: {
				type: 'object',
				required: ['pointer', 'detail'],
				properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
			},
		},
		findings: { type: 'array', items: { type: 'object' } },
		requestId: { type: 'string' },
	},
};

/** The OpenAPI 3.1 document, made from the same declarations that check the requests. */
export function openApiDocument(serverUrl: string, version: string): Record<string, unknown> {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const declared of endpoints) {
		const path = declared.path.replace(/:(\w+)/g, '{$1}');
		paths[path] = { ...paths[path], [declared.method]: operation(declared) };
	}
	return {
		openapi: '3.1.0',
		info: { title: 'Client Portal', version },
		servers: [{ url: serverUrl }],
		security: [{ apiKey: [] }],
		components: {
			securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
			schemas: { Problem: problemShape },
		},
		paths,
	};
}

function operation(declared: Endpoint): Record<string, unknown> {
	return {
		operationId: declared.id,
		summary: declared.summary,
		...(declared.scope === null ? {} : { 'x-required-scope': declared.scope }),
		parameters: [
			...parametersOf(declared.params, 'path'),
			...parametersOf(declared.query, 'query'),
			{
				name: 'portalId',
				in: 'query',
				schema: { type: 'string', format: 'uuid' },
				description: 'The portal, for a key made for all portals.',
			},
			...(declared.idempotent === true ? [idempotencyHeader] : []),
		],
		...(declared.body === undefined
			? {}
			: {
					requestBody: {
						required: !isBodyOptional(declared),
						content: {
							[declared.bodyType ?? 'application/json']: {
								schema: schemaOf(declared.body, 'input'),
							},
						},
					},
				}),
		responses: responsesOf(declared),
	};
}

const idempotencyHeader = {
	name: 'Idempotency-Key',
	in: 'header',
	schema: { type: 'string', maxLength: 255 },
	description: 'The same key makes the same thing once; kept 7 days.',
};

function parametersOf(shape: z.ZodType | undefined, where: 'path' | 'query'): unknown[] {
	if (!(shape instanceof z.ZodObject)) return [];
	return Object.entries(shape.shape as Record<string, z.ZodType>).map(([name, member]) => ({
		name,
		in: where,
		required: where === 'path',
		schema: schemaOf(member, 'input'),
	}));
}

function responsesOf(declared: Endpoint): Record<string, unknown> {
	const responses: Record<string, unknown> = {};
	for (const [status, { description, shape }] of Object.entries(declared.answers)) {
		responses[status] = {
			description,
			...(shape === undefined
				? {}
				: { content: { 'application/json': { schema: schemaOf(shape, 'output') } } }),
		};
	}
	const codes = [...commonErrors, ...(declared.errors ?? [])];
	for (const status of new Set(codes.map((code) => errorTable[code].status))) {
		const titles = codes
			.filter((code) => errorTable[code].status === status)
			.map((code) => `${code}: ${errorTable[code].title}`);
		responses[String(status)] ??= {
			description: titles.join(' '),
			content: {
				'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
			},
		};
	}
	return responses;
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): unknown {
	const schema = z.toJSONSchema(shape, { io, unrepresentable: 'any' });
	// The dialect is said once, by the document.
	delete schema.$schema;
	return schema;
}
