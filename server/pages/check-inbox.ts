import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument } from './layout.ts';
import { linkScript } from './scripts.ts';

export interface CheckInboxPageProps {
	portal: PagePortal;
	/** As the person typed it. */
	email: string;
	/** Both for `POST /code`. */
	state: string;
	formToken: string;
	/** The code that was typed did not work. */
	wrongCode?: boolean;
}

const words = {
	title: 'Check your e-mail',
	sent: (email: Html) => html`If ${email} may sign in here, an e-mail is on its way.`,
	open: 'Open the link in it. Or type the code that is in it, here, within 10 minutes.',
	code: 'Code from the e-mail',
	button: 'Sign in',
	busy: 'Signing you in…',
	wrong:
		'That code did not work. Please compare it with the newest e-mail. After a few tries only the link in the e-mail works.',
	wait: 'Nothing there after a few minutes? Have a look into your spam folder, or',
	again: 'ask again',
};

/** The answer to the sign-in form: the same whoever's address it is (R39). */
export function checkInboxPage(props: CheckInboxPageProps): string {
	const { portal, email, state, formToken, wrongCode = false } = props;
	const content = html`<h1>${words.title}</h1>
		${wrongCode && html`<p class="notice" role="alert">${words.wrong}</p>`}
		<p>${words.sent(html`<b><bdi dir="ltr">${email}</bdi></b>`)}</p>
		<p class="soft">${words.open}</p>
		<form method="post" action="/code" class="stack">
			<input type="hidden" name="state" value="${state}" />
			<input type="hidden" name="formToken" value="${formToken}" />
			${codeField()}
			<button class="button" data-busy="${words.busy}">${words.button}</button>
		</form>
		<p class="small soft">${words.wait} <a href="/sign-in">${words.again}</a>.</p>`;
	return clientDocument({ title: words.title, portal, content, script: linkScript });
}

/** Without a length or a pattern, so that the whole line of the e-mail can be pasted. */
export function codeField(): Html {
	return html`<div class="field">
		<label for="code">${words.code}</label>
		<input
			class="wide-input code"
			id="code"
			name="code"
			inputmode="numeric"
			autocomplete="one-time-code"
			autocapitalize="none"
			spellcheck="false"
			required
		/>
	</div>`;
}
