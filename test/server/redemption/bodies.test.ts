import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { askForMail, invite, newLink } from './checks/people.ts';

const databases = await databasesFor('redemption: bodies');
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** A form with one field in a shape that no form of ours has. */
const oddities: [string, (name: string, value: string) => string][] = [
	['an operator', (name) => `${name}[$ne]=x`],
	['a list', (name, value) => `${name}[]=${value}&${name}[]=${value}`],
	['the same field twice', (name, value) => `${name}=${value}&${name}=${value}`],
	['__proto__', (name, value) => `__proto__[${name}]=${value}`],
	['constructor.prototype', (name, value) => `constructor[prototype][${name}]=${value}`],
	['NUL', (name, value) => `${name}=${value}%00`],
	['broken percent-encoding', (name, value) => `${name}=${value}%zz%`],
];

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** Every form a client can send, with its real fields: where it goes, and which field is to be odd. */
	async function forms(): Promise<[path: string, browser: Browser, fields: [string, string][]][]> {
		const { email } = await invite(server);
		const { url } = await newLink(server);
		const link = openBrowser();
		const page = await link.get(url);
		const asker = openBrowser();
		const asking = (await asker.get(`${server.url}/sign-in`)).fields;
		const inbox = await askForMail(server, asker, email);
		const all = (fields: Record<string, string>) => Object.entries(fields);
		return [
			['/l', link, all({ ...page.fields, pressed: '1' })],
			['/l/new', link, all(page.fields)],
			['/admin/sign-in', link, all(page.fields)],
			['/sign-in', asker, all({ ...asking, email })],
			['/code', asker, all({ ...inbox.fields, code: '123456' })],
		];
	}

	it.each(oddities)(
		'R25 %s in any field of a form signs nobody in and breaks nothing',
		async (_, odd) => {
			for (const [path, browser, fields] of await forms()) {
				for (const [name, value] of fields) {
					if (name === 'pressed') continue;
					const others = new URLSearchParams(fields.filter(([other]) => other !== name)).toString();
					const sent = `${odd(name, encodeURIComponent(value))}&${others}`;
					const headers = { ...form, origin: server.url };
					const { status } = await browser.postRaw(server.url + path, sent, headers);
					expect([path, name, status]).toEqual([path, name, expect.any(Number)]);
					expect([400, 403, 410, 422]).toContain(status);
					expect([...browser.cookies.keys()]).toEqual(['browser']);
				}
			}
			expect(({} as Record<string, unknown>)['token']).toBeUndefined();
		},
	);

	it('R25 of a form, what is too large or of too many fields is 413, and of another type no form', async () => {
		for (const path of ['/l', '/l/new', '/sign-in', '/code', '/sign-out', '/sessions/end']) {
			const browser = openBrowser();
			const post = (body: string, headers: Record<string, string> = form) =>
				browser.postRaw(server.url + path, body, { ...headers, origin: server.url });
			const statuses = [
				(await post(`token=${'x'.repeat(10_001)}`)).status,
				(await post(Array.from({ length: 30 }, (_, n) => `f${String(n)}=1`).join('&'))).status,
			];
			expect([path, ...statuses]).toEqual([path, 413, 413]);
			const json = await post('{"token":{"$ne":null}}', { 'content-type': 'application/json' });
			expect(json.status).toBeLessThan(500);
			expect(browser.cookies.has('session')).toBe(false);
		}
	});

	it('R25 operators, lists, NUL and __proto__ in queries and paths find nothing and break nothing', async () => {
		await newLink(server);
		const paths = [
			'/v1/contacts?search[$ne]=x',
			'/v1/contacts?state[$gt]=',
			'/v1/contacts?cursor[$ne]=x',
			'/v1/contacts?__proto__[limit]=1',
			'/v1/events?contactId[$ne]=x',
			'/v1/events?type=link.redeemed&type=link.visited',
			'/v1/contacts/%00',
			'/v1/contacts/[object%20Object]',
			'/v1/contacts/%7B%22$ne%22:null%7D',
			'/v1/sends/%7B%22$gt%22:%22%22%7D',
		];
		for (const path of paths) {
			const { status } = await server.call('GET', path);
			expect([path, status === 404 || status === 422]).toEqual([path, true]);
		}
		for (const path of ['/l/%00', '/l/[$ne]', '/l/__proto__', `/l/${'a'.repeat(5000)}`]) {
			expect([path, (await openBrowser().get(server.url + path)).status]).toEqual([path, 410]);
		}
	});

	it('R25 a cookie that is not ours, of any form, is as none', async () => {
		const { url } = await newLink(server);
		const person = openBrowser();
		await signIn(person, url);
		const [id = ''] = person.cookies.get('session')!.split('.');
		for (const value of [
			'',
			'x',
			`${id}.`,
			`${id}.${'A'.repeat(43)}`,
			'{"$ne":null}',
			'%00',
			'j:{"$gt":""}',
		]) {
			const browser = openBrowser();
			browser.cookies.set('session', value);
			browser.cookies.set('admin', value);
			expect((await browser.get(`${server.url}/`)).text).not.toContain('action="/sign-out"');
			expect((await browser.get(`${server.url}/admin`)).status).toBe(401);
		}
	});
});
