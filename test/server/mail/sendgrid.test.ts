import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createSendGridMailer } from '../../../server/mail/sendgrid.ts';
import { renderMessage } from '../../../server/mail/render.ts';
import { startSendGridStub, type SendGridStub } from '../../support/sendgrid-stub.ts';
import {
	apart,
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

const linksIn = (text: string) => new Set(text.match(/https:\/\/portal\.example\/l\/[\w-]+/g));

describe('SendGrid', () => {
	it('sends 1,000 people their e-mails in one request and answers with its message id', async () => {
		const sender = {
			name: 'Atelier',
			email: 'hi@atelier.example',
			replyTo: 'office@atelier.example',
		};
		const batch = batchOf(people(1000), { portal: portalOf({ sender }) });
		const outcomes = await mailer().send(batch);
		expect(stub.requests).toHaveLength(1);
		const emails = stub.emails();
		expect(emails).toHaveLength(1000);
		for (const [n, { to, subject, html, text }] of emails.entries()) {
			const recipient = batch.recipients[n]!;
			expect(to).toEqual({ email: recipient.email, name: recipient.name });
			expect(renderMessage(batch, recipient)).toMatchObject({ subject, html, text, missing: [] });
		}
		expect(outcomes).toHaveLength(1000);
		const ids = new Set(outcomes.map((outcome) => 'messageId' in outcome && outcome.messageId));
		expect([...ids]).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)]);
		expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
		expect(stub.mails[0]).toMatchObject({
			from: { email: 'hi@atelier.example', name: 'Atelier' },
			reply_to: { email: 'office@atelier.example' },
			headers: { 'Auto-Submitted': 'auto-generated' },
		});
		expect(stub.mails[0]!.content.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
	});

	it('says of each e-mail which values it lacks, and fails alone what lacks its link', async () => {
		const source = {
			subject: 'Hello << contact.company >>',
			html: '<a href="<< contact.magic_link >>"><< contact.last_name >></a>',
			text: '<< contact.magic_link >>',
		};
		const [first, second, third] = people(3).map((one) => ({ ...one }));
		const without = { ...second!, values: { ...second!.values, contact: {} } };
		const named = { ...third!.values['contact']!, company: 'Acme', last_name: 'Li' };
		const whole = { ...third!, values: { ...third!.values, contact: named } };
		const outcomes = await mailer().send(batchOf([first!, without, whole], { source }));
		expect(outcomes).toMatchObject([
			{ status: 'sent', missing: ['contact.company', 'contact.last_name'] },
			{ status: 'failed', code: 'value_missing', detail: '“contact.magic_link” is missing.' },
			{ status: 'sent', missing: [] },
		]);
		expect(stub.requests).toHaveLength(1);
		expect(stub.emails().map(({ to, subject }) => [to.email, subject])).toEqual([
			[first!.email, 'Hello'],
			[whole.email, 'Hello Acme'],
		]);
	});

	it('sends those alone whose e-mail does not fit in, and the others together', async () => {
		const source = { subject: '<< item.title >>', html: '<p><< item.text >></p>', text: 'x' };
		const of = (n: number, title: string, text: string) =>
			recipientOf(n, { item: { title, text } });
		const recipients = [
			...[of(0, 'A', 'a'), of(1, 'B', 'x'.repeat(10_000)), of(2, '', 'c'), of(3, 'D', 'd')],
			recipientOf(4, { email: 'person0@example.org', item: { title: 'E', text: 'e' } }),
		];
		const batch = batchOf(recipients, { source });
		const outcomes = await mailer().send(batch);
		const found = stub.mails.map(({ personalizations }) =>
			personalizations.map(({ to }) => to[0]!.name),
		);
		expect(found.toSorted((a, b) => b.length - a.length)).toEqual([
			['Person 0', 'Person 3'],
			['Person 1'],
			['Person 4'],
		]);
		expect(outcomes.map(({ status }) => status)).toEqual([
			'sent',
			'sent',
			'failed',
			'sent',
			'sent',
		]);
		expect(outcomes[2]).toMatchObject({ detail: expect.stringContaining('subject is required') });
		const long = stub.emails().find(({ to }) => to.name === 'Person 1');
		expect(long?.html).toBe(`<p>${'x'.repeat(10_000)}</p>`);
	});

	it('keeps a request below 30 MB, whatever its JSON makes of the texts', async () => {
		// One byte each in UTF-8, six in JSON.
		const source = { subject: 'x', html: '<p><< item.text >></p>', text: 'x' };
		const recipients = Array.from({ length: 600 }, (_, n) =>
			recipientOf(n, { item: { text: `${String(n)} ${'\u0001'.repeat(9_900)}` } }),
		);
		const outcomes = await mailer({ timeoutMs: 60_000 }).send(batchOf(recipients, { source }));
		expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
		expect(stub.requests).toHaveLength(2);
		const reached = new Set(stub.emails().map(({ to }) => to.email));
		expect(reached).toEqual(new Set(recipients.map(({ email }) => email)));
	}, 60_000);

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

	it.each([1, 3])('R28 carries the link of each of %i byte for byte', async (count) => {
		await mailer().send(batchOf(people(count)));
		expect(stub.emails()).toHaveLength(count);
		for (const [n, { html, text }] of stub.emails().entries()) {
			expect(hrefsIn(html).filter((href) => href.includes('/l/'))).toEqual([linkOf(n), linkOf(n)]);
			expect(text).toContain(`\n${linkOf(n)}\n`);
			const anchors = html.match(/<a\b[^>]*\/l\/[^>]*>/g)!;
			for (const anchor of anchors) expect(anchor).toContain('clicktracking="off"');
		}
	});

	it('R28 has one recipient in each personalization, and no secret outside of subject and substitutions', async () => {
		await mailer().send(batchOf(people(3)));
		expect(stub.mails).toHaveLength(1);
		const { content, personalizations, ...rest } = stub.mails[0]!;
		expect(JSON.stringify([content, rest])).not.toContain('/l/');
		for (const [n, block] of personalizations.entries()) {
			const { substitutions, subject, ...others } = block;
			const { email, name, deliveryId } = recipientOf(n);
			expect(others).toEqual({ to: [{ email, name }], custom_args: { delivery_id: deliveryId } });
			expect(subject).not.toContain('/l/');
			expect(Object.keys(substitutions!).join()).not.toContain('/l/');
		}
	});

	it('R29 gives each of 60 people a link of their own, found in no other’s part of the request', async () => {
		await mailer().send(batchOf(people(60)));
		expect(stub.mails).toHaveLength(1);
		const { personalizations, ...others } = stub.mails[0]!;
		expect(linksIn(JSON.stringify(others)).size).toBe(0);
		expect(personalizations).toHaveLength(60);
		for (const [n, block] of personalizations.entries()) {
			expect(linksIn(JSON.stringify(block))).toEqual(new Set([linkOf(n)]));
			expect(linksIn(stub.emails()[n]!.html + stub.emails()[n]!.text)).toEqual(
				new Set([linkOf(n)]),
			);
		}
	});

	it('uses other tags for each request', async () => {
		const one = mailer();
		await one.send(batchOf(people(2)));
		await one.send(batchOf(people(2)));
		const tags = stub.mails.flatMap(({ personalizations: [first] }) =>
			Object.keys(first!.substitutions!),
		);
		expect(tags.every((tag) => /^-cv[\da-f]{8}[\da-z]{2}-$/.test(tag))).toBe(true);
		expect(new Set(tags).size).toBe(tags.length);
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
		await Promise.all([one.send(apart(batchOf(people(10)))), one.send(apart(batchOf(people(10))))]);
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
		const blocks = stub.mails.flatMap(({ personalizations }) => personalizations);
		for (const { to, cc, bcc } of blocks)
			expect([to.length, cc, bcc]).toEqual([1, undefined, undefined]);
		expect(stub.emails()).toHaveLength(hostileNames.length);
		for (const { to, from, subject, html } of stub.emails()) {
			for (const header of [to.name!, from.name!, subject]) {
				expect(header).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
				expect(header.isWellFormed()).toBe(true);
			}
			expect(to.name!.length).toBeLessThanOrEqual(100);
			expect(html).not.toContain('<script');
		}
	});
});
