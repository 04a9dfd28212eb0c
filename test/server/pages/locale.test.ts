import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';

import { chooseLocale, regionOf } from '../../../server/locale.ts';

describe('chooseLocale', () => {
	const app = express();
	app.get('/', (request, response) => {
		const { contact, portal } = request.query;
		const locale = chooseLocale({
			contact: typeof contact === 'string' ? contact : null,
			browser: (offered) => request.acceptsLanguages(offered),
			portal: typeof portal === 'string' ? portal : null,
		});
		response.send(locale);
	});
	const server = createServer(app);
	beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
	afterAll(() => new Promise((resolve) => server.close(resolve)));

	async function choose(
		wishes: { contact?: string; portal?: string },
		browser: string,
	): Promise<string> {
		const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
		for (const [name, value] of Object.entries(wishes)) url.searchParams.set(name, value);
		return await (await fetch(url, { headers: { 'accept-language': browser } })).text();
	}

	it.each([
		['the contact’s own language first', { contact: 'pt-BR', portal: 'es' }, 'de', 'pt'],
		['… however it is written', { contact: 'DE_at' }, 'fr', 'de'],
		['else the browser’s', { portal: 'es' }, 'fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
		['… when the contact’s is none of ours', { contact: 'nl', portal: 'es' }, 'de', 'de'],
		['… by its weights, not by its order', {}, 'en;q=0.2, fr;q=0.4, de;q=0.9', 'de'],
		['… the first that we speak', {}, 'ja, nl;q=0.9, pt-PT;q=0.5', 'pt'],
		['else the portal’s', { portal: 'es-MX' }, 'ja', 'es'],
		['… when the browser takes anything', { portal: 'fr' }, '*', 'fr'],
		['… when the browser says nothing', { portal: 'fr' }, '', 'fr'],
		['never one that the browser refuses', { portal: 'de' }, 'de;q=0, *', 'en'],
		['else English', { contact: 'zz', portal: 'ja' }, 'ja', 'en'],
		['whatever is sent', { contact: '<script>', portal: '' }, ';q=,,-;q=x, *;', 'en'],
	])('takes %s', async (_what, wishes, browser, locale) => {
		expect(await choose(wishes, browser)).toBe(locale);
	});

	it.each([
		['the contact’s own language', 'pt-BR', 'es', 'pt'],
		['else the portal’s', null, 'es-MX', 'es'],
		['… when the contact’s is none of ours', 'nl', 'de_AT', 'de'],
		['else English', 'nl', 'ja', 'en'],
	])('where no browser asks it takes %s', (_what, contact, portal, locale) => {
		expect(chooseLocale({ contact, portal })).toBe(locale);
	});
});

describe('regionOf', () => {
	it.each([
		['de', ['de-AT', 'de-CH'], 'de-AT'],
		['de', ['nl', 'de-CH'], 'de-CH'],
		['fr', [null, 'de'], 'fr'],
		['en', [null, 'ja'], 'en-GB'],
	] as const)('of %s among %j is %s', (language, tags, region) => {
		expect(regionOf(language, tags)).toBe(region);
	});
});
