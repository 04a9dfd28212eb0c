import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { settings } from '../../../server/config.ts';
import { openBrowser, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { settled } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { startSmtpStub } from '../../support/smtp-stub.ts';

const databases = await databasesFor('redemption: how links are opened');
const second = 1000;

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let smtp: Awaited<ReturnType<typeof startSmtpStub>>;
	let people = 0;
	let networks = 0;

	beforeAll(async () => {
		smtp = await startSmtpStub();
		const mail = { MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'p@example.com', SMTP_URL: smtp.url };
		const { scannerVisits } = settings;
		const env = { TRUST_PROXY: 'loopback', [scannerVisits.name]: scannerVisits.default! };
		server = await startServer({ database, env: { ...mail, ...env } });
	}, 60_000);
	afterAll(async () => {
		await server.stop();
		await smtp.close();
	}, 60_000);

	/** The link in the newest e-mail to an address. */
	async function linkTo(email: string): Promise<string> {
		await settled(server);
		const mails = smtp.deliveries.filter(({ to }) => to[0] === email);
		return /https?:\/\/\S+\/l\/[\w-]{66}/.exec(mails.at(-1)?.mail.text ?? '')?.[0] ?? '';
	}

	/** An invited contact whose e-mail left `agoMs` ago. */
	async function invite(agoMs: number) {
		people += 1;
		const email = `opened${String(people)}@example.com`;
		const items = [{ contact: { email } }];
		const { body } = await server.call('POST', '/v1/invitations?wait=5', { items });
		const link = await linkTo(email);
		server.clock.advance(agoMs);
		return { email, link, id: body.items[0].contact.id as string };
	}

	function newNetwork(): Record<string, string> {
		networks += 1;
		return { 'x-forwarded-for': `203.0.113.${String(networks)}` };
	}

	/** The status after a press: 303 signed in, 200 asked. */
	async function press(browser: Browser, link: string, network = newNetwork()): Promise<number> {
		const { fields } = await browser.get(link, network);
		return (await browser.post(`${server.url}/l`, fields, network)).status;
	}

	async function lastSigns(id: string): Promise<string[]> {
		const filter = `type=link.questioned&contactId=${id}`;
		return (await server.call('GET', `/v1/events?${filter}`)).body.items[0].data.signs;
	}

	it('R10 a press within 10 seconds of the e-mail asks for the code, a later one does not', async () => {
		const early = await invite(10 * second - 1);
		expect(await press(openBrowser(), early.link)).toBe(200);
		expect(await lastSigns(early.id)).toEqual(['just_mailed']);
		server.clock.advance(1);
		expect(await press(openBrowser(), early.link)).toBe(303);
	});

	it('R14 the browser that asked for the e-mail may be as quick as it likes', async () => {
		const { email } = await invite(60 * second);
		const browser = openBrowser();
		const page = await browser.get(`${server.url}/sign-in`);
		await browser.post(`${server.url}/sign-in`, { ...page.fields, email });
		const link = await linkTo(email);
		expect(await press(openBrowser(), link)).toBe(200);
		expect(await press(browser, link)).toBe(303);
	});

	it.each(['HEAD once', 'GET four times'])(
		'R10 a press from a network that has just asked with %s asks for the code',
		async (how) => {
			const { link, id } = await invite(60 * second);
			const network = newNetwork();
			const { head, get } = openBrowser();
			const visits = how === 'HEAD once' ? [head] : [get, get, get, get];
			for (const visit of visits) await visit(link, network);
			expect(await press(openBrowser(), link, network)).toBe(200);
			expect(await lastSigns(id)).toEqual(['many_visits']);
			expect(await press(openBrowser(), link)).toBe(303);
		},
	);

	it('R10 a minute later, or after fewer, or on another link, it does not', async () => {
		const network = newNetwork();
		const [late, few, other] = [await invite(60_000), await invite(60_000), await invite(60_000)];
		const { head, get } = openBrowser();
		await head(late.link, network);
		server.clock.advance(60 * second);
		expect(await press(openBrowser(), late.link, network)).toBe(303);
		for (let n = 0; n < 3; n += 1) await get(few.link, network);
		await head(other.link, network);
		expect(await press(openBrowser(), few.link, network)).toBe(303);
	});

	it('R27 a network is recorded as a keyed hash, another for each link', async () => {
		const network = { 'x-forwarded-for': '198.51.100.77' };
		const hashes = [];
		for (const { link, id } of [await invite(0), await invite(0)]) {
			await openBrowser().get(link, network);
			await openBrowser().get(link, network);
			const { body } = await server.call('GET', `/v1/events?type=link.visited&contactId=${id}`);
			expect(JSON.stringify(body)).not.toContain('198.51.100');
			const [first, again] = body.items.map(
				({ data }: { data: { network: string } }) => data.network,
			);
			expect(first).toBe(again);
			hashes.push(first);
		}
		expect(hashes[0]).not.toBe(hashes[1]);
	});
});
