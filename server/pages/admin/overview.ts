import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { copyScript } from '../scripts.ts';
import { copyField, copyStatus } from './copy-field.ts';
import { adminDocument } from './layout.ts';
import type { AdminFrame } from './layout.ts';

export interface AdminPageProps {
	frame: AdminFrame;
	/** Where clients sign in. */
	portalUrl: string;
	stats: {
		contacts: number;
		invited: number;
		joined: number;
		pending: number;
		joinedWithoutInvitation: number;
	};
	/** What n8n's credentials ask for. */
	serverUrl: string;
	/** A key made just now by `POST /admin/api-keys`, shown this once; else null: the server keeps only hashes. */
	apiKey: string | null;
}

const words = {
	title: 'Overview',
	numbers: { contacts: 'Contacts', invited: 'Invited', joined: 'Joined', pending: 'Pending' },
	joinedWithoutInvitation: (n: number) => `${n.toLocaleString('en')} of them without an invitation`,
	portal: 'Your client portal',
	portalUrl: 'Portal URL',
	portalHint: 'Clients sign in here, with the link in their e-mail.',
	mail: 'E-mail',
	transport: {
		outbox:
			'Nothing leaves this machine: e-mails are kept in the outbox, where you can read them and try their links.',
		sendgrid: 'E-mails leave through SendGrid.',
		smtp: 'E-mails leave through your SMTP server.',
	},
	openOutbox: 'Open the outbox',
	openPlayground: 'Try a text in the playground',
	n8n: 'Connect n8n',
	n8nHint: 'In n8n, add the credential “Client Portal API” and copy these two fields into it.',
	serverUrl: 'Server URL',
	apiKey: 'API Key',
	apiKeyOnce: 'Copy it now: it is shown only this once. The server keeps no readable copy.',
	apiKeyHidden:
		'The one printed at the first start works. If you do not have it, generate another one here.',
	makeApiKey: 'Generate an API key',
};

function uninvited(n: number): Html | false {
	return n > 0 && html`<dd class="note">${words.joinedWithoutInvitation(n)}</dd>`;
}

/** The first page of the dashboard, which the admin link opens. */
export function adminPage({ frame, portalUrl, stats, serverUrl, apiKey }: AdminPageProps): string {
	const content = html`<h1>${words.title}</h1>
		<dl class="numbers">
			${(['contacts', 'invited', 'joined', 'pending'] as const).map(
				(name) =>
					html`<div>
						<dt>${words.numbers[name]}</dt>
						<dd>${stats[name].toLocaleString('en')}</dd>
						${name === 'joined' && uninvited(stats.joinedWithoutInvitation)}
					</div>`,
			)}
		</dl>
		<section class="card stack">
			<h2>${words.portal}</h2>
			${copyField('portal-url', words.portalUrl, portalUrl)}
			<p class="small soft">${words.portalHint}</p>
		</section>
		<section class="card stack">
			<h2>${words.mail}</h2>
			<p>${words.transport[frame.transport]}</p>
			<p class="actions">
				${frame.transport === 'outbox' &&
				html`<a class="button plain compact" href="/admin/outbox">${words.openOutbox}</a>`}
				<a class="button plain compact" href="/admin/playground">${words.openPlayground}</a>
			</p>
		</section>
		<section class="card stack">
			<h2>${words.n8n}</h2>
			<p class="soft">${words.n8nHint}</p>
			${copyField('server-url', words.serverUrl, serverUrl)} ${apiKeyField(apiKey)}
		</section>
		${copyStatus('/admin')}`;
	return adminDocument({
		frame,
		title: words.title,
		current: 'overview',
		content,
		script: copyScript,
	});
}

function apiKeyField(apiKey: string | null): Html {
	if (apiKey !== null) {
		return html`${copyField('api-key', words.apiKey, apiKey)}
			<p class="small soft">${words.apiKeyOnce}</p>`;
	}
	return html`<div class="field">
		<b class="small">${words.apiKey}</b>
		<p class="small soft">${words.apiKeyHidden}</p>
		<form method="post" action="/admin/api-keys">
			<button class="button plain compact">${words.makeApiKey}</button>
		</form>
	</div>`;
}
