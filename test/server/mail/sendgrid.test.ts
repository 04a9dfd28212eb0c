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
	people,
	portalOf,
	recipientOf,
} from './batch.ts';

let stub: SendGridStub;
beforeEach(async () => {
	stub = await startSendGridStub();
});
afterEach(() => stub.close());

function mailer(set: Partial<Parameters<typeof createSendGridMailer>[0]> = {}) {
	const { apiKey, url: apiUrl } = stub;
	return createSendGridMailer({
		...{ apiKey, apiUrl, concurrency: 4, timeoutMs: 5000, clock, log: memoryLog().log },
		...set,
	});
}

const contentOf = (mail: StubMail, type: string) =>
	mail.content.find((part) => part.type === type)!.value;
const addressOf = (mail: StubMail) => mail.personalizations[0]!.to[0]!.email;
const recipientIn = (body: string) => addressOf(JSON.parse(body) as StubMail);

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
		people(60).forEach(({ email }, n) => {
			expect(found.get(email)).toEqual(new Set([linkOf(n)]));
		});
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
