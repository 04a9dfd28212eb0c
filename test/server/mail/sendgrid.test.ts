import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createSendGridMailer } from '../../../server/mail/sendgrid.ts';
import {
	startSendGridStub,
	type SendGridStub,
	type StubMail,
} from '../../support/sendgrid-stub.ts';
import {
	batchOf,
	clock,
	hostileNames,
	hrefsIn,
	linkOf,
	memoryLog,
	now,
	portalOf,
	recipientOf,
} from './batch.ts';

let stub: SendGridStub;
let lines: string[];
beforeEach(async () => {
	stub = await startSendGridStub();
});
afterEach(() => stub.close());

function mailer(set: Partial<Parameters<typeof createSendGridMailer>[0]> = {}) {
	const memory = memoryLog();
	lines = memory.lines;
	const { apiKey, url: apiUrl } = stub;
	return createSendGridMailer({
		...{ apiKey, apiUrl, concurrency: 4, timeoutMs: 5000, clock, log: memory.log },
		...set,
	});
}

const people = (count: number) => Array.from({ length: count }, (_, n) => recipientOf(n));
const contentOf = (mail: StubMail, type: string) =>
	mail.content.find((part) => part.type === type)!.value;
const addressOf = (mail: StubMail) => mail.personalizations[0]!.to[0]!.email;
const recipientIn = (body: string) => addressOf(JSON.parse(body) as StubMail);

/** Nothing that was kept, answered or logged holds the API key or any link. */
function expectNoSecrets(...things: unknown[]) {
	const all = JSON.stringify(things) + lines.join('\n');
	expect(all).not.toContain(stub.apiKey);
	expect(all).not.toContain('stub-key-secret');
	expect(all).not.toContain('/l/');
	for (let n = 0; n < 20; n++) expect(all).not.toContain(linkOf(n).slice(-40));
}

describe('SendGrid', () => {
	it('sends one request per person and answers with SendGrid’s message ids', async () => {
		const sender = {
			name: 'Atelier',
			email: 'hi@atelier.example',
			replyTo: 'office@atelier.example',
		};
		const outcomes = await mailer().send(batchOf(people(12), { portal: portalOf({ sender }) }));
		expect(stub.mails.map(addressOf).toSorted()).toEqual(
			people(12)
				.map(({ email }) => email)
				.toSorted(),
		);
		expect(outcomes).toHaveLength(12);
		for (const outcome of outcomes) {
			expect(outcome).toMatchObject({ status: 'sent', missing: [] });
			expect((outcome as { messageId: string }).messageId).toMatch(/^[\da-f-]{36}$/);
		}
		expect(stub.mails[0]).toMatchObject({
			from: { email: 'hi@atelier.example', name: 'Atelier' },
			reply_to: { email: 'office@atelier.example' },
			subject: 'Your sign-in link for Atelier Sonnenschein',
			headers: { 'Auto-Submitted': 'auto-generated' },
		});
		expect(stub.mails[0]!.content.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
	});

	it('R28 turns all tracking off, has one recipient, and labels nothing with a secret', async () => {
		await mailer().send(batchOf([recipientOf(1)]));
		const [mail] = stub.mails;
		expect(mail!.tracking_settings).toEqual({
			click_tracking: { enable: false, enable_text: false },
			open_tracking: { enable: false },
			subscription_tracking: { enable: false },
			ganalytics: { enable: false },
		});
		expect(mail!.personalizations).toEqual([
			{
				to: [{ email: 'person1@example.org', name: 'Person 1' }],
				custom_args: { delivery_id: recipientOf(1).deliveryId },
			},
		]);
		expect(mail!.categories).toEqual(['login_email']);
		const { content, ...rest } = mail!;
		expect(content).toHaveLength(2);
		expect(JSON.stringify(rest)).not.toContain('/l/');
	});

	it('R28 carries the link byte for byte in every href and in the text', async () => {
		await mailer().send(batchOf([recipientOf(1)]));
		const html = contentOf(stub.mails[0]!, 'text/html');
		expect(hrefsIn(html).filter((href) => href.includes('/l/'))).toEqual([linkOf(1), linkOf(1)]);
		expect(contentOf(stub.mails[0]!, 'text/plain')).toContain(`\n${linkOf(1)}\n`);
		const anchors = html.match(/<a\b[^>]*\/l\/[^>]*>/g)!;
		for (const anchor of anchors) expect(anchor).toContain('clicktracking="off"');
	});

	it('R29 gives each of 60 people a link of their own, found in no other e-mail', async () => {
		await mailer().send(batchOf(people(60)));
		const found = new Map(
			stub.requests.map(({ body }) => [
				recipientIn(body),
				new Set(body.match(/https:\/\/portal\.example\/l\/[\w-]+/g)),
			]),
		);
		expect(found.size).toBe(60);
		people(60).forEach(({ email }, n) => expect(found.get(email)).toEqual(new Set([linkOf(n)])));
	});

	it('keeps exactly as many requests open as the setting allows, over all batches', async () => {
		let open!: () => void;
		const full = new Promise<void>((resolve) => (open = resolve));
		stub.script = async () => {
			if (stub.requests.length === 4) open();
			await full;
			return null;
		};
		const one = mailer();
		await Promise.all([one.send(batchOf(people(10))), one.send(batchOf(people(10)))]);
		expect(stub.mails).toHaveLength(20);
		expect(stub.mostAtOnce).toBe(4);
	});

	it('R36 lets no name or text break out of its field', async () => {
		const source = { subject: '<< item.title >>', html: '<p><< item.title >></p>', text: '-' };
		const recipients = hostileNames.map((name, n) =>
			recipientOf(n, { name, item: { title: name } }),
		);
		const sender = { name: hostileNames[0]!, email: 'hi@atelier.example', replyTo: null };
		const outcomes = await mailer({ concurrency: 1 }).send(
			batchOf(recipients, { source, portal: portalOf({ sender }) }),
		);
		expect(outcomes.map(({ status }) => status)).toEqual(hostileNames.map(() => 'sent'));
		for (const mail of stub.mails) {
			const { to, cc, bcc } = mail.personalizations[0]!;
			expect([to.length, cc, bcc]).toEqual([1, undefined, undefined]);
			for (const header of [to[0]!.name!, mail.from.name!, mail.subject!]) {
				expect(header).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
				expect(header.isWellFormed()).toBe(true);
			}
			expect(to[0]!.name!.length).toBeLessThanOrEqual(100);
			expect(contentOf(mail, 'text/html')).not.toContain('<script');
		}
	});
});

describe('SendGrid in trouble', () => {
	it.each([
		['Retry-After in seconds', { 'retry-after': '120' }, 120_000],
		['Retry-After as a date', { 'retry-after': new Date(now + 90_000).toUTCString() }, 90_000],
		['X-RateLimit-Reset', { 'x-ratelimit-reset': String(now / 1000 + 42) }, 42_000],
		['a time that has passed', { 'x-ratelimit-reset': String(now / 1000 - 42) }, 0],
		['an unreasonable time', { 'retry-after': '99999999' }, 3_600_000],
		['no time', {}, null],
	])('429 with %s puts the whole batch off', async (_name, headers, retryAfterMs) => {
		stub.script = () => ({ kind: 'answer', status: 429, headers });
		const outcomes = await mailer({ concurrency: 2 }).send(batchOf(people(20)));
		expect(outcomes).toEqual(
			Array<unknown>(20).fill({
				status: 'deferred',
				code: 'mail_unavailable',
				detail: 'SendGrid asks to send more slowly (429).',
				retryAfterMs,
				counts: false,
			}),
		);
		expect(stub.requests.length).toBeLessThanOrEqual(2);
	});

	it('500 for one person defers that e-mail only', async () => {
		stub.script = ({ body }) =>
			recipientIn(body) === 'person3@example.org' ? { kind: 'answer', status: 503 } : null;
		const outcomes = await mailer().send(batchOf(people(6)));
		expect(outcomes.map(({ status }) => status)).toEqual([
			'sent',
			'sent',
			'sent',
			'deferred',
			'sent',
			'sent',
		]);
		expect(outcomes[3]).toMatchObject({ code: 'mail_unavailable' });
	});

	it('an outage is noticed after three e-mails; the others are put off untried', async () => {
		stub.script = () => ({ kind: 'answer', status: 500 });
		const outcomes = await mailer({ concurrency: 1 }).send(batchOf(people(50)));
		expect(stub.requests).toHaveLength(3);
		const tried = { status: 'deferred', counts: true };
		expect(outcomes).toMatchObject([
			tried,
			tried,
			tried,
			...Array<unknown>(47).fill({ status: 'deferred', counts: false }),
		]);
		expect(lines.join('')).toContain('mail provider unusable');
	});

	it.each([
		['never answers', 'hang', 'no answer in time'],
		['answers a byte now and then', 'drip', 'no answer in time'],
		['hangs up', 'reset', 'ECONNRESET'],
	] as const)('a server that %s is given up on', async (_name, kind, reason) => {
		stub.script = () => ({ kind });
		const [outcome] = await mailer({ timeoutMs: 200 }).send(batchOf([recipientOf(1)]));
		expect(outcome).toEqual({
			status: 'deferred',
			code: 'mail_unavailable',
			detail: `SendGrid could not be reached (${reason}).`,
			retryAfterMs: null,
			counts: true,
		});
		expectNoSecrets(outcome);
	});

	it('a server that is not there defers', async () => {
		const one = mailer();
		await stub.close();
		const [outcome] = await one.send(batchOf([recipientOf(1)]));
		expect(outcome).toMatchObject({
			status: 'deferred',
			detail: 'SendGrid could not be reached (ECONNREFUSED).',
		});
		expectNoSecrets(outcome);
	});

	it('400 fails the one e-mail, in SendGrid’s words', async () => {
		const bad = recipientOf(2, { email: 'not-an-address' });
		const outcomes = await mailer().send(batchOf([recipientOf(1), bad, recipientOf(3)]));
		expect(outcomes.map(({ status }) => status)).toEqual(['sent', 'failed', 'sent']);
		expect(outcomes[1]).toEqual({
			status: 'failed',
			code: 'mail_rejected',
			detail:
				'SendGrid refused the e-mail (400: Does not contain a valid address. (personalizations.0.to)).',
			missing: [],
		});
	});

	it('R27 keeps what SendGrid quotes of key and e-mail out of outcomes and logs', async () => {
		stub.script = ({ body, headers }) => ({
			kind: 'answer',
			status: 400,
			body: { errors: [{ message: `Bad: ${body} ${String(headers.authorization)}`, field: 'x' }] },
		});
		const outcomes = await mailer().send(batchOf(people(3)));
		expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
		expectNoSecrets(outcomes);
		for (const outcome of outcomes) expect(JSON.stringify(outcome).length).toBeLessThan(500);
	});

	it('a wrong key fails no e-mail, says what to do, and is tried once', async () => {
		const one = mailer({ apiKey: 'SG.wrong-id.wrong-secret', concurrency: 1 });
		const outcomes = await one.send(batchOf(people(30)));
		expect(stub.requests).toHaveLength(1);
		expect(outcomes).toHaveLength(30);
		for (const outcome of outcomes) {
			expect(outcome).toMatchObject({
				status: 'deferred',
				code: 'mail_unavailable',
				counts: false,
			});
			expect((outcome as { detail: string }).detail).toContain('Check SENDGRID_API_KEY');
		}
		expectNoSecrets(outcomes);
		expect(JSON.stringify(outcomes) + lines.join('')).not.toContain('wrong-secret');
	});

	it('a key without the right, or a sender SendGrid does not know, fails no e-mail', async () => {
		const message =
			'The from address does not match a verified Sender Identity. See https://sendgrid.com/docs/sender-identity/.';
		stub.script = () => ({
			kind: 'answer',
			status: 403,
			body: { errors: [{ message, field: 'from' }] },
		});
		const [outcome] = await mailer().send(batchOf([recipientOf(1)]));
		expect(outcome).toMatchObject({ status: 'deferred' });
		expect((outcome as { detail: string }).detail).toContain(message);
		expect((outcome as { detail: string }).detail).toContain('Mail Send');
	});

	it('does not follow a redirect with the key', async () => {
		const elsewhere = await startSendGridStub();
		stub.script = () => ({
			kind: 'answer',
			status: 307,
			headers: { location: `${elsewhere.url}/v3/mail/send` },
		});
		const [outcome] = await mailer().send(batchOf([recipientOf(1)]));
		await elsewhere.close();
		expect(elsewhere.requests).toHaveLength(0);
		expect(outcome).toMatchObject({ status: 'deferred' });
		expect((outcome as { detail: string }).detail).toContain('SENDGRID_API_URL');
	});
});

describe('the check for doctor', () => {
	it('accepts a key that may send', async () => {
		await expect(mailer().check()).resolves.toBeUndefined();
		expect(stub.mails).toHaveLength(0);
	});

	it('says what is wrong with any other', async () => {
		await expect(mailer({ apiKey: 'SG.no.no' }).check()).rejects.toThrow('Check SENDGRID_API_KEY');
		const limited = await startSendGridStub({ scopes: ['templates.read'] });
		await expect(mailer({ apiUrl: limited.url }).check()).rejects.toThrow('Mail Send');
		await limited.close();
		await expect(mailer({ apiUrl: limited.url }).check()).rejects.toThrow('could not be reached');
	});
});
