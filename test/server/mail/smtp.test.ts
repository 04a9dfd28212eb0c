import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { createSmtpMailer } from '../../../server/mail/smtp.ts';
import { startSmtpStub, type SmtpStub } from '../../support/smtp-stub.ts';
import {
	batchOf,
	clock,
	hostileNames,
	hrefsIn,
	linkOf,
	memoryLog,
	now,
	people,
	portalOf,
	recipientOf,
} from './batch.ts';

const login = { user: 'portal', password: 'p@ss:w0rd/é' };

let stub: SmtpStub;
let lines: string[];
let open: { close(): Promise<void> }[];
beforeEach(async () => {
	open = [];
	stub = await startSmtpStub(login);
});
afterEach(async () => {
	for (const thing of open) await thing.close();
	await stub.close();
});

function mailer(set: Partial<Parameters<typeof createSmtpMailer>[0]> = {}) {
	const memory = memoryLog();
	lines = memory.lines;
	const made = createSmtpMailer({
		...{ url: stub.url, concurrency: 3, timeoutMs: 5000, clock, log: memory.log },
		...set,
	});
	open.unshift(made);
	return made;
}

const detailOf = (outcome: unknown) => (outcome as { detail: string }).detail;

function expectNoSecrets(...things: unknown[]) {
	const all = JSON.stringify(things) + lines.join('\n');
	for (const secret of [login.password, encodeURIComponent(login.password), '/l/']) {
		expect(all).not.toContain(secret);
	}
}

describe('SMTP', () => {
	it('delivers the e-mail as it was rendered', async () => {
		const sender = {
			name: 'Atelier, "Süd"',
			email: 'hi@atelier.example',
			replyTo: 'office@atelier.example',
		};
		const person = recipientOf(1, { name: 'Zoë Ångström' });
		const outcomes = await mailer().send(batchOf([person], { portal: portalOf({ sender }) }));
		const messageId = `<${person.deliveryId}@atelier.example>`;
		expect(outcomes).toEqual([{ status: 'sent', messageId, missing: [] }]);
		const [{ from, to, mail, raw }] = stub.deliveries as [(typeof stub.deliveries)[0]];
		expect([from, to]).toEqual(['hi@atelier.example', ['person1@example.org']]);
		expect(mail.from!.value).toEqual([{ name: 'Atelier, "Süd"', address: 'hi@atelier.example' }]);
		expect(mail.to).toMatchObject({
			value: [{ name: 'Zoë Ångström', address: 'person1@example.org' }],
		});
		expect(mail.replyTo!.value).toEqual([{ name: '', address: 'office@atelier.example' }]);
		expect(mail.subject).toBe('Your sign-in link for Atelier Sonnenschein');
		expect([mail.messageId, mail.date]).toEqual([messageId, new Date(now)]);
		expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
		expect(raw).not.toMatch(/^bcc:/im);
	});

	it('R28 carries the link byte for byte through MIME', async () => {
		await mailer().send(batchOf([recipientOf(1)]));
		const { mail, raw } = stub.deliveries[0]!;
		expect(hrefsIn(mail.html as string).filter((href) => href.includes('/l/'))).toEqual([
			linkOf(1),
			linkOf(1),
		]);
		expect(mail.text).toContain(`\n${linkOf(1)}\n`);
		for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
	});

	it('changes no character of difficult texts', async () => {
		const item = {
			title: 'Müller & Söhne “=3D” 山田',
			body: [
				'.',
				'..two dots',
				'From here',
				'=3D=20',
				'trailing   ',
				'\ttab',
				'日本'.repeat(600),
				'a'.repeat(3000),
				'-'.repeat(80),
			].join('\n'),
		};
		const source = {
			subject: '<< item.title >>',
			html: '<p><< item.title >></p>',
			text: '<< item.body >>',
		};
		await mailer().send(batchOf([recipientOf(1, { item })], { source }));
		const { mail } = stub.deliveries[0]!;
		expect(mail.subject).toBe(item.title);
		expect(mail.html).toBe('<p>Müller &amp; Söhne “=3D” 山田</p>');
		expect(mail.text!.replace(/\n$/, '')).toBe(item.body);
	});

	it('R29 gives each of 40 people a link of their own, found in no other e-mail', async () => {
		await mailer().send(batchOf(people(40)));
		expect(stub.deliveries).toHaveLength(40);
		for (const { to, mail } of stub.deliveries) {
			const n = people(40).findIndex(({ email }) => email === to[0]);
			const found = `${String(mail.html)}${String(mail.text)}`.match(
				/https:\/\/portal\.example\/l\/[\w-]+/g,
			);
			expect(to).toHaveLength(1);
			expect(new Set(found)).toEqual(new Set([linkOf(n)]));
		}
	});

	it('tries again under the same Message-ID', async () => {
		await mailer().send(batchOf([recipientOf(1)]));
		await mailer().send(batchOf([recipientOf(1)]));
		const [first, second] = stub.deliveries;
		expect(second!.mail.messageId).toBe(first!.mail.messageId);
	});

	it('R36 lets no name or text break out of its header', async () => {
		const source = { subject: '<< item.title >>', html: '<p><< item.title >></p>', text: '-' };
		const recipients = hostileNames.map((name, n) =>
			recipientOf(n, { name, item: { title: name } }),
		);
		const sender = { name: hostileNames[0]!, email: 'hi@atelier.example', replyTo: null };
		await mailer().send(batchOf(recipients, { source, portal: portalOf({ sender }) }));
		expect(stub.deliveries).toHaveLength(hostileNames.length);
		for (const { to, mail, raw } of stub.deliveries) {
			expect(to).toHaveLength(1);
			const [head = ''] = raw.split('\r\n\r\n');
			expect(head).not.toMatch(/^(bcc|x-injected|cc):/im);
			const addressees = [mail.to, mail.cc, mail.bcc].flat().flatMap((list) => list?.value ?? []);
			expect(addressees.map(({ address }) => address)).toEqual(to);
			expect(mail.from!.value).toHaveLength(1);
			for (const shown of [addressees[0]!.name, mail.from!.value[0]!.name, mail.subject!]) {
				expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
			}
			expect(mail.html).not.toContain('<script');
		}
	});

	it('speaks TLS when the server offers it', async () => {
		const secure = await startSmtpStub({ ...login, server: { disabledCommands: [] } });
		open.push(secure);
		const [outcome] = await mailer({ url: `${secure.url}?tls.rejectUnauthorized=false` }).send(
			batchOf([recipientOf(1)]),
		);
		expect(outcome).toMatchObject({ status: 'sent' });
		expect(secure.deliveries[0]!.secure).toBe(true);
	});

	it('does not trust a certificate that nobody signed', async () => {
		const secure = await startSmtpStub({ ...login, server: { disabledCommands: [] } });
		open.push(secure);
		const [outcome] = await mailer({ url: secure.url }).send(batchOf([recipientOf(1)]));
		expect(outcome).toMatchObject({ status: 'deferred', code: 'mail_unavailable' });
		expect(secure.deliveries).toHaveLength(0);
	});

	it('sends no password in the clear to another machine', async () => {
		// 0.0.0.0 reaches this machine without being named like it.
		const [outcome] = await mailer({ url: stub.url.replace('127.0.0.1', '0.0.0.0') }).send(
			batchOf([recipientOf(1)]),
		);
		expect(outcome).toMatchObject({ status: 'deferred' });
		expect(detailOf(outcome)).toContain('encrypted');
		expect(stub.logins).toBe(0);
	});
});

describe('SMTP in trouble', () => {
	it.each([
		['rcpt_to', 550, 'failed', 'mail_rejected'],
		['data', 554, 'failed', 'mail_rejected'],
		['rcpt_to', 451, 'deferred', 'mail_unavailable'],
		['data', 452, 'deferred', 'mail_unavailable'],
		['mail_from', 421, 'deferred', 'mail_unavailable'],
		['mail_from', 552, 'failed', 'mail_rejected'],
	] as const)('a refusal of %s with %i: %s', async (at, code, status, errorCode) => {
		stub.script = (stage, address) =>
			stage === at && (at !== 'rcpt_to' || address === 'person1@example.org')
				? { code, said: 'not this one' }
				: null;
		const outcomes = await mailer().send(batchOf([recipientOf(1)]));
		expect(outcomes).toMatchObject([{ status, code: errorCode }]);
		expect(detailOf(outcomes[0])).toContain('not this one');
	});

	it('fails the one address that the server refuses, not the others', async () => {
		stub.script = (stage, address) =>
			stage === 'rcpt_to' && address === 'person2@example.org'
				? { code: 550, said: 'no such user' }
				: null;
		const outcomes = await mailer({ concurrency: 1 }).send(batchOf(people(5)));
		expect(outcomes.map(({ status }) => status)).toEqual([
			'sent',
			'sent',
			'failed',
			'sent',
			'sent',
		]);
	});

	it('a refused sender fails no e-mail, says what to do, and is tried once', async () => {
		let tries = 0;
		stub.script = (stage) =>
			stage === 'mail_from' && ++tries > 0 ? { code: 550, said: 'sender not allowed' } : null;
		const outcomes = await mailer({ concurrency: 1 }).send(batchOf(people(20)));
		expect(tries).toBe(1);
		for (const outcome of outcomes) {
			expect(outcome).toMatchObject({ status: 'deferred' });
			expect(detailOf(outcome)).toContain('MAIL_FROM');
		}
	});

	it('a wrong password fails no e-mail, says what to do, and appears nowhere', async () => {
		const url = stub.url.replace(encodeURIComponent(login.password), 'other-p%40ss');
		const outcomes = await mailer({ url, concurrency: 1 }).send(batchOf(people(20)));
		for (const outcome of outcomes) {
			expect(outcome).toMatchObject({ status: 'deferred' });
			expect(detailOf(outcome)).toContain('Check SMTP_URL');
		}
		expect(stub.logins).toBe(1);
		expectNoSecrets(outcomes);
		expect(JSON.stringify(outcomes) + lines.join('')).not.toMatch(/other-p(@|%40)ss/);
	});

	it('R27 keeps what the server quotes of the e-mail out of outcomes and logs', async () => {
		stub.script = (stage) => (stage === 'data' ? { code: 554, said: `spam: ${linkOf(1)}` } : null);
		const outcomes = await mailer().send(batchOf([recipientOf(1)]));
		expect(outcomes).toMatchObject([{ status: 'failed' }]);
		expectNoSecrets(outcomes);
		expect(JSON.stringify(outcomes)).not.toContain(linkOf(1).slice(-40));
	});

	it.each(['connect', 'mail_from', 'data'] as const)(
		'a server that hangs at %s is given up on',
		async (at) => {
			stub.script = (stage) => (stage === at ? 'hang' : null);
			const [outcome] = await mailer({ timeoutMs: 300 }).send(batchOf([recipientOf(1)]));
			expect(outcome).toMatchObject({ status: 'deferred', code: 'mail_unavailable' });
			expect(detailOf(outcome)).toBe('The mail server could not be reached (no answer in time).');
		},
	);

	it('a server that answers a line now and then, without end, is given up on', async () => {
		const dripping = createServer((socket) => {
			socket.write('220 ready\r\n');
			socket.once('data', () => {
				socket.write('250 welcome\r\n');
				const timer = setInterval(() => socket.write('250-still thinking\r\n'), 10);
				socket.once('close', () => {
					clearInterval(timer);
				});
			});
			socket.on('error', () => undefined);
		});
		await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
		const { port } = dripping.address() as AddressInfo;
		const one = mailer({ url: `smtp://127.0.0.1:${String(port)}`, timeoutMs: 300 });
		const [outcome] = await one.send(batchOf([recipientOf(1)]));
		dripping.close();
		expect(outcome).toMatchObject({ status: 'deferred', counts: true });
		expect(detailOf(outcome)).toContain('no answer in time');
	});

	it('a server that hangs up without a word defers', async () => {
		const rude = createServer((socket: Socket) => socket.destroy());
		await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
		const { port } = rude.address() as AddressInfo;
		const [outcome] = await mailer({ url: `smtp://127.0.0.1:${String(port)}` }).send(
			batchOf([recipientOf(1)]),
		);
		rude.close();
		expect(outcome).toMatchObject({ status: 'deferred', code: 'mail_unavailable' });
	});

	it('an outage is noticed after three e-mails; the others are put off untried', async () => {
		const gone = await startSmtpStub();
		await gone.close();
		const outcomes = await mailer({ url: gone.url, concurrency: 1 }).send(batchOf(people(50)));
		expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['deferred']));
		expect(lines.filter((line) => line.includes('mail provider unusable'))).toHaveLength(1);
	});
});

describe('the check for doctor', () => {
	it('accepts a server that lets us in', async () => {
		await expect(mailer().check()).resolves.toBeUndefined();
	});

	it('says what is wrong otherwise', async () => {
		const url = stub.url.replace('portal:', 'someone:');
		await expect(mailer({ url }).check()).rejects.toThrow('Check SMTP_URL');
		const gone = await startSmtpStub();
		await gone.close();
		await expect(mailer({ url: gone.url }).check()).rejects.toThrow('could not be reached');
	});
});
