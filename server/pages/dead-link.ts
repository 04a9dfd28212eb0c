import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument } from './layout.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';
import { signInForm } from './sign-in.ts';

export interface DeadLinkPageProps {
	/** Null when no portal answers on this host. */
	portal: PagePortal | null;
	/** For a link that we know: what `POST /l/new` needs. The address is shown masked. */
	renewal: { token: string; formToken: string; email: string } | null;
	/** For `POST /sign-in`. */
	signInToken: string;
}

const words = {
	title: 'This sign-in link does not work any more',
	reason: 'A sign-in link works once and only for a limited time, to keep your account safe.',
	button: 'E-mail me a new link',
	busy: 'Asking for a new link…',
	goesTo: 'It goes to',
	newest: 'If you have a newer e-mail from us, please open the link in that one.',
	signIn: 'Sign in with your e-mail address',
	another: 'Not your address?',
};

/** One page and one wording for links that expired, were used or revoked, or never existed (R15). */
export function deadLinkPage({ portal, renewal, signInToken }: DeadLinkPageProps): string {
	const content = html`<h1>${words.title}</h1>
		<p class="soft">${words.reason}</p>
		${renewal === null ? html`<p>${words.newest}</p>` : renewalForm(renewal)}
		${portal !== null && signIn(signInToken, renewal === null)}`;
	return clientDocument({ title: words.title, portal, content, script: linkScript });
}

function renewalForm(renewal: NonNullable<DeadLinkPageProps['renewal']>): HtmlValue {
	return html`<form method="post" action="/l/new">
			<input type="hidden" name="token" value="${renewal.token}" />
			<input type="hidden" name="formToken" value="${renewal.formToken}" />
			<button class="button" data-busy="${words.busy}">${words.button}</button>
		</form>
		<p class="small soft">${words.goesTo} <bdi dir="ltr">${maskEmail(renewal.email)}</bdi>.</p>`;
}

function signIn(formToken: string, isOnlyWay: boolean): Html {
	return html`<h2>${isOnlyWay ? words.signIn : words.another}</h2>
		${signInForm({ formToken, plain: !isOnlyWay })}`;
}
