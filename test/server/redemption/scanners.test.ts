import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: scanners');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let people = 0;

	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** An invited contact, with the link and code of the invitation. */
	async function invite() {
		people += 1;
		server.clock.advance(3_600_000);
		const email = `person${String(people)}@example.com`;
		const body = { items: [{ contact: { email, firstName: 'Ada' } }] };
		const answer = await server.call('POST', '/v1/invitations?wait=5', body);
		const [mail] = await mailsTo(server, email);
		return { email, id: answer.body.items[0].contact.id as string, mail: mail! };
	}

	async function joinedAt(id: string): Promise<number | null> {
		const contact = await server.services.store.contacts.get(server.portal.id, id);
		return contact!.joinedAt;
	}

	async function eventsOf(id: string, type: string) {
		return (await server.call('GET', `/v1/events?type=${type}&contactId=${id}`)).body.items;
	}

	const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

	/** What scanners do to a link. */
	const scanners: [string, (url: string) => Promise<unknown>][] = [
		[
			'asks with HEAD, then GET',
			async (url) => {
				await fetch(url, { method: 'HEAD' });
				await fetch(url);
			},
		],
		[
			'fetches many times at once',
			(url) => Promise.all(Array.from({ length: 30 }, () => fetch(url))),
		],
		['submits the form without scripts', (url) => signIn(openBrowser({ scripts: false }), url)],
		[
			'submits every form it is given, again and again',
			async (url) => {
				const browser = openBrowser({ scripts: false });
				let page = await browser.get(url);
				for (let n = 0; n < 4 && page.action !== null; n += 1) {
					page = await browser.post(`${server.url}${page.action}`, page.fields);
				}
			},
		],
		[
			'has the name of a robot, and presses',
			async (url) => {
				const headers = { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel)' };
				const browser = openBrowser();
				const { fields } = await browser.get(url, headers);
				await browser.post(`${server.url}/l`, fields, headers);
			},
		],
		[
			'is a script that sends what the page holds',
			async (url) => {
				const browser = openBrowser();
				const { fields } = await browser.get(url);
				const form = { ...fields, pressed: '1' };
				await browser.post(`${server.url}/l`, form, { 'sec-fetch-mode': 'cors' });
			},
		],
	];

	it.each(scanners)(
		'R10 R12 a scanner that %s uses up nothing, and its person gets in',
		async (_, scan) => {
			const { id, mail } = await invite();
			await scan(mail.link);
			expect(await joinedAt(id)).toBeNull();
			expect(await eventsOf(id, 'link.redeemed')).toEqual([]);
			// Sooner, this network would be asked for the code (openings.test.ts).
			server.clock.advance(60_000);
			const answer = await signIn(openBrowser(), mail.link);
			expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
			expect(await joinedAt(id)).not.toBeNull();
		},
	);

	it('R12 an admin reads what was asked, and why', async () => {
		const { id, mail } = await invite();
		await signIn(openBrowser({ scripts: false }), mail.link);
		expect(await eventsOf(id, 'link.questioned')).toMatchObject([
			{ actor: 'visitor', data: { asks: 'code', signs: ['no_trusted_press'], wrong: false } },
		]);
		expect(await eventsOf(id, 'contact.joined')).toEqual([]);
	});

	async function press(browser: Browser, url: string) {
		const asked = await signIn(browser, url);
		expect([asked.status, asked.action]).toEqual([200, '/l']);
		const answer = (form: Record<string, string>) =>
			browser.post(`${server.url}/l`, { ...asked.fields, ...form });
		return { asked, answer };
	}

	it('R11 with scripts off a person gets in: button, then code', async () => {
		const { mail } = await invite();
		const { asked, answer } = await press(openBrowser({ scripts: false }), mail.link);
		expect(asked.text).toContain('autocomplete="one-time-code"');
		expect((await answer({ code: wrong(mail.code) })).status).toBe(422);
		expect((await answer({ code: mail.code })).status).toBe(303);
	});

	it('R11 R10 a link that was not mailed asks for the address', async () => {
		const { email } = await invite();
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		const { asked, answer } = await press(openBrowser({ scripts: false }), body.url);
		expect(asked.text).not.toContain(email);
		for (const address of ['somebody@example.com', 'x', 'a@b.c, d@e.f']) {
			expect((await answer({ email: address })).status).toBe(422);
		}
		expect((await answer({ email: ` ${email.toUpperCase()}` })).status).toBe(303);
	});

	it('R5 R10 what no code can be is told and costs no try', async () => {
		const { mail } = await invite();
		const { answer } = await press(openBrowser({ scripts: false }), mail.link);
		for (let n = 0; n < 6; n += 1) {
			const page = await answer({ code: '12' });
			expect([page.status, page.action]).toEqual([422, '/l']);
			expect(page.text).toContain('The code has six digits.');
		}
		expect((await answer({ code: mail.code })).status).toBe(303);
	});

	it('R5 R10 a code that is out of tries is followed by the address: nobody is locked out', async () => {
		const { email, mail } = await invite();
		const { answer } = await press(openBrowser({ scripts: false }), mail.link);
		for (let n = 0; n < 5; n += 1) await answer({ code: wrong(mail.code) });
		const page = await answer({ code: mail.code });
		expect([page.status, page.action]).toEqual([200, '/l']);
		expect(page.text).toContain('the e-mail address that this link is for');
		expect((await answer({ email })).status).toBe(303);
	});

	it('R10 R5 a link takes ten wrong addresses a day, also at once, and then offers a new one', async () => {
		const { email } = await invite();
		const { body } = await server.call('POST', '/v1/magic-links', { contact: { email } });
		const browser = openBrowser({ scripts: false });
		const { asked, answer } = await press(browser, body.url);
		const guesses = Array.from({ length: 30 }, (_, n) =>
			answer({ email: `x${String(n)}@a.example` }),
		);
		const pages = await Promise.all(guesses);
		const refused = pages.filter(({ text }) => !text.includes('name="email"'));
		expect([pages.length, refused.length]).toEqual([30, 20]);
		const late = await answer({ email });
		expect([late.status, late.action]).toEqual([422, '/l/new']);
		expect(late.text).toContain('too many tries');
		await browser.post(`${server.url}/l/new`, asked.fields);
		const [mail] = await mailsTo(server, email);
		const renewed = await openBrowser().get(mail!.link);
		expect([renewed.status, renewed.action]).toEqual([200, '/l']);
	});

	it('R10 offers a new link beside the question', async () => {
		const { email, mail } = await invite();
		const browser = openBrowser({ scripts: false });
		const { asked } = await press(browser, mail.link);
		expect(asked.text).toContain('action="/l/new"');
		expect((await browser.post(`${server.url}/l/new`, asked.fields)).status).toBe(200);
		expect(await mailsTo(server, email)).toHaveLength(2);
	});

	it('R14 the browser that asked for the link is never asked for the code', async () => {
		const { email } = await invite();
		const browser = openBrowser({ scripts: false });
		const page = await browser.get(`${server.url}/sign-in`);
		server.clock.advance(1000);
		await browser.post(`${server.url}/sign-in`, { ...page.fields, email });
		const [{ link } = { link: '' }] = await mailsTo(server, email);
		const other = await signIn(openBrowser({ scripts: false }), link);
		expect(other.text).toContain('One more step');
		expect((await signIn(browser, link)).status).toBe(303);
	});

	it('R6 the code on the link’s page and the link are one credential', async () => {
		const { mail } = await invite();
		const { answer } = await press(openBrowser({ scripts: false }), mail.link);
		expect((await answer({ code: mail.code })).status).toBe(303);
		expect((await openBrowser().get(mail.link)).status).toBe(410);
	});
});
