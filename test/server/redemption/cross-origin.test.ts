import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createApp } from '../../../server/app.ts';
import { openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** What a browser says of a form that came from elsewhere. */
const foreign = (own: URL): Record<string, Record<string, string>> => ({
	'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
	'another site, said only by Origin': { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
	'another site that hides its origin': { origin: 'null', 'sec-fetch-site': 'cross-site' },
	'another origin of this site': {
		origin: 'http://other.localhost',
		'sec-fetch-site': 'same-site',
	},
	// A browser too old for `Sec-Fetch-Site` says no more than this.
	'this host with another scheme': { origin: `https://${own.host}` },
});
const refusal = 'That came from another site';

const databases = await databasesFor('redemption: forms from elsewhere');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let person: Browser;
	let admin: Browser;
	let contactId: string;

	beforeAll(async () => {
		server = await startServer({ database });
		const contact = { email: 'ada@example.com' };
		contactId = (await server.call('POST', '/v1/contacts', contact)).body.id;
		person = openBrowser();
		await signIn(person, (await server.call('POST', '/v1/magic-links', { contact })).body.url);
		admin = openBrowser();
		await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** Every address of the server's pages that takes a form. */
	function forms(): string[] {
		const { stack } = createApp(server.services).router;
		const posts = stack.flatMap(({ route }) =>
			route?.stack.some(({ method }) => method === 'post') === true ? [route.path] : [],
		);
		// A route may have several addresses.
		return [...new Set(posts.flat())];
	}

	it('R40 forms without a form token are refused where nothing says which page they come from', async () => {
		// As an old browser, or one that is here over plain HTTP, sends the form of a page of any host that hides its own.
		const silent = [{}, { origin: 'null' }];
		const type = { 'content-type': 'application/x-www-form-urlencoded' };
		const byToken = ['/sign-in', '/code', '/l', '/l/new', '/admin/sign-in'];
		const bySession = forms().filter((path) => !byToken.includes(path));
		expect(bySession.length).toBe(forms().length - byToken.length);
		// Express takes a path for its route in any case, and with a slash at its end.
		const spellings = bySession.flatMap((path) => [
			path,
			`${path}/`,
			path.replace(/[a-z-]+$/, (end) => end.toUpperCase()),
		]);
		for (const path of spellings) {
			const browser = path.startsWith('/admin') ? admin : person;
			const url = server.url + path.replace(':id', contactId);
			for (const headers of silent) {
				const { status, text } = await browser.postRaw(url, 'session=all', { ...type, ...headers });
				expect([path, status, text.includes(refusal)]).toEqual([path, 403, true]);
			}
		}
		// Of pages without a secret, such browsers name the origin.
		for (const [browser, path] of [
			[person, '/'],
			[admin, '/admin'],
			[admin, '/admin/contacts'],
		] as const) {
			const { headers } = await browser.get(server.url + path);
			expect([path, headers.get('referrer-policy')]).toEqual([path, 'same-origin']);
		}
		const ended = await person.postRaw(`${server.url}/sessions/end`, 'session=others', {
			...type,
			origin: server.url,
		});
		expect(ended.status).toBe(303);
	});

	it('R40 sign-in, code, redeem, new link, switch, sign-out, sessions and the admin refuse forms from elsewhere', async () => {
		const paths = forms();
		expect(paths).toEqual(
			expect.arrayContaining([
				...['/sign-in', '/code', '/l', '/l/new', '/sign-out', '/sessions/end'],
				...['/admin/sign-in', '/admin/sign-out', '/admin/api-keys'],
				...['revoke', 'restore', 'sessions/end', 'links'].map(
					(act) => `/admin/contacts/:id/${act}`,
				),
			]),
		);
		const seen: string[] = [];
		for (const path of paths) {
			const url = server.url + path.replace(':id', contactId);
			const browser = path.startsWith('/admin') ? admin : person;
			const form = { session: 'others', switch: 'yes', email: 'ada@example.com' };
			for (const [what, headers] of Object.entries(foreign(new URL(server.url)))) {
				const { status, text } = await browser.post(url, form, headers);
				if (status !== 403 || !text.includes(refusal)) seen.push(`${path} from ${what}`);
			}
		}
		expect(seen).toEqual([]);
		// None of them did anything.
		expect((await person.get(`${server.url}/`)).text).toContain('action="/sign-out"');
		expect((await admin.get(`${server.url}/admin`)).text).toContain('action="/admin/sign-out"');
		const { body } = await server.call('GET', `/v1/contacts/${contactId}`);
		expect(body.revokedAt).toBeNull();
		const events = await server.call('GET', '/v1/events?limit=100');
		const types = events.body.items.map(({ type }: { type: string }) => type);
		for (const type of ['session.ended', 'contact.revoked', 'api_key.created', 'link.generated'])
			expect(types.filter((one: string) => one === type).length).toBe(
				type === 'link.generated' ? 1 : 0,
			);
		// The same forms of this origin get through.
		expect((await person.post(`${server.url}/sign-out`, {})).text).not.toContain(refusal);
		expect((await admin.post(`${server.url}/admin/sign-out`, {})).status).toBe(200);
		expect((await person.get(`${server.url}/`)).text).not.toContain('action="/sign-out"');
	}, 60_000);
});
