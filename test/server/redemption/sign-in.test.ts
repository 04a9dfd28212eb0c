import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn, type Browser, type Page } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const minute = 60_000;
const hour = 60 * minute;

const databases = await databasesFor('redemption: sign-in page and codes');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let people = 0;

	beforeAll(async () => {
		server = await startServer({ database, env: { TRUST_PROXY: 'loopback' } });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);
	// Every test has the limits of a fresh hour.
	beforeEach(() => {
		server.clock.advance(24 * hour);
	});

	/** An invited contact whose invitation was read. */
	async function invite(): Promise<{ id: string; email: string }> {
		people += 1;
		const email = `person${String(people)}@example.com`;
		const body = { items: [{ contact: { email, firstName: 'Ada' } }] };
		const answer = await server.call('POST', '/v1/invitations?wait=5', body);
		// So that what is sent next is newer.
		server.clock.advance(1000);
		return answer.body.items[0].contact;
	}

	async function ask(browser: Browser, email: string, headers = {}): Promise<Page> {
		const { fields } = await browser.get(`${server.url}/sign-in`);
		return browser.post(`${server.url}/sign-in`, { ...fields, email }, headers);
	}

	function type(browser: Browser, { fields }: Page, code: string): Promise<Page> {
		return browser.post(`${server.url}/code`, { ...fields, code });
	}

	async function newest(email: string) {
		const [mail] = await mailsTo(server, email);
		return mail!;
	}

	const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

	async function sessionsOf(contactId: string): Promise<number> {
		const { store, clock } = server.services;
		return (await store.sessions.listLive(server.portal.id, contactId, clock.now())).length;
	}

	describe('the sign-in page', () => {
		it('R17 stands at / and /sign-in, and mails a link and a code to whoever is invited', async () => {
			const { email } = await invite();
			for (const path of ['/', '/sign-in']) {
				const page = await openBrowser().get(`${server.url}${path}`);
				expect([page.status, page.action]).toEqual([200, '/sign-in']);
			}
			const browser = openBrowser();
			const page = await ask(browser, `  ${email.toUpperCase()} `);
			expect([page.status, page.action]).toEqual([200, '/code']);
			expect(page.text).toContain('autocomplete="one-time-code"');
			expect(page.text).toContain('inputmode="numeric"');
			const { link, code } = await newest(email);
			expect(code).toMatch(/^\d{6}$/);
			const answer = await type(browser, page, code);
			expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
			expect((await browser.get(`${server.url}/`)).text).toContain('Welcome');
			expect((await openBrowser().get(link)).status).toBe(410);
		});

		it('takes the whole line that was pasted', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code, text } = await newest(email);
			const line = text.split('\n').find((one) => one.includes(code))!;
			expect(line).not.toBe(code);
			expect((await type(browser, page, `${line}\r\n`)).status).toBe(303);
		});

		it('R39 answers alike for known, unknown, revoked, bounced and throttled addresses, and mails only the first', async () => {
			const known = await invite();
			const revoked = await invite();
			await server.call('POST', `/v1/contacts/${revoked.id}/revoke`);
			const throttled = await invite();
			await ask(openBrowser(), throttled.email);
			await server.call('POST', '/v1/contacts', { email: 'none@example.com' });
			const asked = [known.email, 'nobody@example.com', revoked.email, throttled.email];
			const shapes = [];
			for (const email of [...asked, 'none@example.com']) {
				const before = (await mailsTo(server, email)).length;
				const { status, text, fields, headers } = await ask(openBrowser(), email);
				headers.delete('date');
				headers.delete('x-request-id');
				const body = text
					.replaceAll(fields['state']!, `state of ${fields['state']!.length}`)
					.replaceAll(fields['formToken']!, `token of ${fields['formToken']!.length}`)
					.replaceAll(email, 'the address');
				headers.delete('content-length');
				const lines: string[] = [];
				headers.forEach((value, name) => lines.push(`${name}: ${value}`));
				shapes.push(JSON.stringify([status, body, lines]));
				const sent = (await mailsTo(server, email)).length - before;
				expect([email, sent]).toEqual([email, email === known.email ? 1 : 0]);
			}
			expect(new Set(shapes).size).toBe(1);
		});

		it('R39 a code for an unknown address, or a guess, gets the same answer too', async () => {
			const { email } = await invite();
			const texts = [];
			for (const address of [email, 'nobody@example.com']) {
				const browser = openBrowser();
				const page = await ask(browser, address);
				const mail = (await mailsTo(server, address))[0];
				const answer = await type(browser, page, wrong(mail?.code ?? '000000'));
				const hidden = [...Object.values(answer.fields), address];
				const text = hidden.reduce((all, value) => all.replaceAll(value, '…'), answer.text);
				texts.push(`${String(answer.status)} ${text}`);
			}
			expect(new Set(texts).size).toBe(1);
			expect(texts[0]).toMatch(/^422 [^]*That code did not work/);
		});

		it('R3 R38 needs the form of this browser, and refuses what is no address', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const { fields } = await browser.get(`${server.url}/sign-in`);
			const before = (await mailsTo(server, email)).length;
			const foreign = await openBrowser().post(`${server.url}/sign-in`, { ...fields, email });
			expect(foreign.status).toBe(403);
			const list = { ...fields, email: `${email}, other@example.com` };
			expect((await browser.post(`${server.url}/sign-in`, list)).status).toBe(422);
			expect(await mailsTo(server, email)).toHaveLength(before);
			// The page that came with the refusal works.
			const second = openBrowser();
			const again = await second.post(`${server.url}/sign-in`, { ...fields, email });
			const works = await second.post(`${server.url}/sign-in`, { ...again.fields, email });
			expect(works.action).toBe('/code');
		});

		it('R40 refuses forms from another site or another origin of this site', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			const foreign: Record<string, string>[] = [
				{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
				{ origin: 'http://other.localhost', 'sec-fetch-site': 'same-site' },
				{ origin: 'null', 'sec-fetch-site': 'cross-site' },
			];
			for (const headers of foreign) {
				const { fields } = await browser.get(`${server.url}/sign-in`);
				const asked = await browser.post(`${server.url}/sign-in`, { ...fields, email }, headers);
				const form = { ...page.fields, code };
				const typed = await browser.post(`${server.url}/code`, form, headers);
				expect([asked.status, typed.status]).toEqual([403, 403]);
			}
			expect((await type(browser, page, code)).status).toBe(303);
		});

		it('R37 mails 1 a minute and 5 an hour to a contact; a stranger who asks all day keeps nobody out (R38)', async () => {
			const { email, id } = await invite();
			const before = (await mailsTo(server, email)).length;
			const owner = openBrowser();
			await ask(owner, email);
			const { link } = await newest(email);
			for (let n = 0; n < 29; n += 1) {
				server.clock.advance(n === 0 ? 1000 : minute);
				const stranger = openBrowser();
				const page = await ask(stranger, email, { 'x-forwarded-for': `192.0.2.${String(n)}` });
				for (let guess = 0; guess < 2; guess += 1) await type(stranger, page, '000000');
			}
			expect((await mailsTo(server, email)).length - before).toBe(5);
			expect((await signIn(owner, link)).status).toBe(303);
			expect(await sessionsOf(id)).toBe(1);
		});

		it('R37 lets a network ask 60 times an hour, then says when again, known address or not', async () => {
			const network = { 'x-forwarded-for': '198.51.100.7' };
			const { email } = await invite();
			for (let n = 0; n < 60; n += 1) {
				expect((await ask(openBrowser(), `n${String(n)}@example.com`, network)).status).toBe(200);
			}
			for (const address of [email, 'nobody@example.com']) {
				const page = await ask(openBrowser(), address, network);
				expect([page.status, page.headers.get('retry-after')]).toEqual([429, '3600']);
				expect(page.text).toContain('Please try again in 60 minutes.');
			}
		});
	});

	describe('login codes', () => {
		it('R5 work only in the browser that asked, for 10 minutes', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code, link } = await newest(email);
			const thief = openBrowser();
			await thief.get(`${server.url}/sign-in`);
			expect((await type(thief, page, code)).status).toBe(403);
			// Not in the page of another request of one's own either.
			const other = await ask(thief, 'nobody@example.com');
			const mixed = { ...other, fields: { ...other.fields, state: page.fields['state']! } };
			expect((await type(thief, mixed, code)).status).toBe(403);
			server.clock.advance(10 * minute - 1);
			expect((await type(browser, page, wrong(code))).status).toBe(422);
			server.clock.advance(1);
			const late = await type(browser, page, code);
			expect([late.status, late.action]).toEqual([410, '/sign-in']);
			expect((await signIn(openBrowser(), link)).status).toBe(303);
		});

		it('R5 R39 what no code can be is told and costs no try, whoever’s address it is', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			const stranger = openBrowser();
			const unknown = await ask(stranger, 'nobody@example.com');
			for (const typed of ['12', '1234567', 'code', '', '12', '12']) {
				for (const answer of [
					await type(browser, page, typed),
					await type(stranger, unknown, typed),
				]) {
					expect([answer.status, answer.action]).toEqual([422, '/code']);
					expect(answer.text).toContain('The code has six digits.');
				}
			}
			const refused = await type(browser, page, wrong(code));
			expect(refused.text).not.toContain('six digits');
			expect((await type(browser, page, code)).status).toBe(303);
		});

		it('R5 R6 5 tries a code, however many guess at once; the link works on', async () => {
			const { email, id } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code, link } = await newest(email);
			const guesses = Array.from({ length: 40 }, () => type(browser, page, wrong(code)));
			expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(
				new Set([422]),
			);
			expect((await type(browser, page, code)).status).toBe(422);
			expect(await sessionsOf(id)).toBe(0);
			expect((await signIn(browser, link)).status).toBe(303);
			expect(await sessionsOf(id)).toBe(1);
		});

		it('R5 20 wrong codes a day per contact, then links only; right ones do not count', async () => {
			const { email } = await invite();
			let right = 0;
			for (let n = 0; n < 8; n += 1) {
				const browser = openBrowser();
				const page = await ask(browser, email);
				const { code } = await newest(email);
				for (let guess = 0; guess < 4; guess += 1) await type(browser, page, wrong(code));
				if ((await type(browser, page, code)).status === 303) right += 1;
				server.clock.advance(20 * minute);
			}
			// Five times four wrong ones were let through; of the fifth, the right one already found no room.
			expect(right).toBe(4);
			const browser = openBrowser();
			await ask(browser, email);
			expect((await signIn(browser, (await newest(email)).link)).status).toBe(303);
			server.clock.advance(24 * hour);
			const tomorrow = openBrowser();
			const page = await ask(tomorrow, email);
			expect((await type(tomorrow, page, (await newest(email)).code)).status).toBe(303);
		}, 30_000);

		it('R4 R6 64 at once with link and code of one e-mail: one session', async () => {
			const { email, id } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code, link } = await newest(email);
			const opened = await Promise.all(
				Array.from({ length: 63 }, async () => {
					const other = openBrowser();
					return { other, fields: (await other.get(link)).fields };
				}),
			);
			const answers = await Promise.all([
				type(browser, page, code),
				...opened.map(({ other, fields }) => other.post(`${server.url}/l`, fields)),
			]);
			expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
			expect(await sessionsOf(id)).toBe(1);
		});

		it('R6 R20 end with their link, and with their contact', async () => {
			const used = await invite();
			const browser = openBrowser();
			const page = await ask(browser, used.email);
			const mail = await newest(used.email);
			await signIn(openBrowser(), mail.link);
			expect((await type(browser, page, mail.code)).status).toBe(422);

			const revoked = await invite();
			const other = openBrowser();
			const second = await ask(other, revoked.email);
			const { code } = await newest(revoked.email);
			await server.call('POST', `/v1/contacts/${revoked.id}/revoke`);
			expect((await type(other, second, code)).status).toBe(422);
			expect(await sessionsOf(revoked.id)).toBe(0);
		});

		it('R9 the same browser may send the code again and gets the same session', async () => {
			const { email, id } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			const first = await type(browser, page, code);
			const again = await type(browser, page, code);
			expect(again.headers.get('set-cookie')).toBe(first.headers.get('set-cookie'));
			expect(await sessionsOf(id)).toBe(1);
		});

		it('R9 the last try, when it is right, may be sent again; wrong ones stay counted', async () => {
			const { email, id } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			for (let guess = 0; guess < 4; guess += 1) {
				expect((await type(browser, page, wrong(code))).status).toBe(422);
			}
			const first = await type(browser, page, code);
			for (let again = 0; again < 2; again += 1) {
				const answer = await type(browser, page, code);
				expect(answer.status).toBe(303);
				expect(answer.headers.get('set-cookie')).toBe(first.headers.get('set-cookie'));
			}
			expect(await sessionsOf(id)).toBe(1);
			expect((await type(browser, page, wrong(code))).status).toBe(422);
			expect((await type(browser, page, code)).status).toBe(422);
		});

		it('R2 are redeemed by POST only', async () => {
			for (const method of ['GET', 'HEAD', 'PUT']) {
				const answer = await fetch(`${server.url}/code`, { method });
				expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
			}
		});

		it('R23 R27 are neither in the database nor in the log', async () => {
			const { email } = await invite();
			const browser = openBrowser();
			const page = await ask(browser, email);
			const { code } = await newest(email);
			await type(browser, page, wrong(code));
			await type(browser, page, code);
			const { store } = server.services;
			const events = await store.events.list(server.portal.id, {}, { limit: 1000, after: null });
			const [send] = events.filter(({ type }) => type === 'link.requested');
			const kept = JSON.stringify([
				events,
				await store.sends.get(server.portal.id, send!.sendId!),
				await store.deliveries.list(send!.sendId!, {}, { limit: 10, after: null }),
			]);
			const digits = new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`);
			expect(kept).not.toMatch(digits);
			expect(server.logged.join('\n')).not.toMatch(digits);
		});
	});

	it('R15 the page of a dead link has the sign-in form', async () => {
		const { email } = await invite();
		const browser = openBrowser();
		const page = await browser.get(`${server.url}/l/${'a'.repeat(66)}`);
		expect([page.status, page.action]).toEqual([410, '/sign-in']);
		const before = (await mailsTo(server, email)).length;
		const asked = await browser.post(`${server.url}/sign-in`, { ...page.fields, email });
		expect(asked.action).toBe('/code');
		expect(await mailsTo(server, email)).toHaveLength(before + 1);
	});

	it('R38 an event tells an admin who was sent a link because somebody asked', async () => {
		const { email, id } = await invite();
		await ask(openBrowser(), email);
		await newest(email);
		const { body } = await server.call('GET', `/v1/events?type=link.requested&contactId=${id}`);
		expect(body.items).toMatchObject([{ actor: 'visitor', contactId: id }]);
	});
});
