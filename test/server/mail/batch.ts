import { createHash } from 'node:crypto';

import { compile, type TextContext } from 'custom-values';
import pino from 'pino';

import type { Clock } from '../../../server/clock.ts';
import { uuidV7 } from '../../../server/ids.ts';
import type { CompiledContent, MailBatch, Recipient } from '../../../server/mail/mailer.ts';
import { builtInTemplate } from '../../../server/mail/templates/index.ts';
import { portalCatalogue } from '../../../server/services/catalogue.ts';
import type { EmailSource, Portal } from '../../../server/store/store.ts';

export const now = Date.UTC(2026, 10, 22, 20, 0);
export const clock: Clock = { now: () => now };

function compileContent(source: EmailSource): CompiledContent {
	const catalogue = portalCatalogue(portalOf());
	const part = (context: TextContext, text: string) => compile(text, { catalogue, context });
	return {
		subject: part('subject', source.subject),
		html: part('html', source.html),
		text: part('text', source.text),
	};
}

/** A link of the length and alphabet of real ones; the same `n` gives the same link. */
export function linkOf(n: number): string {
	const token = createHash('sha512')
		.update(`link ${String(n)}`)
		.digest('base64url')
		.slice(0, 66);
	return `https://portal.example/l/${token}`;
}

export function portalOf(set: Partial<Portal> = {}): Portal {
	return {
		id: uuidV7(now, new Uint8Array(10)),
		slug: 'default',
		name: 'Atelier Sonnenschein',
		domains: [],
		appUrl: null,
		destinations: [],
		sender: { name: 'Atelier Sonnenschein', email: 'hello@atelier.example', replyTo: null },
		supportEmail: 'help@atelier.example',
		brand: { logoUrl: null, color: '#4f46e5' },
		lifetimes: { dashboard: 1, signIn: 1, api: 1, loginEmail: 1, invitation: 1, maximum: 1 },
		endOtherLinks: true,
		locale: 'en',
		timeZone: 'UTC',
		customValues: {},
		createdAt: now,
		updatedAt: now,
		...set,
	};
}

/** The `n`th of many people, with a link of their own. */
export function recipientOf(
	n: number,
	set: Partial<Recipient> & { item?: unknown } = {},
): Recipient {
	const { item, ...rest } = set;
	const email = rest.email ?? `person${String(n)}@example.org`;
	return {
		deliveryId: uuidV7(now + n, new Uint8Array(10).fill(n % 256)),
		contactId: uuidV7(now, new Uint8Array(10).fill(n % 256)),
		email,
		name: `Person ${String(n)}`,
		content: 0,
		locale: 'en',
		timeZone: 'UTC',
		values: {
			contact: {
				first_name: `Person ${String(n)}`,
				email,
				login_code: String(100_000 + n),
				magic_link: linkOf(n),
				invitation_link: linkOf(n),
				magic_link_expires_at: now + 86_400_000,
			},
			portal: {
				name: 'Atelier Sonnenschein',
				support_email: 'help@atelier.example',
				time_zone: 'UTC',
			},
			item: item ?? {},
		},
		...rest,
	};
}

/** The first `count` of them. */
export function people(count: number): Recipient[] {
	return Array.from({ length: count }, (_, n) => recipientOf(n));
}

export function batchOf(
	recipients: readonly Recipient[],
	set: Partial<MailBatch> & { source?: EmailSource } = {},
): MailBatch {
	const { source = builtInTemplate('login_email', 'en'), ...rest } = set;
	return {
		portal: portalOf(),
		kind: 'login_email',
		sendId: null,
		contents: [compileContent(source)],
		recipients,
		now,
		...rest,
	};
}

/** The same batch with a content for each recipient, so that nothing of it goes together. */
export function apart(batch: MailBatch): MailBatch {
	return {
		...batch,
		contents: batch.recipients.map(({ content }) => batch.contents[content]!),
		recipients: batch.recipients.map((recipient, content) => ({ ...recipient, content })),
	};
}

/** The addresses of all anchors, decoded as a browser does. */
export function hrefsIn(html: string): string[] {
	return [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href = '']) =>
		href.replaceAll('&amp;', '&'),
	);
}

/** A logger whose lines a test can search. */
export function memoryLog(): { log: pino.Logger; lines: string[] } {
	const lines: string[] = [];
	const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
	return { log, lines };
}

/** Names and texts that people type to break headers. */
export const hostileNames = [
	'Eve\r\nBcc: victim@example.com',
	'Eve\nX-Injected: 1\n\n<script>alert(1)</script>',
	'"Eve" <victim@example.com>, Bob',
	'Eve; DROP, <eve@example.com>',
	'Eve\u2028Bcc: victim@example.com\u2029\u0085',
	'\u202emoc.elpmaxe@evE\u202c',
	'=?utf-8?Q?Eve=0D=0ABcc=3A_victim=40example.com?=',
	'Zoë \u{1f600} 山田 שלום \ud800',
	'E'.repeat(5000),
];
