import { describe, expect, it } from '@jest/globals';

import {
	advice,
	problemOfAnswer,
	problemOfItem,
	problemOfSilence,
} from '../../../nodes/ClientPortal/transport/explain.ts';
import { toNodeError } from '../../../nodes/ClientPortal/transport/problem.ts';
import { errorTable } from '../../../server/errors.ts';

const server = 'http://localhost:3000';
const node = {
	id: '1',
	name: 'Client Portal',
	type: 'n8n-nodes-client-portal.clientPortal',
	typeVersion: 1,
	position: [0, 0] as [number, number],
	parameters: {},
};

describe('problemOfSilence', () => {
	it('explains a refused connection with n8n in Docker', () => {
		const { message, description } = problemOfSilence('ECONNREFUSED', server);
		expect(message).toContain(server);
		expect(description).toContain('HOST=0.0.0.0');
		expect(description).toContain('http://host.docker.internal:3000');
		expect(description).toContain('--add-host=host.docker.internal:host-gateway');
	});

	it.each(['ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ECONNRESET'])(
		'says what to do about %s',
		(reason) => {
			expect(problemOfSilence(reason, server).description).toMatch(/Check|check/);
		},
	);
});

describe('problemOfAnswer', () => {
	it('passes on what the server says, and adds what to do', () => {
		const body = { code: 'unauthorized', title: errorTable.unauthorized.title, status: 401 };
		const problem = problemOfAnswer(401, body, server);
		expect(problem).toMatchObject({ code: 'unauthorized', status: 401, message: body.title });
		expect(problem.description).toContain('create-api-key');
	});

	it('names each wrong member of a request', () => {
		const body = {
			code: 'invalid_request',
			title: 'Wrong',
			violations: [{ pointer: '/expiresIn', detail: 'Expected a whole number.' }],
		};
		expect(problemOfAnswer(422, body, server).description).toContain(
			'/expiresIn: Expected a whole number.',
		);
	});

	it('notices that something else answers', () => {
		for (const body of ['<html>nginx</html>', {}, null, { error: 'x' }]) {
			const problem = problemOfAnswer(404, body, server);
			expect(problem).toMatchObject({ code: 'not_client_portal', status: 404 });
			expect(problem.description).toContain('Check the server URL');
		}
	});

	it('does not follow a redirect with the API key, and says what to change', () => {
		expect(problemOfAnswer(308, '', server).description).toContain('redirects elsewhere');
	});
});

describe('problemOfItem', () => {
	it('has advice for codes of the server, and for no others', () => {
		const codes = Object.keys(errorTable);
		expect(Object.keys(advice).filter((code) => !codes.includes(code))).toEqual([]);
		for (const [code, sentence] of Object.entries(advice)) {
			expect(problemOfItem({ code, title: 'x' }).description).toBe(sentence);
		}
		expect(problemOfItem({ code: 'no_such_code', title: 'x' }).description).toBe('');
	});

	it('speaks of the member, not of its place in a batch that nobody sees', () => {
		const detail = '/items/3/contact/email: Expected a string.';
		expect(problemOfItem({ code: 'invalid_request', title: 'x', detail }).description).toBe(
			'/contact/email: Expected a string.',
		);
	});

	it('gives a finding its place in the text, and leaves out what does not stop the e-mail', () => {
		const findings = [
			{ severity: 'warning', part: 'html', line: 1, column: 1, message: 'No fallback.' },
			{ severity: 'error', part: 'html', line: 2, column: 5, message: 'Unknown value.' },
		];
		const { description } = problemOfItem({ code: 'template_invalid', title: 'x', findings });
		expect(description).toMatch(/^html, line 2, column 5: Unknown value\.\n/);
		expect(description).not.toContain('No fallback');
	});
});

describe('toNodeError', () => {
	it('escapes what comes from the server, which n8n shows as HTML', () => {
		const problem = {
			code: 'x',
			message: '<img src=x onerror=alert(1)>',
			description: `"<b>'&`,
			status: null,
		};
		const error = toNodeError(node, problem, 4);
		expect(error.message).toBe('&lt;img src=x onerror=alert(1)&gt;');
		expect(error.description).toBe('"&lt;b&gt;\'&amp;');
		expect(error.context.itemIndex).toBe(4);
	});

	it('keeps its own words where n8n has general ones for the status', () => {
		const problem = {
			code: 'forbidden',
			message: 'The API key lacks a scope.',
			description: 'Do this.',
			status: 403,
		};
		const error = toNodeError(node, problem);
		expect(error.name).toBe('NodeApiError');
		expect(error.message).toBe('The API key lacks a scope.');
		expect(error.description).toBe('Do this.');
		expect(error).toMatchObject({ httpCode: '403' });
	});
});
