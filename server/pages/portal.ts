import { webUrl } from './brand.ts';
import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { HtmlValue } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import { sessionList } from './sessions.ts';
import type { PageSession } from './sessions.ts';

export interface PortalPageProps {
	portal: PagePortal & { appUrl: string | null };
	/** The client who is signed in; an empty `name` shows the address in its place. */
	contact: { name: string; email: string };
	/** Newest first. */
	sessions: readonly PageSession[];
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
}

const words = {
	title: (portal: string) => portal,
	welcome: 'Welcome',
	signedIn: 'You are signed in to',
	as: 'as',
	open: 'Continue to',
	signOut: 'Sign out',
};

/** The portal's own page for a client who is signed in. */
export function portalPage({ portal, contact, sessions, timeZone }: PortalPageProps): string {
	const name: HtmlValue = contact.name !== '' && html`, ${nameHtml(contact.name)}`;
	const app = webUrl(portal.appUrl);
	const content = html`<h1>${words.welcome}${name}</h1>
		<p class="soft">
			${words.signedIn} ${nameHtml(portal.name)} ${words.as} <bdi>${contact.email}</bdi>.
		</p>
		${app !== null &&
		html`<p><a class="button" href="${app.href}">${words.open} ${nameHtml(portal.name)}</a></p>`}
		<form method="post" action="/sign-out">
			<button class="button plain">${words.signOut}</button>
		</form>
		${sessionList(sessions, timeZone)}`;
	return clientDocument({ title: words.title(portal.name), portal, content });
}
