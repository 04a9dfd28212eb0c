import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { credentialTestRequest } from '../../support/n8n/engine.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;

beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server.stop());

describe('the test of the credential', () => {
	const status = async (serverUrl: string, apiKey: string) => {
		const { url, headers } = await credentialTestRequest({ serverUrl, apiKey });
		return (await fetch(url, { headers })).status;
	};

	it('passes with the URL and the key as people paste them', async () => {
		expect(await status(server.url, server.apiKey)).toBe(200);
		expect(await status(` ${server.url}// `, `${server.apiKey}\n`)).toBe(200);
	});

	it('fails with another key', async () => {
		expect(await status(server.url, 'cp_wrong')).toBe(401);
	});
});
