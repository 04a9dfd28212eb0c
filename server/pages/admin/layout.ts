import type { PagePortal } from '../brand.ts';
import { html } from '../html.ts';
import type { Html, HtmlValue } from '../html.ts';
import { document, portalMark } from '../layout.ts';

/** What every page of a signed-in admin needs to know. */
export interface AdminFrame {
	portal: PagePortal;
	adminEmail: string;
	transport: 'outbox' | 'sendgrid' | 'smtp';
}

export interface AdminDocumentProps {
	frame: AdminFrame;
	title: string;
	/** The entry of the navigation that this page belongs to. */
	current: 'overview' | 'contacts' | 'playground' | 'outbox';
	content: Html;
	script?: string;
	/** For what stands side by side on a wide screen. */
	isBroad?: boolean;
}

const words = {
	title: (title: string, portal: string) => `${title} · ${portal}`,
	navigation: 'Dashboard',
	overview: 'Overview',
	contacts: 'Contacts',
	playground: 'Playground',
	outbox: 'Outbox',
	signOut: 'Sign out',
};

/** A page of the dashboard: bar with navigation and sign-out above, content below. */
export function adminDocument({
	frame,
	title,
	current,
	content,
	script,
	isBroad = false,
}: AdminDocumentProps): string {
	const { portal, transport } = frame;
	const entry = (name: typeof current, path: string): Html =>
		html`<a href="${path}" ${name === current && html`aria-current="page"`}>${words[name]}</a>`;
	const body = html`<header class="bar">
			<div>
				${portalMark(portal)}
				<nav aria-label="${words.navigation}">
					${entry('overview', '/admin')} ${entry('contacts', '/admin/contacts')}
					${entry('playground', '/admin/playground')}
					${transport === 'outbox' && entry('outbox', '/admin/outbox')}
					<form method="post" action="/admin/sign-out">
						<button class="button plain compact" title="${frame.adminEmail}">
							${words.signOut}
						</button>
					</form>
				</nav>
			</div>
		</header>
		<main class="${isBroad ? 'wide broad' : 'wide'}">${content}</main>`;
	return document({
		locale: 'en',
		title: words.title(title, portal.name),
		portal,
		body,
		...(script === undefined ? {} : { script }),
	});
}

/** The moment in words, in the portal's time zone. */
export function timeHtml(atMs: number, timeZone: string): HtmlValue {
	const at = new Date(atMs);
	const shown = new Intl.DateTimeFormat('en-GB', {
		dateStyle: 'medium',
		timeStyle: 'short',
		timeZone,
	}).format(at);
	return html`<time datetime="${at.toISOString()}">${shown}</time>`;
}
