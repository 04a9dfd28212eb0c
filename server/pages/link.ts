import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument, initial, nameHtml } from './layout.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';

export type LinkPurpose = 'login' | 'invitation' | 'admin';

/** Why the page is shown again. `no_cookie`: the form came back without the browser's cookie. */
export type LinkNotice = 'renewed' | 'no_cookie';

export interface LinkPageProps {
	portal: PagePortal;
	purpose: LinkPurpose;
	/** Whose sign-in it is; the address is shown masked. */
	person: { firstName: string | null; email: string };
	/** The link's secret and the form token, both for `POST /l`, or `POST /admin/sign-in` where the purpose is `admin`. */
	token: string;
	formToken: string;
	notice?: LinkNotice;
}

const words = {
	title: (portal: string) => `Sign in to ${portal}`,
	adminTitle: (portal: string) => `Sign in to the dashboard of ${portal}`,
	greeting: { login: 'Hello', invitation: 'Welcome', admin: 'Your dashboard' },
	lead: {
		login: 'One click and you are in.',
		invitation:
			'You have been invited. One click and you are in – there is no password to make up.',
		admin: 'One click and you are in. The link works only once.',
	},
	person: 'You sign in as',
	button: 'Sign in to',
	adminButton: 'Sign in to the dashboard of',
	busy: 'Signing you in…',
	notYou: 'Not you? Close this page. Nothing has happened yet.',
	notice: {
		renewed: 'This page had to be renewed. Please press the button once more.',
		no_cookie:
			'Please press the button once more. If you then see this sentence again, your browser blocks cookies: allow them for this site, or open the link in another browser.',
	},
	cookiesBlocked:
		'Your browser blocks cookies, and without one it cannot stay signed in. Allow cookies for this site, or open the link in another browser.',
};

/** The page that a sign-in link opens. Looking at it changes nothing; its one button signs in. */
export function linkPage(props: LinkPageProps): string {
	const { portal, purpose, token, formToken, notice } = props;
	const admin = purpose === 'admin';
	const content = html`${greeting(props)}
		${notice && html`<p class="notice" role="alert">${words.notice[notice]}</p>`}
		<p class="notice" role="alert" id="cookies-blocked" hidden>${words.cookiesBlocked}</p>
		${personBox(props.person)}
		<form method="post" action="${admin ? '/admin/sign-in' : '/l'}">
			<input type="hidden" name="token" value="${token}" />
			<input type="hidden" name="formToken" value="${formToken}" />
			<button class="button" data-busy="${words.busy}">${signInLabel(purpose, portal)}</button>
		</form>
		<p class="small soft">${words.notYou}</p>`;
	const title = admin ? words.adminTitle(portal.name) : words.title(portal.name);
	return clientDocument({ title, portal, content, script: linkScript });
}

export function signInLabel(purpose: LinkPurpose, portal: PagePortal): Html {
	const label = purpose === 'admin' ? words.adminButton : words.button;
	return html`${label} ${nameHtml(portal.name)}`;
}

/** Name and masked address of the person who is about to sign in. */
export function personBox({ firstName, email }: LinkPageProps['person']): Html {
	const name: HtmlValue = firstName && html`<b>${nameHtml(firstName)}</b>`;
	return html`<div class="person">
		<span class="face" aria-hidden="true">${initial(firstName || maskEmail(email))}</span>
		<div>
			<span class="small soft">${words.person}</span>${name}<bdi dir="ltr">${maskEmail(email)}</bdi>
		</div>
	</div>`;
}

export function greeting({ purpose, person }: Pick<LinkPageProps, 'purpose' | 'person'>): Html {
	const name = person.firstName && html`, ${nameHtml(person.firstName)}`;
	return html`<h1>${words.greeting[purpose]}${name}</h1>
		<p class="soft">${words.lead[purpose]}</p>`;
}
