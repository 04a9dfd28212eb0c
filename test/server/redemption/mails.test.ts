import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startSendGridServer, type SendGridServer } from '../../support/sendgrid-server.ts';
import type { SendGridStub, StubMail } from '../../support/sendgrid-stub.ts';
import type { TestServer } from '../../support/server.ts';
import { askForMail, invite, newEmail } from './checks/people.ts';

const databases = await databasesFor('redemption: e-mails');
const linkPattern = /https?:\/\/[^"\s<]+\/l\/[\w-]{66}/g;

describe.each(databases)('on $name', (database) => {
	let running: SendGridServer;
	let server: TestServer;
	let stub: SendGridStub;
	beforeAll(async () => {
		running = await startSendGridServer({ database });
		({ server, stub } = running);
	}, 60_000);
	afterAll(() => running.stop(), 60_000);

	const mailsTo = (email: string): StubMail[] =>
		stub.mails.filter(({ personalizations }) => personalizations[0]?.to[0]?.email === email);

	const part = ({ content }: StubMail, type: string) =>
		content.find((one) => one.type === type)!.value;

	/** The links in an e-mail's HTML, as a browser reads them, and in its text. */
	function linksIn(mail: StubMail): Set<string> {
		return new Set([...(JSON.stringify(mail.content).match(linkPattern) ?? [])]);
	}

	async function untilMailed(email: string, count: number): Promise<StubMail[]> {
		await server.services.signIns.settled();
		while (mailsTo(email).length < count) await new Promise((resolve) => setImmediate(resolve));
		return mailsTo(email);
	}

	/** How many links there are that could be redeemed. */
	const liveLinks = () =>
		server.services.store.magicLinks.countLive(server.services.keys.newest, server.clock.now());

	it('R28 every e-mail with a link is untracked, to one person, with the link as it is and nowhere else', async () => {
		const person = await invite(server);
		await askForMail(server, openBrowser(), person.email);
		await untilMailed(person.email, 2);
		await server.call('POST', '/v1/login-emails?wait=20', {
			items: [{ contact: { email: person.email } }],
		});
		const mails = await untilMailed(person.email, 3);
		for (const mail of mails) {
			const rest = { ...mail, content: [] };
			const [personalization, ...others] = mail.personalizations;
			expect(others).toEqual([]);
			expect(personalization!.to).toHaveLength(1);
			expect(Object.keys(personalization!).sort()).toEqual(['custom_args', 'to']);
			expect(mail.tracking_settings).toMatchObject({
				click_tracking: { enable: false, enable_text: false },
				open_tracking: { enable: false },
				subscription_tracking: { enable: false },
			});
			const [link, ...more] = linksIn(mail);
			expect(more).toEqual([]);
			const html = part(mail, 'text/html');
			const anchors = (html.match(/<a\b[^>]*>/g) ?? []).filter((a) => a.includes('/l/'));
			expect(anchors.length).toBeGreaterThan(0);
			for (const anchor of anchors) {
				expect(anchor).toContain(` href="${link!}"`);
				expect(anchor).toContain('clicktracking="off"');
			}
			expect(part(mail, 'text/plain')).toContain(`\n${link!}\n`);
			const code = /code: (\d{6})$/m.exec(part(mail, 'text/plain'))![1]!;
			for (const secret of [link!.slice(-66), code]) {
				expect(JSON.stringify(rest)).not.toContain(secret);
			}
		}
		// A person takes a while to read.
		server.clock.advance(60_000);
		expect((await signIn(openBrowser(), [...linksIn(mails[2]!)][0]!)).status).toBe(303);
	});

	it('R29 30 people of one send get 30 links, each only in their own e-mail, and a repeated request makes none', async () => {
		const emails = Array.from({ length: 30 }, newEmail);
		await server.call('POST', '/v1/contacts', { items: emails.map((email) => ({ email })) });
		const body = { items: emails.map((email) => ({ contact: { email } })) };
		const key = { 'idempotency-key': newEmail() };
		const before = await liveLinks();
		for (let n = 0; n < 2; n += 1) await server.call('POST', '/v1/login-emails?wait=20', body, key);
		const received = stub.emails();
		const links = emails.map((email) => {
			const mails = received.filter(({ to }) => to.email === email);
			const found = mails.flatMap(({ html, text }) => `${html} ${text}`.match(linkPattern) ?? []);
			return { mails: mails.length, links: [...new Set(found)] };
		});
		expect(links).toEqual(emails.map(() => ({ mails: 1, links: [expect.any(String)] })));
		const tokens = new Set(links.map(({ links: [link] }) => link!.slice(-66)));
		expect(tokens.size).toBe(30);
		// They go in one request, each in the part of its own recipient.
		const parts = stub.mails.flatMap(({ personalizations }) => personalizations);
		for (const token of tokens) {
			expect(parts.filter((one) => JSON.stringify(one).includes(token))).toHaveLength(1);
			expect(stub.mails.filter((one) => JSON.stringify(one.content).includes(token))).toEqual([]);
		}
		expect((await liveLinks()) - before).toBe(30);
	});

	it('R29 a text that is refused makes no link and mails nobody', async () => {
		const { email } = await invite(server);
		const [links, requests] = [await liveLinks(), stub.requests.length];
		const link = '<a href="<< contact.magic_link >>">in</a>';
		const html = (text: string) => ({ subject: 'Hi', html: `<p>${text} ${link}</p>`, text });
		const refused = ['<< contact.magic_lnk >>', '<< #if contact.phone >>', '<< contact.magic_link'];
		for (const text of refused) {
			const { status, body } = await server.call('POST', '/v1/emails?wait=20', {
				contents: [html(text)],
				items: [{ contact: { email }, content: 0 }],
			});
			expect([text, status, body.code]).toEqual([text, 422, 'template_invalid']);
		}
		expect([await liveLinks(), stub.requests.length]).toEqual([links, requests]);
		const sample = await openBrowser().get(`${server.url}/l/sample`);
		expect([sample.status, sample.action]).toEqual([200, null]);
	});

	it('R35 one canonical address is stored, looked up, bound to the link and written to', async () => {
		const plain = `ada.b+c${String(Math.random()).slice(2)}@xn--bcher-kva.example`;
		const typed = `  ${plain.replace('xn--bcher-kva', 'BÜCHER').replace('ada', 'ＡDA')} `;
		const made = await server.call('POST', '/v1/contacts', { email: typed });
		expect([made.status, made.body.email]).toEqual([201, plain]);
		const again = await server.call('POST', '/v1/contacts', { email: plain.toUpperCase() });
		expect([again.status, again.body.id]).toEqual([200, made.body.id]);
		const link = await server.call('POST', '/v1/magic-links', { contact: { email: typed } });
		expect(link.body.contact.email).toBe(plain);
		const row = await server.services.store.magicLinks.get(link.body.id);
		expect(row?.email).toBe(plain);
		await server.call('POST', '/v1/invitations?wait=20', {
			items: [{ contact: { email: typed } }],
		});
		await askForMail(server, openBrowser(), typed);
		for (const { personalizations } of await untilMailed(plain, 2)) {
			expect(personalizations[0]!.to[0]!.email).toBe(plain);
		}
		const dotless = await server.call('POST', '/v1/contacts', { email: plain.replace('.', '') });
		expect(dotless.status).toBe(201);
	});

	it('R36 what people typed is text wherever it lands in an e-mail', async () => {
		const email = newEmail();
		const firstName = '<img src=x onerror=alert(1)>"\' << contact.magic_link >>';
		await server.call('POST', '/v1/contacts', { email, firstName, company: 'a&b="x y"' });
		const { body } = await server.call('POST', '/v1/emails?wait=20', {
			contents: [
				{
					subject: 'Hi << contact.first_name >>',
					html: '<p title="<< contact.first_name >>"><< contact.first_name >><a href="https://x.example/?q=<< contact.company >>">x</a></p>',
					text: 'Hi << contact.first_name >>',
				},
			],
			items: [{ contact: { email }, content: 0 }],
		});
		expect(body.items[0]).toMatchObject({ ok: true, delivery: { status: 'sent' } });
		const [mail] = mailsTo(email);
		const html = part(mail!, 'text/html');
		expect(html).not.toContain('<img');
		expect(html).toMatch(/title="[^"<>]*onerror[^"<>]*"/);
		expect(html).toContain('https://x.example/?q=a%26b%3D%22x%20y%22');
		for (const plain of [mail!.subject, part(mail!, 'text/plain')]) {
			expect(plain).toContain(`Hi ${firstName}`);
		}
		expect(JSON.stringify(mail)).not.toMatch(linkPattern);
	});
});
