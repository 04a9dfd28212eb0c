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
	zone: (timeZone: string) => `Times here are those of ${timeZone}.`,
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
				</nav>
				<form method="post" action="/admin/sign-out">
					<button class="button plain compact" title="${frame.adminEmail}">${words.signOut}</button>
				</form>
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

/** Says once on a page with many times whose clock they are read from. `timeZone` is an IANA name. */
export function zoneNote(timeZone: string): Html {
	return html`<p class="small soft">${words.zone(zoneName(timeZone))}</p>`;
}

function zoneName(timeZone: string): string {
	return timeZone.replaceAll('_', ' ');
}

/** The moment in words, with the time zone: for one that stands alone, or that others are told of. */
export function zonedTimeHtml(atMs: number, timeZone: string): Html {
	return html`${timeHtml(atMs, timeZone)} (${zoneName(timeZone)})`;
}

/** The moment in words, in the portal's time zone; the page has a `zoneNote`. */
export function timeHtml(atMs: number, timeZone: string): HtmlValue {
	const at = new Date(atMs);
	const shown = new Intl.DateTimeFormat('en-GB', {
		dateStyle: 'medium',
		timeStyle: 'short',
		timeZone,
	}).format(at);
	return html`<time datetime="${at.toISOString()}">${shown}</time>`;
}
