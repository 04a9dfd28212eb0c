import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import { linkScript } from './scripts.ts';

/** Why the page is shown. `signed_out`: right after signing out. */
export type SignInNotice =
	| 'signed_out'
	| 'renewed'
	| 'no_cookie'
	| 'address_invalid'
	| 'code_too_old';

export interface SignInPageProps {
	portal: PagePortal;
	/** For `POST /sign-in`. */
	formToken: string;
	notice?: SignInNotice;
}

const words = {
	title: (portal: string) => `Sign in to ${portal}`,
	signIn: 'Sign in to',
	signedOut: 'You are signed out',
	how: 'Type your e-mail address. We send you a link that signs you in, without a password.',
	address: 'Your e-mail address',
	button: 'E-mail me a sign-in link',
	busy: 'One moment…',
	notice: {
		renewed: 'This page had to be renewed. Please try once more.',
		no_cookie:
			'Please try once more. If you then see this sentence again, your browser blocks cookies: allow them for this site, or use another browser.',
		address_invalid: 'This is not an e-mail address we can write to. Please check it.',
		code_too_old: 'A code works for 10 minutes. Please ask for a new e-mail.',
	},
};

/** `GET /sign-in`, and `GET /` for somebody who is not signed in. */
export function signInPage({ portal, formToken, notice }: SignInPageProps): string {
	const signedOut = notice === 'signed_out';
	const heading = signedOut ? words.signedOut : html`${words.signIn} ${nameHtml(portal.name)}`;
	const said = notice !== undefined && notice !== 'signed_out' && words.notice[notice];
	const content = html`<h1>${heading}</h1>
		${said && html`<p class="notice" role="alert">${said}</p>`}
		<p class="soft">${words.how}</p>
		${signInForm({ formToken })}`;
	const title = signedOut ? words.signedOut : words.title(portal.name);
	return clientDocument({ title, portal, content, script: linkScript });
}

/** The form by which a person asks for a sign-in e-mail. */
export function signInForm({
	formToken,
	plain = false,
}: {
	formToken: string;
	/** Where another button is the first choice. */
	plain?: boolean;
}): Html {
	return html`<form method="post" action="/sign-in" class="stack">
		<input type="hidden" name="formToken" value="${formToken}" />
		<div class="field">
			<label for="email">${words.address}</label>
			<input
				class="wide-input"
				id="email"
				name="email"
				type="email"
				autocomplete="email"
				autocapitalize="none"
				spellcheck="false"
				maxlength="320"
				required
			/>
		</div>
		<button class="button${plain && ' plain'}" data-busy="${words.busy}">${words.button}</button>
	</form>`;
}
