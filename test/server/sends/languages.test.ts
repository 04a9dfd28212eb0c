import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { locales, type Locale } from '../../../server/locale.ts';
import { openBrowser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { settled } from '../../support/mails.ts';
import { startSendGridServer, type SendGridServer } from '../../support/sendgrid-server.ts';
import type { SendGridStub, StubEmail } from '../../support/sendgrid-stub.ts';
import type { TestServer } from '../../support/server.ts';
import { askForMail, invite, newEmail } from '../redemption/checks/people.ts';

const databases = await databasesFor('languages of e-mails');
const hour = 3_600_000;

/** What the e-mails are called; the portal's name comes first or last. */
const subjects = {
	invitation: {
		en: /^.+ invites you to its client portal$/,
		de: /^.+ lädt Sie in das Kundenportal ein$/,
		es: /^.+ le invita a su portal de clientes$/,
		fr: /^.+ vous invite dans son espace client$/,
		pt: /^.+ convida você para o portal de clientes$/,
	},
	login: {
		en: /^Your sign-in link for .+$/,
		de: /^Ihr Anmeldelink für .+$/,
		es: /^Su enlace para entrar en .+$/,
		fr: /^Votre lien de connexion à .+$/,
		pt: /^Seu link para entrar em .+$/,
	},
	address_changed: {
		en: /^Your e-mail address for .+ was changed$/,
		de: /^Ihre E-Mail-Adresse für .+ wurde geändert$/,
		es: /^Su dirección de correo para .+ ha cambiado$/,
		fr: /^Votre adresse e-mail pour .+ a été modifiée$/,
		pt: /^Seu endereço de e-mail para .+ foi alterado$/,
	},
} as const satisfies Record<string, Record<Locale, RegExp>>;

type Mail = keyof typeof subjects;

/** How the plain text begins. */
const greetings: Record<Locale, RegExp> = {
	en: /^Hi (Ada|there),\n/,
	de: /^Guten Tag( Ada)?,\n/,
	es: /^Hola(, Ada)?:\n/,
	fr: /^Bonjour( Ada)?,\n/,
	pt: /^Olá(, Ada)?,\n/,
};

/** What the button of a login e-mail says. */
const buttons: Record<Locale, string> = {
	en: 'Sign in',
	de: 'Anmelden',
	es: 'Entrar',
	fr: 'Se connecter',
	pt: 'Entrar',
};

const languageOf = (html: string) => /<html lang="([^"]*)" dir="ltr"/.exec(html)?.[1];

describe.each(databases)('the language of built-in e-mails, on $name', (database) => {
	let running: SendGridServer;
	let server: TestServer;
	let stub: SendGridStub;
	beforeAll(async () => {
		running = await startSendGridServer({ database });
		({ server, stub } = running);
	}, 60_000);
	afterAll(() => running.stop(), 60_000);
	beforeEach(() => {
		stub.mails.length = 0;
	});

	const speak = (locale: string) =>
		server.call('PATCH', `/v1/portals/${server.portal.id}`, { locale });

	/** The one e-mail that somebody got since the test began. */
	async function mailTo(email: string): Promise<StubEmail> {
		await settled(server);
		const [mail, ...more] = stub.emails().filter(({ to }) => to.email === email);
		expect([email, mail !== undefined, more]).toEqual([email, true, []]);
		return mail!;
	}

	async function expectMail(kind: Mail, email: string, locale: Locale): Promise<StubEmail> {
		const mail = await mailTo(email);
		expect([languageOf(mail.html), mail.subject, mail.text]).toEqual([
			locale,
			expect.stringMatching(subjects[kind][locale]),
			expect.stringMatching(greetings[locale]),
		]);
		return mail;
	}

	/** R28: the link of the text, as button and as plain link, byte for byte and untracked. */
	function expectLinks({ html, text }: StubEmail): string {
		const link = /^https?:\/\/\S+\/l\/[\w-]{66}$/m.exec(text)?.[0] ?? '';
		const anchors = (html.match(/<a\b[^>]*>/g) ?? []).filter((anchor) => anchor.includes('/l/'));
		expect(anchors).toHaveLength(2);
		for (const anchor of anchors) {
			expect(anchor).toContain(` href="${link}"`);
			expect(anchor).toContain('clicktracking="off"');
		}
		return link;
	}

	const untilIn = (locale: string, timeZone: string, at: number) =>
		new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(at);

	/** A contact of this language who was invited before. */
	async function inviteIn(locale: string) {
		const person = await invite(server);
		await server.call('PATCH', `/v1/contacts/${person.id}`, { locale });
		stub.mails.length = 0;
		return person;
	}

	it('is each contact’s own in one send to all, and one request carries all of one language', async () => {
		const people = [...locales, ...locales, ...locales].map((locale) => ({
			locale,
			email: newEmail(),
		}));
		const { body, status } = await server.call('POST', '/v1/invitations?wait=20', {
			items: people.map(({ email, locale }) => ({ contact: { email, locale, firstName: 'Ada' } })),
		});
		expect([status, body.send.recipients]).toEqual([200, people.length]);
		for (const { email, locale } of people) {
			expectLinks(await expectMail('invitation', email, locale));
		}
		expect(stub.mails.map(({ personalizations }) => personalizations.length)).toEqual(
			locales.map(() => 3),
		);
		stub.mails.length = 0;
		await server.call('POST', '/v1/login-emails?wait=20', {
			items: people.map(({ email }) => ({ contact: { email } })),
		});
		for (const { email, locale } of people) {
			const mail = await expectMail('login', email, locale);
			expectLinks(mail);
			expect(mail.html).toMatch(new RegExp(`>\\s*${buttons[locale]}\\s*</a>`));
		}
		expect(stub.mails).toHaveLength(locales.length);
	});

	it.each(locales)('%s: is that of an e-mail asked for on the sign-in page', async (locale) => {
		const { email } = await inviteIn(locale);
		await askForMail(server, openBrowser(), email, { 'accept-language': 'en' });
		expectLinks(await expectMail('login', email, locale));
	});

	it.each(locales)('%s: is that of a new link in place of one that expired', async (locale) => {
		const { email } = await inviteIn(locale);
		const link = await server.call('POST', '/v1/magic-links', { contact: { email } });
		server.clock.advance(2 * hour);
		const browser = openBrowser();
		const page = await browser.get(String(link.body.url), { 'accept-language': 'en' });
		expect(page.action).toBe('/l/new');
		await browser.post(`${server.url}/l/new`, page.fields, { 'accept-language': 'en' });
		expectLinks(await expectMail('login', email, locale));
	});

	it.each(locales)('%s: is that of the notice to an old address', async (locale) => {
		const { id, email } = await inviteIn(locale);
		await server.call('PATCH', `/v1/contacts/${id}`, { email: newEmail() });
		await expectMail('address_changed', email, locale);
	});

	it.each([
		['es-MX', null, 'es'],
		['es-MX', 'nl', 'es'],
		['es-MX', 'pt-BR', 'pt'],
		['ja', 'nl', 'en'],
		['ja', null, 'en'],
	] as const)('is with a portal in %s and a contact in %s: %s', async (portal, contact, locale) => {
		await speak(portal);
		const email = newEmail();
		await server.call('POST', '/v1/contacts', { email, locale: contact });
		await server.call('POST', '/v1/login-emails?wait=20', { items: [{ contact: { email } }] });
		await expectMail('login', email, locale);
		await speak('en');
	});

	it('is that of its dates too, on the contact’s clock', async () => {
		await speak('fr-CA');
		const people = [
			['de-AT', 'Pacific/Auckland', 'de-AT'],
			// The e-mail is in French, and so is its date.
			['nl', 'America/Bogota', 'fr-CA'],
		] as const;
		for (const [locale, timeZone, used] of people) {
			const email = newEmail();
			await server.call('POST', '/v1/contacts', { email, locale, timeZone });
			const at = server.clock.now() + 24 * hour;
			await server.call('POST', '/v1/login-emails?wait=20', { items: [{ contact: { email } }] });
			const { text, html } = await mailTo(email);
			for (const part of [text, html]) expect(part).toContain(untilIn(used, timeZone, at));
		}
		await speak('en');
	});

	it('changes nothing about what an idempotency key answers', async () => {
		const { id, email } = await inviteIn('de');
		const order = () =>
			server.call('POST', '/v1/login-emails?wait=20', {
				items: [{ contact: { email }, idempotencyKey: `once-${email}` }],
			});
		const first = await order();
		await server.call('PATCH', `/v1/contacts/${id}`, { locale: 'fr' });
		expect((await order()).body.items).toEqual(first.body.items);
		await expectMail('login', email, 'de');
	});

	it('is left to those who write an e-mail themselves', async () => {
		const { email } = await inviteIn('de');
		const text = 'Hello, << contact.magic_link >>';
		await server.call('POST', '/v1/login-emails?wait=20', {
			content: { subject: 'My own', text },
			items: [{ contact: { email } }],
		});
		expect((await mailTo(email)).subject).toBe('My own');
	});
});
