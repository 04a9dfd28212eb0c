import { contactPage } from '../../../server/pages/admin/contact.ts';
import { contactsPage } from '../../../server/pages/admin/contacts.ts';
import { outboxMessagePage } from '../../../server/pages/admin/outbox-message.ts';
import type { OutboxView } from '../../../server/pages/admin/outbox-message.ts';
import { outboxPage } from '../../../server/pages/admin/outbox.ts';
import { adminPage } from '../../../server/pages/admin/overview.ts';
import {
	playgroundPage,
	type PlaygroundPageProps,
} from '../../../server/pages/admin/playground.ts';
import { adminSignedOutPage } from '../../../server/pages/admin/signed-out.ts';
import { checkInboxPage } from '../../../server/pages/check-inbox.ts';
import { pageCsp } from '../../../server/pages/csp.ts';
import { deadLinkPage } from '../../../server/pages/dead-link.ts';
import { earlierLinkPage } from '../../../server/pages/earlier-link.ts';
import { errorPage } from '../../../server/pages/error.ts';
import { linkPage } from '../../../server/pages/link.ts';
import type { Locale } from '../../../server/locale.ts';
import { openPage } from '../../../server/pages/open.ts';
import { portalPage } from '../../../server/pages/portal.ts';
import { questionPage } from '../../../server/pages/question.ts';
import { renewalSentPage } from '../../../server/pages/renewal-sent.ts';
import { samplePage } from '../../../server/pages/sample.ts';
import { signInPage } from '../../../server/pages/sign-in.ts';
import { switchPage } from '../../../server/pages/switch.ts';

/** Every text that a person or a business can choose. */
export interface SampleTexts {
	portalName: string;
	firstName: string;
	name: string;
	email: string;
	supportEmail: string;
	subject: string;
	mailText: string;
	color: string;
	logoUrl: string | null;
}

export interface SamplePage {
	/** File name of its picture. */
	name: string;
	locale: Locale;
	html: string;
	/** The policy it is sent with. */
	csp: string;
}

export const realisticTexts: SampleTexts = {
	portalName: 'Lindenhof Dental',
	firstName: 'Zoë',
	name: 'Zoë Müller-Lüdenscheidt',
	email: 'zoe.mueller@example.com',
	supportEmail: 'help@lindenhof.example',
	subject: 'Your sign-in link for Lindenhof Dental',
	mailText:
		'Hello Zoë,\n\nopen this link to sign in:\nhttp://localhost:3000/l/sample\n\nLindenhof Dental',
	color: '#0f766e',
	logoUrl: null,
};

/** Every page there is, in every variant, with these texts; the admin's are in English only. */
export function samplePages(texts: SampleTexts): SamplePage[] {
	return [...clientPages(texts, 'en'), ...adminPages(texts, samplePortal(texts))];
}

function samplePortal(texts: SampleTexts): SamplePortal {
	return {
		name: texts.portalName,
		supportEmail: texts.supportEmail,
		brand: { logoUrl: texts.logoUrl, color: texts.color },
		appUrl: 'https://app.lindenhof.example/clients',
	};
}

const sessions = [
	{ device: { browser: 'Safari', system: 'iPhone' }, current: true, isVisit: false },
	{ device: { browser: 'Chrome', system: 'Windows' }, current: false, isVisit: true },
	{ device: { browser: null, system: null }, current: false, isVisit: false },
].map((session, n) => ({
	...session,
	id: `0192f3a0-0000-7000-8000-00000000001${String(n)}`,
	at: Date.UTC(2026, 10, 22 - n, 9, 41),
}));

type SamplePortal = Parameters<typeof portalPage>[0]['portal'];

/** Every page that a client sees, in every variant, in one language. */
export function clientPages(texts: SampleTexts, locale: Locale): SamplePage[] {
	const portal = samplePortal(texts);
	const csp = pageCsp({ portal, destinations: ['https://app.lindenhof.example/clients'] });
	const person = { firstName: texts.firstName, email: texts.email };
	const secrets = { token: 'AQGa-sample-token', formToken: 'sample-form-token' };
	const frame = { portal, locale };
	const link = { ...frame, person, ...secrets };
	const { formToken } = secrets;
	const nobody = { firstName: null, email: texts.email };
	const pages: Record<string, string> = {
		link: linkPage({ ...link, purpose: 'login' }),
		'link-invitation': linkPage({ ...link, purpose: 'invitation' }),
		'link-admin': linkPage({ ...link, purpose: 'admin', person: nobody }),
		'link-renewed': linkPage({ ...link, purpose: 'login', notice: 'renewed' }),
		'link-visit': linkPage({ ...link, purpose: 'login', visitLocale: locale }),
		'link-no-cookie': linkPage({ ...link, purpose: 'login', notice: 'no_cookie' }),
		'dead-link': deadLinkPage({
			...frame,
			renewal: { ...secrets, email: texts.email },
			signInToken: formToken,
		}),
		'dead-link-unknown': deadLinkPage({ ...frame, renewal: null, signInToken: formToken }),
		'renewal-sent': renewalSentPage(frame),
		'question-code': questionPage({ ...frame, asks: 'code', trouble: null, ...secrets }),
		'question-no-code': questionPage({ ...frame, asks: 'code', trouble: 'no_code', ...secrets }),
		'question-address': questionPage({ ...frame, asks: 'address', trouble: 'wrong', ...secrets }),
		'question-spent': questionPage({ ...frame, asks: 'address', trouble: 'spent', ...secrets }),
		switch: switchPage({
			...{ ...frame, present: nobody, next: person, action: '/l', fields: secrets },
		}),
		open: openPage(frame),
		'earlier-link': earlierLinkPage({
			...{ ...frame, destination: '/', timeZone: 'Europe/Berlin' },
			...{ session: sessions[0]!, isVisit: false },
		}),
		'earlier-link-visit': earlierLinkPage({
			...{ ...frame, destination: '/', timeZone: 'Europe/Berlin' },
			...{ session: sessions[0]!, isVisit: true },
		}),
		portal: portalPage({
			...{ locale, portal: { ...portal, appUrl: null } },
			contact: { name: texts.name, email: texts.email },
			...{ sessions: sessions.slice(0, 1), timeZone: 'Europe/Berlin', visitLocale: null },
		}),
		'portal-app': portalPage({
			...{ ...frame, sessions, timeZone: 'Europe/Berlin', visitLocale: null },
			contact: { name: '', email: texts.email },
		}),
		'portal-visit': portalPage({
			...{ locale, portal: { ...portal, appUrl: null } },
			contact: { name: texts.name, email: texts.email },
			...{ sessions: sessions.slice(0, 1), timeZone: 'Europe/Berlin', visitLocale: locale },
		}),
		'sign-in': signInPage({ ...frame, formToken }),
		'sign-in-again': signInPage({ ...frame, formToken, notice: 'address_invalid' }),
		'signed-out': signInPage({ ...frame, formToken, notice: 'signed_out' }),
		'check-inbox': checkInboxPage({ ...frame, email: texts.email, state: 'sample', formToken }),
		'check-inbox-again': checkInboxPage({
			...{ ...frame, email: texts.email, state: 'sample', formToken },
			trouble: 'wrong',
		}),
		'check-inbox-no-code': checkInboxPage({
			...{ ...frame, email: texts.email, state: 'sample', formToken },
			trouble: 'no_code',
		}),
		sample: samplePage(frame),
		error: errorPage({
			...{ ...frame, trouble: 'other' },
			reference: '0192f3a0-5b8e-7c11-8a55-2f4f5a6b7c8d',
		}),
		'error-wait': errorPage({ ...frame, trouble: 'too_many_requests', waitSeconds: 150 }),
		'error-address': errorPage({ ...frame, trouble: 'not_found' }),
		'error-form': errorPage({ ...frame, trouble: 'cross_origin' }),
		'error-method': errorPage({ ...frame, trouble: 'method_not_allowed' }),
		'error-unavailable': errorPage({ ...frame, trouble: 'unavailable' }),
	};
	const nowhere = errorPage({ portal: null, locale, trouble: 'no_portal' });
	return [
		...Object.entries(pages).map(([name, html]) => ({ name, locale, html, csp })),
		{ name: 'error-no-portal', locale, html: nowhere, csp: pageCsp({ portal: null }) },
	];
}

function adminPages(texts: SampleTexts, portal: SamplePortal): SamplePage[] {
	const frame = { portal, adminEmail: 'admin@lindenhof.example', transport: 'outbox' as const };
	const csp = pageCsp({ portal });
	const overview = {
		frame,
		portalUrl: 'http://localhost:3000',
		stats: {
			...{ contacts: 1204, invited: 1195, joined: 873, pending: 322 },
			joinedWithoutInvitation: 2,
		},
		serverUrl: 'http://localhost:3000',
	};
	const list = { frame, timeZone: 'Europe/Berlin', retentionDays: 7 };
	const messages = ['Ada', 'Zoë', 'محمد', '山田'].map((name, index) => ({
		id: `0192f3a0-0000-7000-8000-00000000000${String(index)}`,
		to: texts.email,
		subject: `${name}: ${texts.subject}`,
		createdAt: Date.UTC(2026, 10, 22, 13, 40 - index),
	}));
	const message = (view: OutboxView): string =>
		outboxMessagePage({
			frame,
			timeZone: 'Europe/Berlin',
			view,
			message: {
				id: 'm1',
				from: `${texts.portalName} <portal@lindenhof.example>`,
				to: texts.email,
				subject: texts.subject,
				createdAt: Date.UTC(2026, 10, 22, 13, 40),
				html: `<div style="font-family:sans-serif;max-width:30rem;margin:auto"><h1 style="color:#0f766e">Hello</h1>
					<p>Open this link to sign in:</p><p><a href="http://localhost:3000/l/sample">Sign in</a></p></div>`,
				text: texts.mailText,
				source: `Subject: ${texts.subject}\r\nTo: ${texts.email}\r\n\r\n${texts.mailText}`,
			},
		});
	const contact = {
		...{ frame, sessions, timeZone: 'Europe/Berlin' },
		contact: {
			...{ id: '0192f3a0-0000-7000-8000-000000000020', name: texts.name, email: texts.email },
			state: 'joined' as const,
			invitedAt: Date.UTC(2026, 10, 20, 9, 0),
			joinedAt: Date.UTC(2026, 10, 20, 9, 41),
			lastLoginAt: Date.UTC(2026, 10, 22, 9, 41),
		},
		activity: [
			'Signed in with the link (Safari on iPhone)',
			'Opened the sign-in link (Safari on iPhone)',
			'A sign-in link was generated by admin@lindenhof.example, because: “she lost her phone”',
			'Was invited by the API key “n8n”',
		].map((sentence, n) => ({ sentence, at: Date.UTC(2026, 10, 22, 9, 41 - n) })),
	};
	const pages: Record<string, string> = {
		'admin-signed-out': adminSignedOutPage({ portal }),
		admin: adminPage({ ...overview, apiKey: null }),
		'admin-first-run': adminPage({
			...overview,
			frame: { ...frame, transport: 'smtp' },
			apiKey: 'cp_0192f3a05b8e7c118a552f4f5a6b7c8d_sampleSampleSampleSampleSampleSampleSampleS',
		}),
		contacts: contactsPage({
			...{ frame, search: '', nextCursor: 'next', firstPage: false },
			contacts: (['joined', 'invited', 'none', 'revoked'] as const).map((state, n) => ({
				id: `0192f3a0-0000-7000-8000-00000000002${String(n)}`,
				...{ name: n === 1 ? '' : texts.name, email: texts.email, state },
			})),
		}),
		'contacts-empty': contactsPage({
			...{ frame, search: 'zo', nextCursor: null, firstPage: true, contacts: [] },
		}),
		contact: contactPage({ ...contact, link: null }),
		'contact-link': contactPage({
			...{ ...contact, sessions: [], activity: [] },
			link: {
				url: 'http://localhost:3000/l/AQGa-sample-token',
				expiresAt: contact.activity[0]!.at,
			},
		}),
		'contact-revoked': contactPage({
			...{ ...contact, link: null, sessions: [] },
			contact: { ...contact.contact, name: '', state: 'revoked' },
		}),
		outbox: outboxPage({ ...list, messages, nextCursor: 'next', firstPage: false }),
		'outbox-empty': outboxPage({ ...list, messages: [], nextCursor: null, firstPage: true }),
		'outbox-text': message('text'),
		'outbox-source': message('source'),
	};
	return [
		...Object.entries(pages).map(([name, html]) => ({ name, locale: 'en' as const, html, csp })),
		{
			name: 'outbox-html',
			locale: 'en',
			html: message('html'),
			csp: pageCsp({ portal, showsEmail: true }),
		},
		...playgroundPages(texts, frame),
	];
}

/** The playground before anything was typed, with errors, and with an e-mail. */
function playgroundPages(texts: SampleTexts, frame: PlaygroundPageProps['frame']): SamplePage[] {
	const [subject, html] = ['Hello << contact.frist_name >>', `<p>${texts.mailText}</p>`];
	const finding = { part: 'subject', line: 1, column: 7, length: 24 } as const;
	const typed: PlaygroundPageProps = {
		...{ frame, kind: 'login_email', address: texts.email, addressProblem: null, isEmpty: false },
		source: { subject, html, text: '' },
		contacts: [{ email: texts.email, name: texts.name }],
		values: [
			{ path: 'contact.first_name', description: 'First name' },
			{ path: 'contact.magic_link', description: 'A link that signs this contact in' },
			{ path: 'item.*', description: 'What the request or the n8n item brought' },
		],
		item: { json: '', note: null },
		customValues: { json: '', note: null },
		...{ findings: [], missing: [], fallbacks: [] },
		parts: {
			subject: { shown: texts.subject },
			html: { shown: `<p>${texts.mailText}</p>` },
			text: { shown: texts.mailText },
		},
	};
	const pages: Record<string, string> = {
		'playground-empty': playgroundPage({
			...{ ...typed, isEmpty: true, address: '' },
			source: { subject: '', html: '', text: '' },
		}),
		'playground-errors': playgroundPage({
			...{ ...typed, addressProblem: 'No contact of this portal has this id or address.' },
			item: {
				json: `{"name": "${texts.name}",}`,
				note: `This is no JSON: line 1, column ${String(texts.name.length + 13)}, at “}”. Take out the comma before }.`,
			},
			parts: { ...typed.parts, subject: { shown: null, because: 'errors' } },
			findings: [
				{
					...{ ...finding, severity: 'error', fix: 'contact.first_name', key: 'k' },
					message: 'There is no value “contact.frist_name”. Did you mean contact.first_name?',
					excerpt: '<< contact.frist_name >>',
				},
				{
					...{ part: 'html', line: 3, column: 1, length: 40, severity: 'warning' },
					...{ fix: null, key: 'k', excerpt: `<< contact.first_name | uper ${texts.name} >>` },
					message: `Where the value is missing, readers see “uper ${texts.name}”.`,
				},
			],
		}),
		playground: playgroundPage({
			...typed,
			source: {
				subject: 'Hello << contact.first_name | you >>',
				html: '<h1>Hello << contact.company >></h1>\n<p><a href="<< contact.magic_link >>">Sign in</a></p>',
				text: '',
			},
			findings: [
				{
					...{ part: 'html', severity: 'info', line: 1, column: 11, length: 21 },
					...{ fix: null, key: 'k', excerpt: '<< contact.company >>' },
					message:
						'Contacts without “contact.company” see a gap here. Add what they see instead after a |, inside the tag.',
				},
			],
			parts: {
				subject: { shown: 'Hello you' },
				text: { shown: 'HELLO\n\nSign in http://localhost:3000/l/sample' },
				html: {
					shown: `<div style="font-family:sans-serif"><h1 style="color:#0f766e">Hello</h1>
						<p><a href="http://localhost:3000/l/sample">Sign in</a></p></div>`,
				},
			},
			missing: ['contact.company'],
			fallbacks: [{ path: 'contact.first_name', text: 'you' }],
		}),
	};
	const csp = pageCsp({ portal: frame.portal, showsEmail: true, asksAgain: true });
	return Object.entries(pages).map(([name, page]) => ({ name, locale: 'en', html: page, csp }));
}
