import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openBrowser, signIn } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { mailsTo } from '../../support/mails.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const minute = 60_000;

const databases = await databasesFor('redemption: limits');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;

	beforeEach(async () => {
		server = await startServer({
			database,
			env: { TRUST_PROXY: 'loopback', LIMIT_MAILS_NETWORK_HOUR: '8' },
		});
	}, 60_000);
	afterEach(() => server.stop(), 60_000);

	async function links(email: string, number: number): Promise<string[]> {
		await server.call('POST', '/v1/contacts', { email });
		const items = Array.from({ length: number }, () => ({ contact: { email } }));
		const { body } = await server.call('POST', '/v1/magic-links', { items, expiresIn: 60 });
		return body.items.map((item: { url: string }) => item.url);
	}

	/** Presses "E-mail me a new link" on the page of a link, from a network of one's own. */
	async function askAgain(url: string, network: string) {
		const browser = openBrowser();
		const { fields } = await browser.get(url);
		return browser.post(`${server.url}/l/new`, fields, { 'x-forwarded-for': network });
	}

	it('R37 mails a contact 1 new link a minute and 5 an hour, whichever links and networks ask', async () => {
		const email = 'ada@example.com';
		const urls = await links(email, 12);
		server.clock.advance(minute);
		const sent: number[] = [];
		const pages = new Set<string>();
		for (const [n, url] of urls.slice(0, 10).entries()) {
			const answer = await askAgain(url, `192.0.2.${String(n)}`);
			pages.add(`${String(answer.status)} ${answer.text}`);
			sent.push((await mailsTo(server, email)).length);
			if (n > 0) server.clock.advance(minute);
		}
		// The second came within the minute of the first.
		expect(sent).toEqual([1, 1, 2, 3, 4, 5, 5, 5, 5, 5]);
		expect(pages.size).toBe(1);
		server.clock.advance(60 * minute);
		await askAgain(urls[11]!, '192.0.2.99');
		expect(await mailsTo(server, email)).toHaveLength(6);
	});

	it('R37 what was refused counted nothing: the same link may ask when there is room', async () => {
		const email = 'bea@example.com';
		const [first, second] = await links(email, 2);
		server.clock.advance(minute);
		await askAgain(first!, '192.0.2.1');
		await askAgain(second!, '192.0.2.1');
		expect(await mailsTo(server, email)).toHaveLength(1);
		server.clock.advance(minute);
		await askAgain(second!, '192.0.2.1');
		expect(await mailsTo(server, email)).toHaveLength(2);
	});

	it('R37 lets a network ask so often an hour, an IPv6 one by its /64, and says when again', async () => {
		const people = await Promise.all(
			Array.from({ length: 9 }, (_, n) => links(`person${String(n)}@example.com`, 1)),
		);
		server.clock.advance(minute);
		const answers = [];
		for (const [n, [url]] of people.entries()) {
			answers.push(await askAgain(url!, `2001:db8:1:2::${n.toString(16)}`));
		}
		expect(answers.map(({ status }) => status)).toEqual([...Array(8).fill(200), 429]);
		expect(await mailsTo(server, 'person8@example.com')).toHaveLength(0);
		const last = answers.at(-1)!;
		expect(last.headers.get('retry-after')).toBe('3600');
		expect(last.text).toContain('Please try again in 60 minutes.');
		expect((await askAgain(people[8]![0]!, '2001:db8:1:3::8')).status).toBe(200);
		expect(await mailsTo(server, 'person8@example.com')).toHaveLength(1);
	});

	it.each([
		['an IPv4 one with a port', (n: number) => `192.0.2.1:${String(5000 + n)}`],
		['an IPv6 one with a port', (n: number) => `[2001:db8:1:2::1]:${String(5000 + n)}`],
		['what is no address', (n: number) => `_hidden${String(n)}`],
	])('R37 counts as one network %s, whichever it is', async (_, network) => {
		const people = await Promise.all(
			Array.from({ length: 9 }, (_person, n) => links(`person${String(n)}@example.com`, 1)),
		);
		server.clock.advance(minute);
		const statuses = [];
		for (const [n, [url]] of people.entries()) {
			statuses.push((await askAgain(url!, network(n))).status);
		}
		expect(statuses).toEqual([...Array(8).fill(200), 429]);
		expect((await askAgain(people[8]![0]!, '::ffff:c000:209')).status).toBe(200);
	});

	it('R37 takes X-Forwarded-For from a configured proxy only', async () => {
		const direct = await startServer({ database, env: { LIMIT_MAILS_NETWORK_HOUR: '1' } });
		try {
			await direct.call('POST', '/v1/contacts', { email: 'dan@example.com' });
			const asked = { contact: { email: 'dan@example.com' }, expiresIn: 60 };
			const { body } = await direct.call('POST', '/v1/magic-links', asked);
			direct.clock.advance(minute);
			const statuses = [];
			for (const network of ['192.0.2.1', '192.0.2.2']) {
				const browser = openBrowser();
				const { fields } = await browser.get(body.url);
				const forged = { 'x-forwarded-for': network };
				statuses.push((await browser.post(`${direct.url}/l/new`, fields, forged)).status);
			}
			expect(statuses).toEqual([200, 429]);
		} finally {
			await direct.stop();
		}
	});

	it('R37 R38 never limits the redeeming of an unexpired link, nor what an API key sends', async () => {
		const email = 'cyd@example.com';
		const [old] = await links(email, 1);
		server.clock.advance(minute);
		for (let n = 0; n < 12; n += 1) await askAgain(old!, '192.0.2.1');
		const body = { items: Array.from({ length: 1 }, () => ({ contact: { email } })) };
		for (let n = 0; n < 8; n += 1) await server.call('POST', '/v1/login-emails?wait=5', body);
		const mails = await mailsTo(server, email);
		expect(mails).toHaveLength(9);
		for (let n = 0; n < 12; n += 1) await askAgain(old!, '192.0.2.1');
		expect((await signIn(openBrowser(), mails[0]!.link)).status).toBe(303);
	});
});
