import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { isSignedIn, openBrowser, signIn, type Browser, type Page } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: scanner visits');
const minute = 60_000;
const hour = 60 * minute;

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let people = 0;

	beforeAll(async () => {
		server = await startServer({ database });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	interface Mail {
		link: string;
		code: string;
	}

	interface Person extends Mail {
		id: string;
		email: string;
	}

	async function invite(): Promise<Person> {
		people += 1;
		server.clock.advance(hour);
		const email = `visited${String(people)}@example.com`;
		const body = { items: [{ contact: { email } }] };
		const answer = await server.call('POST', '/v1/invitations?wait=5', body);
		const [mail] = await mailsTo(server, email);
		return { email, id: answer.body.items[0].contact.id, link: mail!.link, code: mail!.code };
	}

	const isIn = (browser: Browser) => isSignedIn(browser, server);

	/** Opens the link, presses, and types the code in case it is asked for. */
	async function enter(browser: Browser, { link, code }: Mail): Promise<Page> {
		const { fields } = await browser.get(link);
		return browser.post(`${server.url}/l`, { ...fields, code });
	}

	/** A scanner with a person's browser and press: nothing about it is suspicious. It follows where it is led, too. */
	async function scan(link: string): Promise<{ browser: Browser; at: number }> {
		const browser = openBrowser();
		expect((await signIn(browser, link)).status).toBe(303);
		const at = server.clock.now();
		server.clock.advance(20_000);
		expect(await isIn(browser)).toBe(true);
		return { browser, at };
	}

	/** What the page of a used link offers: a new one by e-mail. */
	async function newLink({ email, link }: Person, browser = openBrowser()): Promise<Mail> {
		const page = await browser.get(link);
		expect([page.status, page.action]).toEqual([410, '/l/new']);
		await browser.post(`${server.url}/l/new`, page.fields);
		const [mail] = await mailsTo(server, email);
		expect(mail!.link).not.toBe(link);
		return mail!;
	}

	/** The address typed on the sign-in page, and the link of the e-mail that comes. */
	async function askFor(email: string, browser: Browser): Promise<string> {
		server.clock.advance(minute);
		const page = await browser.get(`${server.url}/sign-in`);
		await browser.post(`${server.url}/sign-in`, { ...page.fields, email });
		return (await mailsTo(server, email))[0]!.link;
	}

	async function contactOf({ id }: Person) {
		return (await server.services.store.contacts.get(server.portal.id, id))!;
	}

	async function eventsOf({ id }: Person, type: string) {
		return (await server.call('GET', `/v1/events?type=${type}&contactId=${id}`)).body.items;
	}

	it('R10 R12 the person’s own redemption turns a scanner’s into its visit', async () => {
		const person = await invite();
		const scanner = await scan(person.link);
		expect((await contactOf(person)).joinedAt).toBe(scanner.at);
		server.clock.advance(hour);
		const browser = openBrowser();
		const renewed = await newLink(person, browser);
		server.clock.advance(minute);
		expect((await enter(browser, renewed)).status).toBe(303);
		expect(await isIn(browser)).toBe(true);
		expect(await isIn(scanner.browser)).toBe(false);
		expect((await contactOf(person)).joinedAt).toBe(server.clock.now());
		const visitedAt = new Date(scanner.at).toISOString();
		expect(await eventsOf(person, 'link.scanned')).toMatchObject([
			{ at: visitedAt, actor: 'visitor' },
		]);
		expect(await eventsOf(person, 'session.ended')).toMatchObject([{ actor: 'system' }]);
		const [joined] = await eventsOf(person, 'contact.joined');
		expect(joined.at).toBe(new Date(server.clock.now()).toISOString());
	});

	it('R12 an admin reads of the scanner’s visit, and of the person’s as the first', async () => {
		const admin = openBrowser();
		await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
		const person = await invite();
		await scan(person.link);
		server.clock.advance(hour);
		const contactPage = `${server.url}/admin/contacts/${person.id}`;
		expect((await admin.get(contactPage)).text).not.toContain('mail scanner');
		await enter(openBrowser(), await newLink(person));
		const { text } = await admin.get(contactPage);
		expect(text.match(/Opened by a mail scanner/g)).toHaveLength(1);
		expect(text.match(/Signed in with the link/g)).toHaveLength(1);
		expect(text.match(/Joined: signed in for the first time/g)).toHaveLength(1);
	});

	it('R10 R50 a recount of joined is right after corrections', async () => {
		const stats = await server.services.store.contacts.stats(server.portal.id);
		const page = { limit: 1000, after: null };
		const all = await server.services.store.contacts.list(server.portal.id, {}, page);
		expect(stats.joined).toBe(all.filter(({ joinedAt }) => joinedAt !== null).length);
		expect(stats.joined).toBeGreaterThan(0);
	});

	it('R10 also when the person comes by the sign-in page', async () => {
		const person = await invite();
		const scanner = await scan(person.link);
		server.clock.advance(hour);
		const browser = openBrowser({ scripts: false });
		await signIn(browser, await askFor(person.email, browser));
		expect([await isIn(browser), await isIn(scanner.browser)]).toEqual([true, false]);
		expect((await contactOf(person)).joinedAt).toBe(server.clock.now());
	});

	it('R10 also when scanners win two links, and one of them signs out', async () => {
		const person = await invite();
		const first = await scan(person.link);
		await first.browser.post(`${server.url}/sign-out`, {});
		server.clock.advance(hour);
		const items = [{ contact: { email: person.email } }];
		await server.call('POST', '/v1/login-emails?wait=5', { items });
		const second = await scan((await mailsTo(server, person.email))[0]!.link);
		expect((await contactOf(person)).joinedAt).toBe(first.at);
		server.clock.advance(hour);
		const browser = openBrowser();
		await enter(browser, await newLink(person));
		expect([await isIn(second.browser), await isIn(browser)]).toEqual([false, true]);
		expect((await contactOf(person)).joinedAt).toBe(server.clock.now());
		expect(await eventsOf(person, 'link.scanned')).toHaveLength(2);
	});

	it('R10 a scanner that reads the e-mail with the new link, too, does not use it up', async () => {
		const person = await invite();
		const { browser } = await scan(person.link);
		await browser.post(`${server.url}/sign-out`, {});
		let mail = await newLink(person, browser);
		for (let mails = 0; mails < 2; mails += 1) {
			const question = await signIn(browser, mail.link);
			expect([question.status, question.action]).toEqual([200, '/l']);
			server.clock.advance(minute);
			// The question has a button for another e-mail, and the scanner presses that one as well.
			await browser.post(`${server.url}/l/new`, question.fields);
			const [newer] = await mailsTo(server, person.email);
			expect(newer!.link).not.toBe(mail.link);
			mail = newer!;
		}
		const own = openBrowser();
		expect((await enter(own, mail)).status).toBe(303);
		expect(await isIn(own)).toBe(true);
	});

	it('R10 nor does one that asks on the sign-in page; the browser that the person asks in needs the button only', async () => {
		const person = await invite();
		await scan(person.link);
		const asked = await askFor(person.email, openBrowser());
		expect((await signIn(openBrowser(), asked)).action).toBe('/l');
		const own = openBrowser();
		expect((await signIn(own, await askFor(person.email, own))).status).toBe(303);
		expect(await eventsOf(person, 'link.scanned')).toHaveLength(1);
	});

	it.each([
		['59 seconds later', 59_000, false],
		['60 seconds later', 60_000, true],
	])('R10 a session in which somebody was seen %s', async (_, laterMs, stays) => {
		const person = await invite();
		const phone = openBrowser();
		await signIn(phone, person.link);
		const joinedAt = server.clock.now();
		server.clock.advance(laterMs);
		expect(await isIn(phone)).toBe(true);
		server.clock.advance(hour);
		await enter(openBrowser(), await newLink(person));
		expect(await isIn(phone)).toBe(stays);
		expect((await contactOf(person)).joinedAt === joinedAt).toBe(stays);
		expect(await eventsOf(person, 'link.scanned')).toHaveLength(stays ? 0 : 1);
	});

	it('R13 after the new login: when and on what device the old link was used, and an end to that', async () => {
		const person = await invite();
		const phone = openBrowser();
		const { fields } = await phone.get(person.link);
		const android = 'Mozilla/5.0 (Linux; Android 16) Chrome/148.0.0.0 Mobile Safari/537.36';
		await phone.post(`${server.url}/l`, fields, { 'user-agent': android });
		server.clock.advance(2 * minute);
		expect(await isIn(phone)).toBe(true);
		server.clock.advance(hour);

		const laptop = openBrowser();
		const used = await laptop.get(person.link);
		for (const told of ['Chrome', 'Android', person.email]) expect(used.text).not.toContain(told);
		const page = `${server.url}/earlier-link`;
		expect((await laptop.get(page)).headers.get('location')).toBe('/');
		const answer = await enter(laptop, await newLink(person, laptop));
		expect([answer.status, answer.headers.get('location')]).toEqual([303, '/earlier-link']);
		const told = await laptop.get(page);
		expect(told.text).toContain('Chrome on Android');
		const redeemedAt = server.clock.now() - hour - 2 * minute;
		expect(told.text).toContain(`datetime="${new Date(redeemedAt).toISOString()}"`);

		const cross = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
		await laptop.post(page, {}, cross);
		expect(await isIn(phone)).toBe(true);
		const ended = await laptop.post(page, {});
		expect([ended.status, ended.headers.get('location')]).toEqual([303, '/']);
		expect([await isIn(phone), await isIn(laptop)]).toEqual([false, true]);
		expect((await laptop.get(page)).headers.get('location')).toBe('/');
	});

	it('R10 whoever typed the code is a person', async () => {
		const person = await invite();
		const phone = openBrowser({ scripts: false });
		const question = await signIn(phone, person.link);
		await phone.post(`${server.url}/l`, { ...question.fields, code: person.code });
		server.clock.advance(hour);
		await enter(openBrowser(), await newLink(person));
		expect(await isIn(phone)).toBe(true);
		expect(await eventsOf(person, 'link.scanned')).toEqual([]);
	});

	it('R10 the browser that asked for its link on the sign-in page is a person’s', async () => {
		const person = await invite();
		const phone = openBrowser();
		await signIn(phone, await askFor(person.email, phone));
		server.clock.advance(hour);
		const laptop = openBrowser();
		await signIn(laptop, await askFor(person.email, laptop));
		expect([await isIn(phone), await isIn(laptop)]).toEqual([true, true]);
	});

	it('R10 a scanner that wins the e-mail of the sign-in page ends nobody’s session', async () => {
		const person = await invite();
		const phone = openBrowser();
		await signIn(phone, person.link);
		server.clock.advance(minute);
		expect(await isIn(phone)).toBe(true);
		server.clock.advance(hour);
		await scan(await askFor(person.email, openBrowser()));
		expect(await isIn(phone)).toBe(true);
		expect(await eventsOf(person, 'link.scanned')).toEqual([]);
	});

	it('R10 the same browser, or one more than 24 hours later, corrects nothing', async () => {
		const own = await invite();
		const browser = openBrowser();
		await signIn(browser, own.link);
		await browser.post(`${server.url}/sign-out`, {});
		server.clock.advance(hour);
		await enter(browser, await newLink(own, browser));
		expect(await eventsOf(own, 'link.scanned')).toEqual([]);

		for (const [lateMs, visits] of [
			[0, 1],
			[1, 0],
		] as const) {
			const person = await invite();
			const scanner = await scan(person.link);
			server.clock.advance(scanner.at + 24 * hour - minute - server.clock.now());
			const renewed = await newLink(person);
			server.clock.advance(minute + lateMs);
			await enter(openBrowser(), renewed);
			expect(await eventsOf(person, 'link.scanned')).toHaveLength(visits);
		}
	});

	it('R10 R9 pressing again and again corrects once', async () => {
		const person = await invite();
		await scan(person.link);
		server.clock.advance(hour);
		const browser = openBrowser();
		const renewed = await newLink(person, browser);
		server.clock.advance(minute);
		const { fields } = await browser.get(renewed.link);
		const press = () => browser.post(`${server.url}/l`, { ...fields, code: renewed.code });
		const statuses = (await Promise.all([press(), press(), press()])).map(({ status }) => status);
		expect(statuses).toEqual([303, 303, 303]);
		for (const type of ['link.scanned', 'session.ended']) {
			expect(await eventsOf(person, type)).toHaveLength(1);
		}
		expect(await eventsOf(person, 'contact.joined')).toHaveLength(2);
	});

	it.each(['append', 'end', 'moveJoined'] as const)(
		'R10 R7 a process that dies before %s: the next press does what is missing',
		async (step) => {
			const person = await invite();
			const scanner = await scan(person.link);
			server.clock.advance(hour);
			const browser = openBrowser();
			const renewed = await newLink(person, browser);
			server.clock.advance(minute);
			const { fields } = await browser.get(renewed.link);
			const form = { ...fields, code: renewed.code };
			const { events, sessions, contacts } = server.services.store;
			const owners = { append: events, end: sessions, moveJoined: contacts };
			const owner = owners[step] as unknown as Record<string, unknown>;
			const real = owner[step];
			owner[step] = () => Promise.reject(new Error('the process died'));
			expect((await browser.post(`${server.url}/l`, form)).status).toBe(500);
			owner[step] = real;
			server.clock.advance(1000);
			expect((await browser.post(`${server.url}/l`, form)).status).toBe(303);
			expect([await isIn(browser), await isIn(scanner.browser)]).toEqual([true, false]);
			expect((await contactOf(person)).joinedAt).toBe(server.clock.now() - 1000);
			expect(await eventsOf(person, 'link.scanned')).toHaveLength(1);
			expect(await eventsOf(person, 'session.ended')).toHaveLength(1);
		},
	);
});
