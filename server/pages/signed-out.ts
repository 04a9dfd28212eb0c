import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';

export interface SignedOutPageProps {
	portal: PagePortal;
	/** True right after signing out, false for somebody who comes without being signed in. */
	justSignedOut?: boolean;
}

const words = {
	title: (portal: string) => `Sign in to ${portal}`,
	signIn: 'Sign in to',
	signedOut: 'You are signed out',
	how: 'To sign in, open the sign-in link in the e-mail that we sent you. You need no password.',
	old: 'The link is too old? Open it all the same: you can ask for a new one there.',
};

/** `GET /` for somebody who is not signed in. */
export function signedOutPage({ portal, justSignedOut = false }: SignedOutPageProps): string {
	const heading = justSignedOut ? words.signedOut : html`${words.signIn} ${nameHtml(portal.name)}`;
	const content = html`<h1>${heading}</h1>
		<p class="soft">${words.how}</p>
		<p class="small soft">${words.old}</p>`;
	const title = justSignedOut ? words.signedOut : words.title(portal.name);
	return clientDocument({ title, portal, content });
}
