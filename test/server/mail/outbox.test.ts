import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';

import { createOutboxMailer, readOutboxMessage } from '../../../server/mail/outbox.ts';
import { createKeys } from '../../../server/services/keys.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Store } from '../../../server/store/store.ts';
import { batchOf, clock, hrefsIn, linkOf, memoryLog, now, portalOf, recipientOf } from './batch.ts';

const dayMs = 86_400_000;
const keys = createKeys([{ version: 1, secret: Buffer.alloc(32, 7) }]);
const config = { outboxRetentionDays: 7 };
const portal = portalOf();

let store: Store;
beforeEach(async () => {
	store = await openStore('sqlite::memory:');
});
afterEach(() => store.close());

const mailerAt = (at = now) =>
	createOutboxMailer({ store, keys, clock: { now: () => at }, log: memoryLog().log, config });
const read = (id: string, at = now) =>
	readOutboxMessage({ store, keys, clock: { now: () => at } }, portal.id, id);

describe('the outbox', () => {
	it('keeps each e-mail under its delivery id', async () => {
		const people = [recipientOf(1), recipientOf(2)];
		const outcomes = await mailerAt().send(batchOf(people));
		expect(outcomes).toEqual(
			people.map(({ deliveryId }) => ({ status: 'sent', messageId: deliveryId, missing: [] })),
		);
		const listed = await store.outbox.list(portal.id, { limit: 10, after: null });
		expect(listed.map(({ id, to, subject }) => ({ id, to, subject }))).toEqual(
			people.toReversed().map(({ deliveryId, email }) => ({
				id: deliveryId,
				to: email,
				subject: 'Your sign-in link for Atelier Sonnenschein',
			})),
		);
	});

	it('gives back the whole e-mail, and a source that mail programs read the same way (R28)', async () => {
		const person = recipientOf(1, { name: 'Zoë Ångström' });
		const sender = {
			name: 'Atelier, "Süd"',
			email: 'hi@atelier.example',
			replyTo: 'office@atelier.example',
		};
		await mailerAt().send(batchOf([person], { portal: portalOf({ sender }) }));
		const kept = await read(person.deliveryId);
		expect(kept).toMatchObject({
			from: { name: 'Atelier, "Süd"', address: 'hi@atelier.example' },
			to: { name: 'Zoë Ångström', address: 'person1@example.org' },
			replyTo: 'office@atelier.example',
			subject: 'Your sign-in link for Atelier Sonnenschein',
			createdAt: now,
			expiresAt: now + 7 * dayMs,
		});
		expect(kept!.source).toMatch(/^Auto-Submitted: auto-generated\r\n/m);
		expect(kept!.source.replaceAll('\r\n', '')).not.toContain('\n');

		const mail = await simpleParser(kept!.source);
		expect(mail.from!.value).toEqual([{ name: 'Atelier, "Süd"', address: 'hi@atelier.example' }]);
		expect(mail.replyTo!.value).toEqual([{ name: '', address: 'office@atelier.example' }]);
		expect(mail.messageId).toBe(`<${person.deliveryId}@atelier.example>`);
		expect(mail.date).toEqual(new Date(now));
		expect(mail.text).toBe(kept!.text);
		expect(mail.html).toBe(kept!.html);
		expect(hrefsIn(mail.html as string).filter((href) => href.includes('/l/'))).toEqual([
			linkOf(1),
			linkOf(1),
		]);
		expect((await read(person.deliveryId))!.source).toBe(kept!.source);
	});

	it('R23 stores no link in a form that can be read, and no text of the e-mail', async () => {
		const person = recipientOf(1);
		await mailerAt().send(batchOf([person]));
		const row = await store.outbox.get(portal.id, person.deliveryId);
		const token = linkOf(1).slice(-66);
		for (const form of [
			token,
			Buffer.from(token).toString('base64'),
			Buffer.from(token).toString('hex'),
		]) {
			expect(JSON.stringify(row)).not.toContain(form);
		}
		expect(JSON.stringify(row)).not.toContain('Person 1');
		expect(row!.sealed.length).toBeGreaterThan(1000);
	});

	it('R23 opens nothing that was sealed with other keys', async () => {
		const person = recipientOf(1);
		await mailerAt().send(batchOf([person]));
		const others = createKeys([{ version: 1, secret: Buffer.alloc(32, 8) }]);
		await expect(
			readOutboxMessage({ store, keys: others, clock }, portal.id, person.deliveryId),
		).rejects.toMatchObject({ code: 'internal_error' });
	});

	it('R23 keeps an e-mail for the days of the setting and not a millisecond longer', async () => {
		const person = recipientOf(1);
		await mailerAt().send(batchOf([person]));
		expect(await read(person.deliveryId, now + 7 * dayMs - 1)).not.toBeNull();
		expect(await read(person.deliveryId, now + 7 * dayMs)).toBeNull();
		expect(await store.outbox.deleteExpired(now + 7 * dayMs)).toBe(1);
	});

	it('keeps an e-mail that is sent twice once, as it was first', async () => {
		const person = recipientOf(1);
		await mailerAt().send(batchOf([person]));
		const [outcome] = await mailerAt(now + 5000).send(batchOf([person]));
		expect(outcome).toMatchObject({ status: 'sent', messageId: person.deliveryId });
		expect(await store.outbox.list(portal.id, { limit: 10, after: null })).toHaveLength(1);
		expect((await read(person.deliveryId))!.createdAt).toBe(now);
	});

	it('R29 gives each of 200 people a link of their own, found in no other e-mail', async () => {
		const people = Array.from({ length: 200 }, (_, n) => recipientOf(n));
		await mailerAt().send(batchOf(people));
		const sources = await Promise.all(
			people.map(async ({ deliveryId }) => (await read(deliveryId))!),
		);
		for (const [n, { html, text }] of sources.entries()) {
			const found = (html + text).match(/https:\/\/portal\.example\/l\/[\w-]+/g);
			expect(new Set(found)).toEqual(new Set([linkOf(n)]));
		}
	});

	it('fails only the e-mail whose link is missing, and keeps nothing of it', async () => {
		const without = recipientOf(2, {
			values: { contact: { email: 'b@example.org' }, portal: { name: 'P' } },
		});
		const outcomes = await mailerAt().send(batchOf([recipientOf(1), without, recipientOf(3)]));
		expect(outcomes.map(({ status }) => status)).toEqual(['sent', 'failed', 'sent']);
		expect(outcomes[1]).toMatchObject({ code: 'value_missing' });
		expect((outcomes[1] as { detail: string }).detail).toContain('contact.magic_link');
		expect(await read(without.deliveryId)).toBeNull();
	});

	it('names the values that a contact lacks', async () => {
		const source = {
			subject: 'Hi << item.course >>',
			html: '<p><< item.course >> << item.seats >></p>',
			text: '-',
		};
		const person = recipientOf(1, { item: { seats: 3 } });
		const [outcome] = await mailerAt().send(batchOf([person], { source }));
		expect(outcome).toMatchObject({ status: 'sent', missing: ['item.course'] });
	});

	it('defers everything while the database is away', async () => {
		const gone = await openStore('sqlite::memory:');
		await gone.close();
		const { log } = memoryLog();
		const mailer = createOutboxMailer({ store: gone, keys, clock, log, config });
		const outcomes = await mailer.send(batchOf([recipientOf(1), recipientOf(2)]));
		expect(outcomes).toMatchObject([
			{ status: 'deferred', code: 'database_unavailable' },
			{ status: 'deferred', code: 'database_unavailable' },
		]);
	});
});
