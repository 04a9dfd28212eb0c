import { outboxMessagePage } from '../../../server/pages/admin/outbox-message.ts';
import type { OutboxView } from '../../../server/pages/admin/outbox-message.ts';
import { outboxPage } from '../../../server/pages/admin/outbox.ts';
import { adminPage } from '../../../server/pages/admin/overview.ts';
import { adminSignedOutPage } from '../../../server/pages/admin/signed-out.ts';
import { pageCsp } from '../../../server/pages/csp.ts';
import { deadLinkPage } from '../../../server/pages/dead-link.ts';
import { errorPage } from '../../../server/pages/error.ts';
import { linkPage } from '../../../server/pages/link.ts';
import { openPage } from '../../../server/pages/open.ts';
import { portalPage } from '../../../server/pages/portal.ts';
import { renewalSentPage } from '../../../server/pages/renewal-sent.ts';
import { samplePage } from '../../../server/pages/sample.ts';
import { signedOutPage } from '../../../server/pages/signed-out.ts';

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

/** Every page there is, in every variant, with these texts. */
export function samplePages(texts: SampleTexts): SamplePage[] {
	const portal = {
		name: texts.portalName,
		supportEmail: texts.supportEmail,
		brand: { logoUrl: texts.logoUrl, color: texts.color },
		appUrl: 'https://app.lindenhof.example/clients',
	};
	return [...clientPages(texts, portal), ...adminPages(texts, portal)];
}

type SamplePortal = Parameters<typeof portalPage>[0]['portal'];

function clientPages(texts: SampleTexts, portal: SamplePortal): SamplePage[] {
	const csp = pageCsp({ portal, destinations: ['https://app.lindenhof.example/clients'] });
	const person = { firstName: texts.firstName, email: texts.email };
	const secrets = { token: 'AQGa-sample-token', formToken: 'sample-form-token' };
	const link = { portal, person, ...secrets };
	const nobody = { firstName: null, email: texts.email };
	const pages: Record<string, string> = {
		link: linkPage({ ...link, purpose: 'login' }),
		'link-invitation': linkPage({ ...link, purpose: 'invitation' }),
		'link-admin': linkPage({ ...link, purpose: 'admin', person: nobody }),
		'link-renewed': linkPage({ ...link, purpose: 'login', notice: 'renewed' }),
		'link-no-cookie': linkPage({ ...link, purpose: 'login', notice: 'no_cookie' }),
		'dead-link': deadLinkPage({ portal, renewal: { ...secrets, email: texts.email } }),
		'dead-link-unknown': deadLinkPage({ portal, renewal: null }),
		'renewal-sent': renewalSentPage({ portal }),
		open: openPage({ portal }),
		portal: portalPage({
			portal: { ...portal, appUrl: null },
			contact: { name: texts.name, email: texts.email },
		}),
		'portal-app': portalPage({ portal, contact: { name: '', email: texts.email } }),
		'signed-out': signedOutPage({ portal }),
		'just-signed-out': signedOutPage({ portal, justSignedOut: true }),
		sample: samplePage({ portal }),
		error: errorPage({
			portal,
			title: 'Something went wrong on our side',
			sentence: 'Please try again in a minute.',
			reference: '0192f3a0-5b8e-7c11-8a55-2f4f5a6b7c8d',
		}),
		'admin-signed-out': adminSignedOutPage({ portal }),
	};
	const nowhere = errorPage({
		portal: null,
		title: 'There is nothing here',
		sentence: 'Check the address.',
	});
	return [
		...Object.entries(pages).map(([name, html]) => ({ name, html, csp })),
		{ name: 'error-no-portal', html: nowhere, csp: pageCsp({ portal: null }) },
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
	const pages: Record<string, string> = {
		admin: adminPage({ ...overview, apiKey: null }),
		'admin-first-run': adminPage({
			...overview,
			frame: { ...frame, transport: 'smtp' },
			apiKey: 'cp_0192f3a05b8e7c118a552f4f5a6b7c8d_sampleSampleSampleSampleSampleSampleSampleS',
		}),
		outbox: outboxPage({ ...list, messages, nextCursor: 'next', firstPage: false }),
		'outbox-empty': outboxPage({ ...list, messages: [], nextCursor: null, firstPage: true }),
		'outbox-text': message('text'),
		'outbox-source': message('source'),
	};
	return [
		...Object.entries(pages).map(([name, html]) => ({ name, html, csp })),
		{ name: 'outbox-html', html: message('html'), csp: pageCsp({ portal, showsEmail: true }) },
	];
}
