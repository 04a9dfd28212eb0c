import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createSendGridMailer } from '../../../server/mail/sendgrid.ts';
import {
	startSendGridStub,
	type SendGridStub,
	type StubMail,
} from '../../support/sendgrid-stub.ts';
import { apart, batchOf, clock, linkOf, memoryLog, now, people, recipientOf } from './batch.ts';

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

const recipientIn = (body: string) =>
	(JSON.parse(body) as StubMail).personalizations[0]!.to[0]!.email;

/** Nothing that was kept, answered or logged holds the API key or any link. */
function expectNoSecrets(...things: unknown[]) {
	const all = JSON.stringify(things) + lines.join('\n');
	expect(all).not.toContain(stub.apiKey);
	expect(all).not.toContain('stub-key-secret');
	expect(all).not.toContain('/l/');
	for (let n = 0; n < 20; n++) expect(all).not.toContain(linkOf(n).slice(-40));
}

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
		const outcomes = await mailer({ concurrency: 2 }).send(apart(batchOf(people(20))));
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
		const outcomes = await mailer().send(apart(batchOf(people(6))));
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
		const outcomes = await mailer({ concurrency: 1 }).send(apart(batchOf(people(50))));
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

	it('400 for one of 1,000 in a request costs about twenty more, and nobody else’s e-mail', async () => {
		const recipients = people(1000);
		recipients[617] = recipientOf(617, { email: 'not-an-address' });
		const outcomes = await mailer().send(batchOf(recipients));
		expect(outcomes.flatMap(({ status }, n) => (status === 'failed' ? n : []))).toEqual([617]);
		expect(outcomes.filter(({ status }) => status === 'sent')).toHaveLength(999);
		expect(
			stub
				.emails()
				.map(({ to }) => to.email)
				.toSorted(),
		).toEqual(
			people(1000)
				.flatMap(({ email }, n) => (n === 617 ? [] : email))
				.toSorted(),
		);
		expect(stub.requests.length).toBeLessThanOrEqual(21);
	});

	it('a request that SendGrid takes for too large is sent in halves', async () => {
		stub.script = ({ body }) =>
			body.length > 20_000 ? { kind: 'answer', status: 413, body: { errors: [] } } : null;
		const outcomes = await mailer().send(batchOf(people(100)));
		expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
		expect(stub.emails()).toHaveLength(100);
		expect(stub.mails.length).toBeGreaterThan(1);
	});

	it('a request for many that is not answered defers all of them once', async () => {
		stub.script = () => ({ kind: 'answer', status: 503 });
		const outcomes = await mailer().send(batchOf(people(50)));
		expect(stub.requests).toHaveLength(1);
		expect(outcomes).toEqual(
			Array<unknown>(50).fill({
				status: 'deferred',
				code: 'mail_unavailable',
				detail: 'SendGrid has a problem on its side (503).',
				retryAfterMs: null,
				counts: true,
			}),
		);
	});

	it('R27 keeps what SendGrid quotes of key and e-mail out of outcomes and logs', async () => {
		stub.script = ({ body, headers }) => ({
			kind: 'answer',
			status: 400,
			body: { errors: [{ message: `Bad: ${body} ${String(headers.authorization)}`, field: 'x' }] },
		});
		const outcomes = await mailer().send(batchOf(people(3)));
		expect(stub.requests).toHaveLength(5);
		expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
		expectNoSecrets(outcomes);
		for (const outcome of outcomes) expect(JSON.stringify(outcome).length).toBeLessThan(500);
	});

	it('a wrong key fails no e-mail, says what to do, and is tried once', async () => {
		const one = mailer({ apiKey: 'SG.wrong-id.wrong-secret', concurrency: 1 });
		const outcomes = await one.send(apart(batchOf(people(30))));
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
