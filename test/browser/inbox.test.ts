import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';

import { openBrowser, signIn } from '../support/browser.ts';
import type { Browser as PlainBrowser } from '../support/browser.ts';
import { describeInBrowser } from './describe.ts';
import { close, openInbox } from './inbox.ts';
import type { Inbox } from './inbox.ts';
import { followThePages, isIn } from './person.ts';
import type { Mailbox, Way } from './person.ts';
import { pressesEverything, runsScripts, submitsEverything } from './scanners/chromium.ts';
import { burstOfGets, chatPreview, headThenGet } from './scanners/fetching.ts';
import { prefetchingMailProgram } from './scanners/prefetching.ts';
import { startRewritingGateway } from './scanners/rewriting.ts';
import { late, scannerTools } from './scanners/scanner.ts';
import type { Scanner, ScannerTools } from './scanners/scanner.ts';
import { inContext, launchBrowser } from './support.ts';
import { otherWays } from './ways.ts';

describeInBrowser('an inbox that a scanner reads first', () => {
	let browser: Browser;
	let inbox: Inbox;
	let admin: PlainBrowser;
	let gateway: Awaited<ReturnType<typeof startRewritingGateway>>;
	const rows = [
		['scanner', 'what it reached', 'how the person got in', 'joined: scanner → person'],
	];
	beforeAll(async () => {
		[browser, inbox] = await Promise.all([launchBrowser(), openInbox()]);
		admin = openBrowser();
		const adminLink = await inbox.server.services.admins.createLink('admin@example.com');
		await signIn(admin, adminLink.url);
		gateway = await startRewritingGateway(scannerTools(browser, inbox).headers);
	}, 120_000);
	afterAll(async () => {
		process.stdout.write(`${rows.map((row) => row.join(' | ')).join('\n')}\n`);
		await browser.close();
		await close(gateway.http);
		await inbox.stop();
	});

	/** An invited client, whose every e-mail the scanner goes over first. */
	async function invite(scanner: Scanner) {
		const client = await inbox.invite();
		const tools = scannerTools(browser, inbox);
		const reached: string[] = [];
		let scanned = 0;
		const messages = async () => {
			let all = await inbox.messages(client.email);
			while (scanned < all.length) {
				inbox.server.clock.advance(scanner.afterMs);
				reached.push(...(await scanner.scan(all[scanned]!, tools)));
				scanned += 1;
				all = await inbox.messages(client.email);
			}
			return all;
		};
		const shown: Mailbox['shown'] = ({ html }) => scanner.rewrite?.(html) ?? html;
		const mailbox: Mailbox = { inbox, client, messages, shown };
		return { mailbox, tools, reached };
	}

	const joinedInStats = async (): Promise<number> =>
		(await inbox.server.call('GET', '/v1/stats')).body.joined;

	async function eventsOf(mailbox: Mailbox, type: string): Promise<any[]> {
		const filter = `contactId=${mailbox.client.id}&type=${type}&limit=100`;
		return (await inbox.server.call('GET', `/v1/events?${filter}`)).body.items;
	}

	/** Of all that happened only the person counts, and only the person is signed in. */
	async function expectOnlyThePerson(mailbox: Mailbox, tools: ScannerTools, since: number) {
		const contact = `/v1/contacts/${mailbox.client.id}`;
		const { body } = await inbox.server.call('GET', contact);
		expect(Date.parse(body.joinedAt)).toBeGreaterThan(since);
		const sessions = (await inbox.server.call('GET', `${contact}/sessions`)).body.items;
		expect(sessions).toHaveLength(1);
		expect(Date.parse(sessions[0].createdAt)).toBeGreaterThan(since);
		for (const profile of tools.profiles) {
			const page = await profile.newPage();
			await page.goto(inbox.server.url);
			expect(await isIn(page, mailbox)).toBe(false);
			await profile.close();
		}
	}

	/** An admin can tell who was who: what a scanner redeemed is told to be its visit, and nothing else is. */
	async function expectTold({ recordedAs }: Scanner, mailbox: Mailbox, since: number) {
		const before = ({ at }: { at: string }) => Date.parse(at) < since;
		const linkIds = (events: any[]) => events.map(({ linkId }) => linkId).sort();
		const told = await Promise.all(recordedAs.map((type) => eventsOf(mailbox, type)));
		expect(told.flat().some(before)).toBe(true);
		const { text } = await admin.get(`${inbox.server.url}/admin/contacts/${mailbox.client.id}`);
		expect(text).toMatch(/looked at by a mail scanner|that mail scanners do|by a mail scanner/);
		const redeemed = await eventsOf(mailbox, 'link.redeemed');
		const scanned = await eventsOf(mailbox, 'link.scanned');
		expect(linkIds(scanned)).toEqual(linkIds(redeemed.filter(before)));
		expect(redeemed).toHaveLength(scanned.length + 1);
	}

	/** Lets the scanner go first, then the person. */
	async function inTurn(
		scanner: Scanner,
		person: (context: BrowserContext, mailbox: Mailbox) => Promise<Way>,
		options: BrowserContextOptions = {},
	): Promise<void> {
		const { clock } = inbox.server;
		const before = await joinedInStats();
		const { mailbox, tools, reached } = await invite(scanner);
		await mailbox.messages();
		const whenScanned = await joinedInStats();
		clock.advance(5 * 60_000);
		const since = clock.now();
		await inContext(
			browser,
			async (_, context) => {
				const { page, way } = await person(context, mailbox);
				expect(await isIn(page, mailbox)).toBe(true);
				const joined = `${String(whenScanned - before)} → ${String((await joinedInStats()) - before)}`;
				rows.push([scanner.behaviour, reached.join(' › '), way, joined]);
			},
			{ extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' }, ...options },
		);
		await expectOnlyThePerson(mailbox, tools, since);
		await expectTold(scanner, mailbox, since);
		expect(await joinedInStats()).toBe(before + 1);
	}

	it.each(
		[
			...[headThenGet, burstOfGets, runsScripts, pressesEverything, submitsEverything],
			...[prefetchingMailProgram, chatPreview],
			...[late(pressesEverything), late(submitsEverything)],
		].map((scanner) => [scanner.behaviour, scanner] as const),
	)(
		'R10 R12 %s: the person gets in, and nobody else has joined',
		async (_, scanner) => {
			await inTurn(scanner, followThePages);
		},
		60_000,
	);

	it('R10 R12 gateway that rewrites the link: the person gets in, and nobody else has joined', async () => {
		const looks = gateway.looks();
		await inTurn(gateway.scanner, followThePages);
		// When the e-mail arrived, and when the person clicked.
		expect(gateway.looks() - looks).toBe(2);
	});

	it.each(otherWays)('R10 $title', async ({ walk, options }) => {
		await inTurn(runsScripts, walk, options);
	});
});
