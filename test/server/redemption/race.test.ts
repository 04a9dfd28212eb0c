import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { uuidV7 } from '../../../server/ids.ts';
import { loginCode } from '../../../server/services/login-code.ts';
import type { Services } from '../../../server/services.ts';
import { databasesFor, type Database } from '../../support/databases.ts';
import { startProcesses, type Processes } from '../../support/processes.ts';

const competitors = 64;
const databases = await databasesFor('R4 race over two server processes');

/** A request to one process that names the portal's host, as behind a load balancer. */
function ask(
	port: number,
	host: string,
	path: string,
	init: { cookie?: string; form?: Record<string, string> } = {},
): Promise<{ status: number; cookies: string[]; text: string }> {
	const body = init.form === undefined ? '' : new URLSearchParams(init.form).toString();
	return new Promise((resolve, reject) => {
		const sent = request(
			{
				...{ host: '127.0.0.1', port, path, agent: false },
				method: init.form === undefined ? 'GET' : 'POST',
				headers: {
					host,
					...(init.cookie === undefined ? {} : { cookie: init.cookie }),
					...(init.form === undefined
						? {}
						: {
								'content-type': 'application/x-www-form-urlencoded',
								origin: `http://${host}`,
								'sec-fetch-mode': 'navigate',
							}),
				},
			},
			(response) => {
				let text = '';
				response.setEncoding('utf8').on('data', (part: string) => (text += part));
				response.on('end', () => {
					const cookies = response.headers['set-cookie'] ?? [];
					resolve({ status: response.statusCode ?? 0, cookies, text });
				});
			},
		);
		sent.on('error', reject);
		sent.end(body);
	});
}

describe.each(databases)('R4 two server processes on one database: $name', (database: Database) => {
	let started: Processes;
	let services: Services;
	let host: string;

	beforeAll(async () => {
		// All browsers are on this machine's network.
		started = await startProcesses(database, 2, { SCANNER_VISITS: '100' });
		services = started.services;
		host = `localhost:${String(started.ports[0])}`;
	}, 120_000);

	afterAll(() => started.stop(), 60_000);

	/** A link for a new contact; `code` is that of its e-mail. */
	async function makeLink(email: string) {
		const { portal } = await services.portals.ensureDefault();
		const row = { email, set: {}, fields: {} };
		const [made] = await services.contacts.upsertMany(portal, [row], 'system');
		const contact = made!.contact;
		const [minted] = await services.links.mint(portal, [
			{
				id: uuidV7(Date.now()),
				subject: { kind: 'contact', id: contact.id },
				...{ email, purpose: 'login', kind: 'api', destination: null },
				...{ lifetimeMs: 600_000, sendId: null, createdBy: 'system' },
				hasCode: true,
			},
		]);
		const { link, url } = minted!;
		return { portal, contact, link, url, code: loginCode(services.keys, link)! };
	}

	/** Each browser opens the link's page, over one process or the other; then all of them post at once. */
	async function raceOn(url: string, answerOf: (n: number) => Record<string, string>) {
		const path = new URL(url).pathname;
		const browsers = await Promise.all(
			Array.from({ length: competitors }, async (_, n) => {
				const port = started.ports[n % 2]!;
				const page = await ask(port, host, path);
				const [cookie = ''] = (page.cookies[0] ?? '').split(';');
				const formToken = /name="formToken" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
				return { port, cookie, form: { token: path.slice(3), formToken, ...answerOf(n) } };
			}),
		);
		expect(new Set(browsers.map(({ cookie }) => cookie)).size).toBe(competitors);
		const answers = await Promise.all(
			browsers.map(({ port, ...init }) => ask(port, host, '/l', init)),
		);
		return {
			statuses: answers.map(({ status }) => status).sort(),
			sessions: answers.filter(({ cookies }) => cookies.some((c) => c.startsWith('session=')))
				.length,
		};
	}

	async function countEvents(portalId: string, contactId: string, type: string) {
		const filter = { contactId, type };
		return (await services.events.list(portalId, filter, { limit: 1000, after: null })).length;
	}

	it(`${String(competitors)} parallel POSTs of one link make exactly one session`, async () => {
		const { portal, contact, url } = await makeLink('ada@example.com');
		const { statuses, sessions } = await raceOn(url, () => ({ pressed: '1' }));
		expect(sessions).toBe(1);
		expect(statuses).toEqual([303, ...Array.from({ length: competitors - 1 }, () => 410)]);
		expect(await countEvents(portal.id, contact.id, 'link.redeemed')).toBe(1);
		expect(await countEvents(portal.id, contact.id, 'contact.joined')).toBe(1);
	}, 60_000);

	it(`R5 R6 ${String(competitors)} parallel POSTs of the code of one e-mail make exactly one session`, async () => {
		const { portal, contact, url, code } = await makeLink('grace@example.com');
		expect((await raceOn(url, () => ({ code }))).sessions).toBe(1);
		expect(await countEvents(portal.id, contact.id, 'link.redeemed')).toBe(1);
	}, 60_000);

	it(`R6 of ${String(competitors)} parallel POSTs of link and code of one e-mail exactly one gets in`, async () => {
		const { portal, contact, url, code } = await makeLink('edsger@example.com');
		// Neighbours come over different processes, so each process gets both.
		const answerOf = (n: number) => (n % 4 < 2 ? { code } : { pressed: '1' });
		expect((await raceOn(url, answerOf)).sessions).toBe(1);
		expect(await countEvents(portal.id, contact.id, 'link.redeemed')).toBe(1);
	}, 60_000);

	it(`R5 of ${String(competitors)} parallel guesses over both processes 5 are looked at, and the link works on`, async () => {
		const { contact, link, url, code } = await makeLink('barbara@example.com');
		const guess = (n: number) => String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0');
		const { sessions } = await raceOn(url, (n) => ({ code: guess(n) }));
		expect(sessions).toBe(0);
		expect((await services.store.magicLinks.get(link.id))!.codeTries).toBe(5);
		// The code is out of tries, so that the right one no longer gets in; the button does.
		expect((await raceOn(url, () => ({ code }))).sessions).toBe(0);
		expect((await raceOn(url, () => ({ pressed: '1' }))).sessions).toBe(1);
		expect(await services.store.contacts.get(contact.portalId, contact.id)).toMatchObject({
			joinedAt: expect.any(Number),
		});
	}, 60_000);
});
